interface Filter {
  readonly ValueList?: readonly string[] | undefined;
  readonly WildCardValue?: string | undefined;
  readonly DateRange?:
    | { readonly AfterValue?: string | undefined; readonly BeforeValue?: string | undefined }
    | undefined;
}

interface Sort {
  readonly SortBy?: string | undefined;
  readonly SortOrder?: 'ASCENDING' | 'DESCENDING' | undefined;
}

/** What an entity is found and sorted by, under the names that filters and sort orders have for it. */
type Members = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * Those that all filters let through, in the order asked for, else in that of the world. Both bounds of a date range are
 * within it. `WildCardValue` is a substring; that case counts is inferred, as is that what an entity lacks sorts as the least.
 */
export function selectEntities<Entity>(
  entities: readonly Entity[],
  membersOf: (entity: Entity) => Members,
  filters: Readonly<Record<string, Filter | undefined>> = {},
  sort: Sort = {},
): Entity[] {
  return entities
    .filter((entity) => {
      const members = membersOf(entity);
      return Object.entries(filters).every(([name, filter]) => fits([members[name] ?? []].flat(), filter));
    })
    .toSorted((a, b) => compare(membersOf(a), membersOf(b), sort));
}

function fits(values: readonly string[], { ValueList, WildCardValue, DateRange = {} }: Filter = {}): boolean {
  const { AfterValue, BeforeValue } = DateRange;
  return (
    (ValueList === undefined || values.some((value) => ValueList.includes(value))) &&
    (WildCardValue === undefined || values.some((value) => value.includes(WildCardValue))) &&
    (AfterValue === undefined || values.some((value) => AfterValue <= value)) &&
    (BeforeValue === undefined || values.some((value) => value <= BeforeValue))
  );
}

// The default order, DESCENDING, is that of ListEntities' reference.
function compare(a: Members, b: Members, { SortBy, SortOrder }: Sort): number {
  const text = (members: Members) => String((SortBy && members[SortBy]) ?? '');
  if (text(a) === text(b)) return 0;
  return text(a) < text(b) === (SortOrder === 'ASCENDING') ? -1 : 1;
}
