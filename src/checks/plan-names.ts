/** How the names of plans are to be understood. */
export interface PlanNames {
  /** The SaaS's names, and the dimension keys that they stand for. */
  readonly plans: Readonly<Record<string, string>>;
  /** Of the product, and those that AWS grants beside them. */
  readonly dimensions: readonly { readonly key: string; readonly name: string }[];
}

/**
 * The keys of the dimensions that a name of the SaaS can stand for. AWS tells keys apart by the case of letters and people do
 * not: an exact name goes before one that differs only in case, width or spaces. `unknown` is what mp-verify.yaml says that
 * it stands for, where the product has no such dimension.
 */
export function dimensionsNamed(
  plan: string,
  { plans, dimensions }: PlanNames,
): { readonly dimensions: readonly string[]; readonly unknown: string | null } {
  const own = Object.entries(plans);
  for (const same of [exactly, loosely]) {
    const targets = own.filter(([name]) => same(name, plan)).map(([, target]) => target);
    if (targets.length > 0) {
      const keys = targets.map((target) => keysOf(target, dimensions));
      const unknown = targets.find((_, i) => keys[i]?.length === 0) ?? null;
      return { dimensions: [...new Set(keys.flat())], unknown };
    }
    const keys = dimensions.filter(({ key, name }) => same(key, plan) || same(name, plan)).map(({ key }) => key);
    if (keys.length > 0) return { dimensions: [...new Set(keys)], unknown: null };
  }
  return { dimensions: [], unknown: null };
}

/** Whether mp-verify.yaml says what the SaaS calls this dimension. */
export function hasOwnName(dimension: string, { plans, dimensions }: PlanNames): boolean {
  return Object.values(plans).some((target) => keysOf(target, dimensions).includes(dimension));
}

/**
 * The dimensions that a name may mean which is unknown only by its ending or by what stands between its words: `Acme-Pro`,
 * `Acme Pro (annual)`. Those of the longest name that it begins with.
 */
export function dimensionsResembling(plan: string, { plans, dimensions }: PlanNames): readonly string[] {
  const text = lettersOf(plan);
  const known = [
    ...Object.entries(plans).map(([name, target]) => ({ name: lettersOf(name), keys: keysOf(target, dimensions) })),
    ...dimensions.flatMap(({ key, name }) => [key, name].map((each) => ({ name: lettersOf(each), keys: [key] }))),
  ].filter(({ name }) => name !== '' && text.startsWith(name));
  const longest = Math.max(...known.map(({ name }) => name.length));
  return known.filter(({ name }) => name.length === longest).flatMap(({ keys }) => keys);
}

function keysOf(target: string, dimensions: PlanNames['dimensions']): readonly string[] {
  const keys = dimensions.filter(({ key }) => key === target);
  return (keys.length > 0 ? keys : dimensions.filter(({ name }) => name === target)).map(({ key }) => key);
}

function exactly(one: string, other: string): boolean {
  return one === other;
}

function loosely(one: string, other: string): boolean {
  return folded(one) === folded(other);
}

function lettersOf(text: string): string {
  return folded(text).replace(/[-_ /]/g, '');
}

function folded(text: string): string {
  return text.normalize('NFKC').replace(/\s+/g, ' ').trim().toLowerCase();
}
