import type * as z from 'zod';
import type { ScenarioAction } from '../scenario-schema.ts';
import type { SandboxWorld } from '../world.ts';
import type { ApiCaller } from './caller.ts';
import { AwsError, type Service } from './errors.ts';
import type { OddAnswer } from './fault.ts';

/** What an operation knows about a call. `now`: epoch ms. */
export interface Call {
  readonly caller: ApiCaller;
  readonly world: SandboxWorld;
  readonly now: number;
  /** The sandbox's origin, as the caller addressed it. */
  readonly origin: string;
  /** The odd answer to give; null for the usual one. */
  readonly oddAnswer: OddAnswer | null;
}

/** One action of one AWS service. `run` throws `AwsError` if AWS would reject the input or the caller. */
export interface Operation {
  readonly service: Service;
  readonly action: string;
  readonly run: (input: unknown, call: Call) => object;
}

/** Defines an operation that checks its input against the constraints of AWS's model. */
export function defineOperation<Input>(
  service: Service,
  action: ScenarioAction,
  schema: z.ZodType<Input>,
  answer: (input: Input, call: Call) => object,
): Operation {
  const run = (raw: unknown, call: Call) => {
    const { data, error } = schema.safeParse(raw, { reportInput: true });
    if (error === undefined) return answer(data, call);
    throw invalidInput(service, error.issues);
  };
  return { service, action, run };
}

type Issues = readonly z.core.$ZodIssue[];

/**
 * Returns the error for input that a service's model does not allow, with the members of that model. Inferred: AWS
 * fills them for every kind of invalid input; the wording of the messages.
 */
function invalidInput(service: Service, issues: Issues): AwsError {
  const messages = issues.map((issue) => `Value at '${pathOf(issue)}': ${issue.message}`);
  const summary = `${issues.length} validation error(s) detected: ${messages.join('; ')}`;
  return new AwsError('invalid', summary, members(service, issues));
}

function members(service: Service, issues: Issues): AwsError['members'] {
  switch (service) {
    case 'agreement':
      return {
        reason: agreementReason(issues[0]),
        fields: issues.map((issue) => ({ name: pathOf(issue) || 'input', message: issue.message })),
      };
    case 'catalog':
      return {
        ValidationExceptionFieldList: issues.map((issue) => {
          return { Reason: 'FieldValidationFailed', Field: pathOf(issue) || undefined, Message: issue.message };
        }),
      };
    case 'discovery':
      return {
        reason: memberOf(issues[0]) === 'nextToken' ? 'INVALID_PAGINATION_TOKEN' : 'MALFORMED_REQUEST_PARAMETERS',
      };
    default:
      return {};
  }
}

const invalid: Readonly<Record<string, string>> = {
  agreementId: 'INVALID_AGREEMENT_ID',
  catalog: 'INVALID_CATALOG',
  filters: 'INVALID_FILTERS',
  'filters.name': 'INVALID_FILTER_NAME',
  'filters.values': 'INVALID_FILTER_VALUES',
  maxResults: 'INVALID_MAX_RESULTS',
  nextToken: 'INVALID_NEXT_TOKEN',
  'sort.sortBy': 'INVALID_SORT_BY',
  'sort.sortOrder': 'INVALID_SORT_ORDER',
};
const missing: typeof invalid = {
  agreementId: 'MISSING_AGREEMENT_ID',
  'filters.name': 'MISSING_FILTER_NAME',
  'filters.values': 'MISSING_FILTER_VALUES',
};

function agreementReason(issue: z.core.$ZodIssue | undefined): string {
  const member = memberOf(issue);
  const input = issue?.input;
  const isMissing = input === undefined || (Array.isArray(input) && input.length === 0);
  return (isMissing ? missing[member] : undefined) ?? invalid[member] ?? 'OTHER';
}

/** Returns the path without the indices of lists. */
function memberOf({ path }: Partial<z.core.$ZodIssue> = {}): string {
  return (path ?? []).filter((part) => typeof part === 'string').join('.');
}

function pathOf({ path }: z.core.$ZodIssue): string {
  return path.join('.');
}
