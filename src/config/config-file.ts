import { compile } from '@jmespath-community/jmespath';
import { z } from 'zod';
import { type Buyer, parseBuyer, wrongBuyer } from '../checklist/buyers.ts';
import { productPageUrl } from '../checklist/model.ts';
import { id, text } from '../checklist/parse-checklist.ts';
import type { Problem } from '../checklist/problems.ts';
import { type Path, readYaml, shapeProblems, versionProblem } from '../checklist/yaml-file.ts';
import { wrongApiUrl, wrongHeader, wrongPage } from './saas-settings.ts';

const buyer = checked(wrongBuyer).transform(parseBuyer);
const page = checked(wrongPage);
const jmespath = text.superRefine(checking(wrongJmespath));
const headerName = z.string().regex(/^[!#$%&'*+.^`|~\w-]+$/, 'is no name of a header');

const contractApi = z
  .strictObject({
    url: checked(wrongApiUrl).describe(`Asked by GET for JSON. Can name \${buyer} and \${licence} after its host.`),
    headers: z
      .record(headerName, checked(wrongHeader))
      .describe(`Sent to the origin of the URL only. Secrets come from the environment: Bearer \${env.ACME_TOKEN}`)
      .optional(),
    items: jmespath
      .describe('JMESPath of a list, one item a plan: plan, quantity and end-date are then looked up in each item.')
      .optional(),
    plan: jmespath.describe("JMESPath of the plan's name in the answer.").optional(),
    quantity: jmespath.describe('JMESPath of the quantity.').optional(),
    'end-date': jmespath.describe("JMESPath of the contract's end.").optional(),
    accounts: jmespath
      .describe('JMESPath of the number of accounts that the SaaS has for the buyer: it must be 1.')
      .optional(),
    plans: z
      .record(z.string(), text)
      .describe("The SaaS's plan names, and the keys of the dimensions that they stand for.")
      .optional(),
  })
  .superRefine((api, context) => {
    if (!api.plan && !api.quantity && !api['end-date'])
      context.addIssue({
        code: 'custom',
        message: 'needs "plan", "quantity" or "end-date": nothing would be compared',
      });
    if (api.items && !api.plan)
      context.addIssue({
        code: 'custom',
        path: ['items'],
        message: 'needs "plan", looked up in each item: without it nothing tells the items apart',
      });
    if (api.plans && !api.plan)
      context.addIssue({ code: 'custom', path: ['plans'], message: 'translates what "plan" finds, which is missing' });
  });

const saas = z.strictObject({
  'sign-in': page.describe('The sign-in page of the SaaS.').optional(),
  'contract-page': page.describe('The page of the SaaS that shows the contract information.').optional(),
  'contract-api': contractApi.describe("The SaaS's own view of a contract, compared with AWS's.").optional(),
});

/** `mp-verify.yaml`, the whole of it: every field may be missing. */
export const configFile = z.strictObject({
  version: z.literal(1).optional(),
  product: text.describe('Entity id (prod-…), product code or title.').optional(),
  url: z
    .string()
    .regex(productPageUrl, 'must be the URL of a product page: https://aws.amazon.com/marketplace/pp/prodview-…')
    .describe('The product page, where AWS does not tell it.')
    .optional(),
  profile: text.describe('AWS profile of the seller.').optional(),
  'buyer-profile': text.describe("AWS profile of a test buyer: looks with the buyer's eyes.").optional(),
  buyers: z
    .record(id, buyer)
    .describe('Test buyer of each checklist: AWS account id (quoted) or customer id.')
    .optional(),
  operator: text.describe('Your name, for the report.').optional(),
  'max-test-price': z
    .number()
    .nonnegative('must not be negative')
    .describe('In USD; above it a price must be acknowledged. Default: 1')
    .optional(),
  saas: saas.optional(),
  inputs: z.record(id, z.string()).describe(`Values of \${inputs.NAME} in checklists.`).optional(),
});

function wrongJmespath(expression: string): string | null {
  try {
    compile(expression);
    return null;
  } catch (error) {
    return `is not JMESPath: ${(error as Error).message}`;
  }
}

/** A text that nothing is wrong with. */
function checked(wrong: (text: string) => string | null) {
  return z.string().superRefine(checking(wrong));
}

function checking(wrong: (text: string) => string | null) {
  return (value: string, context: z.RefinementCtx) => {
    const message = wrong(value);
    if (message !== null) context.addIssue({ code: 'custom', message });
  };
}

/** What `mp-verify.yaml` says; null where it says nothing. */
export interface Config {
  readonly product: string | null;
  readonly url: string | null;
  readonly profile: string | null;
  readonly buyerProfile: string | null;
  /** By checklist id. */
  readonly buyers: Readonly<Record<string, Buyer>>;
  readonly operator: string | null;
  readonly maxTestPrice: number | null;
  readonly saas: {
    readonly signIn: string | null;
    readonly contractPage: string | null;
    readonly contractApi: ContractApiConfig | null;
  };
  readonly inputs: Readonly<Record<string, string>>;
}

/** As it stands in the file: `${buyer}`, `${licence}` and `${env.NAME}` are not filled in. */
interface ContractApiConfig {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JMESPath, as `plan`, `quantity` and `endDate`, which are looked up in each item. */
  readonly items: string | null;
  readonly plan: string | null;
  readonly quantity: string | null;
  readonly endDate: string | null;
  readonly accounts: string | null;
  readonly plans: Readonly<Record<string, string>>;
}

/** A configuration, or everything that is wrong with the file. One that holds only comments says nothing. */
export function parseConfig(name: string, source: string): Config | readonly Problem[] {
  const file = readYaml(name, orNothing(source));
  if (!('value' in file)) return file;
  const version = versionProblem(file);
  if (version) return [version];
  const parsed = configFile.safeParse(file.value, { reportInput: true });
  if (!parsed.success)
    return shapeProblems(file, [], new z.ZodError(parsed.error.issues.map(withoutSecrets)), knownFields);

  const { data } = parsed;
  const api = data.saas?.['contract-api'];
  return {
    product: data.product ?? null,
    url: data.url ?? null,
    profile: data.profile ?? null,
    buyerProfile: data['buyer-profile'] ?? null,
    buyers: data.buyers ?? {},
    operator: data.operator ?? null,
    maxTestPrice: data['max-test-price'] ?? null,
    saas: {
      signIn: data.saas?.['sign-in'] ?? null,
      contractPage: data.saas?.['contract-page'] ?? null,
      contractApi: api
        ? {
            url: api.url,
            headers: api.headers ?? {},
            items: api.items ?? null,
            plan: api.plan ?? null,
            quantity: api.quantity ?? null,
            endDate: api['end-date'] ?? null,
            accounts: api.accounts ?? null,
            plans: api.plans ?? {},
          }
        : null,
    },
    inputs: data.inputs ?? {},
  };
}

/** Settings that are all commented out are no mistake; to YAML they are nothing at all. */
export function orNothing(source: string): string {
  return source.split('\n').every((line) => /^\s*(#|$)/.test(line)) ? '{}' : source;
}

/** What stands in a header may be a secret: an error does not repeat it. */
function withoutSecrets(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_type' || issue.path[2] !== 'headers' || issue.path.length < 4) return issue;
  return { code: 'custom', path: issue.path, message: 'must be text: put it in quotes' };
}

function knownFields(path: Path): readonly string[] {
  const shapes: Readonly<Record<string, object>> = {
    '': configFile.shape,
    saas: saas.shape,
    'saas.contract-api': contractApi.shape,
  };
  return Object.keys(shapes[path.join('.')] ?? {});
}

export type FileKind = 'answers' | 'checklist' | 'configuration' | 'scenario';

/**
 * What a file is meant as: by its name, where it is the one that a configuration has, else by its fields. Test buyers and the
 * version are fields of both a configuration and a scenario: of the others the most decide, and where there are none it is a
 * configuration.
 */
export function fileKind(name: string, source: string, scenarioFields: readonly string[]): FileKind {
  const file = readYaml(name, orNothing(source));
  const named = /(^|[/\\])mp-verify\.ya?ml$/.test(name);
  if (!('value' in file) || typeof file.value !== 'object' || file.value === null)
    return named ? 'configuration' : 'checklist';
  const fields = Object.keys(file.value).filter((field) => field !== 'version');
  if (fields.includes('steps')) return 'checklist';
  if (named) return 'configuration';
  if (fields.includes('answers')) return 'answers';
  const ofConfig = fields.filter((field) => Object.hasOwn(configFile.shape, field));
  const ofScenario = fields.filter((field) => scenarioFields.includes(field));
  if (ofScenario.length > ofConfig.length) return 'scenario';
  return ofConfig.length > 0 ? 'configuration' : 'checklist';
}
