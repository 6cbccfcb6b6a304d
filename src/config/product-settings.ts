import { compile } from '@jmespath-community/jmespath';
import * as z from 'zod';
import { parseBuyer, wrongBuyer } from '../checklist/buyers.ts';
import { id, textLine } from '../checklist/fields.ts';
import type { Path } from '../checklist/yaml-file.ts';
import { type ContractApi, noSettings, type Settings } from '../ports/saas.ts';
import { wrongApiUrl, wrongHeader, wrongPage } from './saas-settings.ts';

/** A text without a problem according to `wrong`. */
export function checked(wrong: (text: string) => string | null) {
  return z.string().superRefine(checking(wrong));
}

function checking(wrong: (text: string) => string | null) {
  return (value: string, context: z.RefinementCtx) => {
    const message = wrong(value);
    if (message !== null) context.addIssue({ code: 'custom', message });
  };
}

function wrongJmespath(expression: string): string | null {
  try {
    compile(expression);
    return null;
  } catch (error) {
    return `is not valid JMESPath: ${(error as Error).message}`;
  }
}

const page = checked(wrongPage);
const jmespath = textLine.superRefine(checking(wrongJmespath));
const headerName = z.string().regex(/^[!#$%&'*+.^`|~\w-]+$/, 'is not a header name');

const apiUrl = checked(wrongApiUrl).describe(
  `URL that returns the contract as JSON. Can contain \${buyer}, \${licence} and \${product.code} after the host.`,
);

/** A contract API of which a part may be missing, because the file can have the rest elsewhere. */
const partialApi = z.strictObject({
  url: apiUrl.optional(),
  headers: z
    .record(headerName, checked(wrongHeader))
    .describe(
      `Request headers, sent only to the origin of the URL. Take secrets from the environment: Bearer \${env.ACME_TOKEN}`,
    )
    // One header, however it is written. Otherwise two layers of the file would both be sent.
    .transform((headers) =>
      Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
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
});
type PartialApi = z.output<typeof partialApi>;

const wholeApi = partialApi.extend({ url: apiUrl }).superRefine((api, context) => {
  for (const { path, message } of apiFlaws(api)) context.addIssue({ code: 'custom', path: [...path], message });
});

/** Returns what a contract API lacks. The paths are below it. */
export function apiFlaws(api: PartialApi): readonly { readonly path: Path; readonly message: string }[] {
  const flaws: { path: Path; message: string }[] = [];
  if (api.url === undefined) flaws.push({ path: ['url'], message: 'is missing' });
  if (!api.plan && !api.quantity && !api['end-date'])
    flaws.push({
      path: [],
      message: 'needs "plan", "quantity" or "end-date": without them there is nothing to compare',
    });
  if (api.items && !api.plan) flaws.push({ path: ['items'], message: 'needs "plan", which distinguishes the items' });
  if (api.plans && !api.plan) flaws.push({ path: ['plans'], message: 'needs "plan", whose values it maps' });
  return flaws;
}

function saasWith<Api extends z.ZodType>(api: Api) {
  return z.strictObject({
    'sign-in': page.describe('The sign-in page of the SaaS.').optional(),
    'contract-page': page.describe('The page of the SaaS that shows the contract information.').optional(),
    'contract-api': api.describe('The contract as the SaaS sees it, to compare with AWS.').optional(),
  });
}

const wholeSaas = saasWith(wholeApi);
const partialSaas = saasWith(partialApi);

const common = {
  'buyer-profile': textLine.describe('AWS profile of a test buyer, to check what the buyer can see.').optional(),
  buyers: z
    .record(id, checked(wrongBuyer).transform(parseBuyer))
    .describe('Test buyer for each checklist: AWS account ID (in quotes) or customer identifier.')
    .optional(),
  'max-test-price': z
    .number()
    .nonnegative('must not be negative')
    .describe('In USD. Before a test purchase that costs more, you confirm the price. Default: 1')
    .optional(),
  inputs: z.record(id, z.string()).describe(`Values of \${inputs.NAME} in checklists.`).optional(),
};

/** The settings of a file with one product. */
export const wholeSettings = { ...common, saas: wholeSaas.optional() };

/** The settings of one of several products. What is missing comes from elsewhere in the file. */
export const partialSettings = {
  ...common,
  saas: z
    .union([z.literal('none'), partialSaas])
    .describe('none: nothing of this product is compared with the SaaS, and that is meant.')
    .optional(),
};

const layer = z.strictObject(partialSettings);
/** Some settings of a product, as the file says them. */
export type SettingsLayer = z.output<typeof layer>;

/** The fields of a group below the settings, for hints. */
export const groupFields: Readonly<Record<string, readonly string[]>> = {
  saas: Object.keys(partialSaas.shape),
  'saas.contract-api': Object.keys(partialApi.shape),
};

/** Returns the settings for checks, with defaults. A contract API that is not complete is none. */
export function settingsOf({ 'max-test-price': maxTestPrice, saas }: SettingsLayer): Settings {
  const { 'sign-in': signIn, 'contract-page': contractPage, 'contract-api': api } = saas === 'none' ? {} : (saas ?? {});
  return {
    maxTestPrice: maxTestPrice ?? noSettings.maxTestPrice,
    saas: { signIn: signIn ?? null, contractPage: contractPage ?? null },
    contractApi: api && apiFlaws(api).length === 0 ? contractApi(api) : null,
  };
}

function contractApi(api: PartialApi): ContractApi {
  return {
    url: api.url ?? '',
    headers: api.headers ?? {},
    items: api.items ?? null,
    plan: api.plan ?? null,
    quantity: api.quantity ?? null,
    endDate: api['end-date'] ?? null,
    accounts: api.accounts ?? null,
    plans: api.plans ?? {},
  };
}
