import { compile } from '@jmespath-community/jmespath';
import * as z from 'zod';
import { type Buyer, parseBuyer, wrongBuyer } from '../checklist/buyers.ts';
import { id, textLine } from '../checklist/fields.ts';
import { productPageUrl } from '../checklist/model.ts';
import type { Problem } from '../checklist/problems.ts';
import { type Path, readYaml, shapeProblems, versionProblem } from '../checklist/yaml-file.ts';
import type { RoleToAssume } from '../ports/marketplace.ts';
import { noSettings, type Settings } from '../ports/saas.ts';
import { localStore, parseAddress } from '../ports/storage.ts';
import { isWebAddress } from '../text/safe.ts';
import { wrongApiUrl, wrongHeader, wrongPage } from './saas-settings.ts';

const buyer = checked(wrongBuyer).transform(parseBuyer);
const page = checked(wrongPage);
const jmespath = textLine.superRefine(checking(wrongJmespath));
const headerName = z.string().regex(/^[!#$%&'*+.^`|~\w-]+$/, 'is not a header name');

const contractApi = z
  .strictObject({
    url: checked(wrongApiUrl).describe(
      `URL that returns the contract as JSON. Can contain \${buyer} and \${licence} after the host.`,
    ),
    headers: z
      .record(headerName, checked(wrongHeader))
      .describe(
        `Request headers, sent only to the origin of the URL. Take secrets from the environment: Bearer \${env.ACME_TOKEN}`,
      )
      .optional(),
    items: jmespath
      .describe('JMESPath of a list with one item for each plan; plan, quantity and end-date then apply to each item.')
      .optional(),
    plan: jmespath.describe('JMESPath of the plan name in the response.').optional(),
    quantity: jmespath.describe('JMESPath of the quantity.').optional(),
    'end-date': jmespath.describe('JMESPath of the end date.').optional(),
    accounts: jmespath
      .describe('JMESPath of the number of accounts that the SaaS has for the buyer, which must be 1.')
      .optional(),
    plans: z
      .record(z.string(), textLine)
      .describe('Plan names of the SaaS, each with the key of its dimension.')
      .optional(),
  })
  .superRefine((api, context) => {
    if (!api.plan && !api.quantity && !api['end-date'])
      context.addIssue({
        code: 'custom',
        message: 'needs "plan", "quantity" or "end-date": without them there is nothing to compare',
      });
    if (api.items && !api.plan)
      context.addIssue({
        code: 'custom',
        path: ['items'],
        message: 'needs "plan", which distinguishes the items',
      });
    if (api.plans && !api.plan)
      context.addIssue({ code: 'custom', path: ['plans'], message: 'needs "plan", whose values it maps' });
  });

const saas = z.strictObject({
  'sign-in': page.describe('The sign-in page of the SaaS.').optional(),
  'contract-page': page.describe('The page of the SaaS that shows the contract information.').optional(),
  'contract-api': contractApi.describe('The contract as the SaaS sees it, to compare with AWS.').optional(),
});

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const roleArn = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/;
const externalId = /^[\w+=,.@:/-]{2,1224}$/;

const externalIdField = z.string().regex(externalId, 'must have 2 to 1224 letters, digits or any of _+=,.@:/-');

const storeUrl = checked((text) =>
  text === localStore || parseAddress(text) !== null ? null : `must be s3://BUCKET/PREFIX, or ${localStore}`,
);

const store = z
  .strictObject({
    url: storeUrl.describe('s3://BUCKET/PREFIX'),
    profile: textLine.describe("AWS profile. Default: the seller's credentials.").optional(),
    'role-arn': z
      .string()
      .regex(roleArn, 'must be the ARN of a role, such as arn:aws:iam::111122223333:role/mp-verify-runs')
      .describe('Role that may use the bucket.')
      .optional(),
    'external-id': externalIdField.describe('External ID, if the trust policy of that role asks for one.').optional(),
    region: z
      .string()
      .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be an AWS Region, such as eu-central-1')
      .describe('Region of the bucket. Default: AWS_REGION, otherwise us-east-1.')
      .optional(),
    'endpoint-url': checked((text) =>
      isWebAddress(text) ? null : 'must be a URL that starts with https:// or http://',
    )
      .describe('URL of other storage that speaks S3.')
      .optional(),
  })
  .superRefine(needsRole);

/** An external ID is for a role. */
function needsRole(
  file: { readonly 'external-id'?: string | undefined; readonly 'role-arn'?: string | undefined },
  context: z.RefinementCtx,
): void {
  if (file['external-id'] && !file['role-arn'])
    context.addIssue({
      code: 'custom',
      path: ['external-id'],
      message: 'needs "role-arn", the role that asks for it',
    });
}

/** All of `mp-verify.yaml`. Every field is optional. */
export const configFile = z
  .strictObject({
    version: z.literal(1).optional(),
    product: textLine.describe('Entity ID (prod-…), product code or title.').optional(),
    url: z
      .string()
      .regex(productPageUrl, 'must be the URL of a product page: https://aws.amazon.com/marketplace/pp/prodview-…')
      .describe('URL of the product page, if AWS does not return it.')
      .optional(),
    profile: textLine.describe('AWS profile of the seller.').optional(),
    'role-arn': z
      .string()
      .regex(roleArn, 'must be the ARN of a role, such as arn:aws:iam::111122223333:role/mp-verify')
      .describe('Role of the seller. mp-verify assumes it with the credentials of the profile or the environment.')
      .optional(),
    'external-id': externalIdField.describe('External ID, if the trust policy of the role asks for one.').optional(),
    'buyer-profile': textLine.describe('AWS profile of a test buyer, to check what the buyer can see.').optional(),
    buyers: z
      .record(id, buyer)
      .describe('Test buyer for each checklist: AWS account ID (in quotes) or customer identifier.')
      .optional(),
    operator: textLine.describe('Your name, for the report.').optional(),
    'max-test-price': z
      .number()
      .nonnegative('must not be negative')
      .describe('In USD. Before a test purchase that costs more, you confirm the price. Default: 1')
      .optional(),
    saas: saas.optional(),
    inputs: z.record(id, z.string()).describe(`Values of \${inputs.NAME} in checklists.`).optional(),
    store: z.union([storeUrl, store]).describe('Shared store of runs: s3://BUCKET/PREFIX. Default: local.').optional(),
  })
  .superRefine(needsRole);

function wrongJmespath(expression: string): string | null {
  try {
    compile(expression);
    return null;
  } catch (error) {
    return `is not valid JMESPath: ${(error as Error).message}`;
  }
}

/** A text without a problem according to `wrong`. */
function checked(wrong: (text: string) => string | null) {
  return z.string().superRefine(checking(wrong));
}

function checking(wrong: (text: string) => string | null) {
  return (value: string, context: z.RefinementCtx) => {
    const message = wrong(value);
    if (message !== null) context.addIssue({ code: 'custom', message });
  };
}

/** The settings in `mp-verify.yaml`; null for a missing one. */
export interface Config {
  readonly product: string | null;
  readonly url: string | null;
  readonly profile: string | null;
  readonly role: RoleToAssume | null;
  readonly buyerProfile: string | null;
  /** Test buyers by checklist id. */
  readonly buyers: Readonly<Record<string, Buyer>>;
  readonly operator: string | null;
  readonly inputs: Readonly<Record<string, string>>;
  readonly store: ConfiguredStore | null;
  /** With defaults. The headers of the contract API are as written in the file: `${env.NAME}` is not filled in. */
  readonly settings: Settings;
}

/** Where runs are saved, as the file says it. */
export interface ConfiguredStore {
  /** `s3://…`, or `local`. */
  readonly url: string;
  readonly profile: string | null;
  readonly role: RoleToAssume | null;
  readonly region: string | null;
  readonly endpointUrl: string | null;
}

/** Parses a configuration, or returns all its problems. A file with only comments is an empty configuration. */
export function parseConfig(name: string, source: string): Config | readonly Problem[] {
  const file = readYaml(name, orEmptyMap(source));
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
    role: roleIn(data),
    buyerProfile: data['buyer-profile'] ?? null,
    buyers: data.buyers ?? {},
    operator: data.operator ?? null,
    inputs: data.inputs ?? {},
    store: data.store === undefined ? null : storeIn(typeof data.store === 'string' ? { url: data.store } : data.store),
    settings: {
      maxTestPrice: data['max-test-price'] ?? noSettings.maxTestPrice,
      saas: { signIn: data.saas?.['sign-in'] ?? null, contractPage: data.saas?.['contract-page'] ?? null },
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
  };
}

function roleIn(fields: {
  readonly 'role-arn'?: string | undefined;
  readonly 'external-id'?: string | undefined;
}): RoleToAssume | null {
  const arn = fields['role-arn'];
  return arn === undefined ? null : { arn, externalId: fields['external-id'] ?? null };
}

function storeIn(fields: z.output<typeof store>): ConfiguredStore {
  return {
    url: fields.url,
    profile: fields.profile ?? null,
    role: roleIn(fields),
    region: fields.region ?? null,
    endpointUrl: fields['endpoint-url'] ?? null,
  };
}

/** YAML reads a file with only comments as null. That is not an error here. */
function orEmptyMap(source: string): string {
  return source.split('\n').every((line) => /^\s*(#|$)/.test(line)) ? '{}' : source;
}

/** Removes values from the error of a header: they may be secret. */
function withoutSecrets(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_type' || issue.path[2] !== 'headers' || issue.path.length < 4) return issue;
  return { code: 'custom', path: issue.path, message: 'must be text: put it in quotes' };
}

function knownFields(path: Path): readonly string[] {
  const shapes: Readonly<Record<string, object>> = {
    '': configFile.shape,
    saas: saas.shape,
    'saas.contract-api': contractApi.shape,
    store: store.shape,
  };
  return Object.keys(shapes[path.join('.')] ?? {});
}

export type FileKind = 'answers' | 'checklist' | 'configuration' | 'scenario';

/**
 * Guesses what a file is meant to be: a configuration if it has the name of one, otherwise by its fields.
 * Configurations and scenarios share test buyers and version, so the kind with more of the other fields wins.
 */
export function fileKind(name: string, file: ReturnType<typeof readYaml>, scenarioFields: readonly string[]): FileKind {
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
