import { compile } from '@jmespath-community/jmespath';
import { z } from 'zod';
import { parseBuyer, wrongBuyer } from './buyer.ts';
import { pageUrl } from './page-url.ts';
import { wrongApiUrl, wrongHeader, wrongPage } from './saas-addresses.ts';
import { id, text } from './schema.ts';

const buyer = checked(wrongBuyer).transform(parseBuyer);
const page = checked(wrongPage);
const jmespath = text.superRefine(checking(wrongJmespath));
const headerName = z.string().regex(/^[!#$%&'*+.^`|~\w-]+$/, 'is no name of a header');

export const contractApi = z
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

export const saas = z.strictObject({
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
    .regex(pageUrl, 'must be the URL of a product page: https://aws.amazon.com/marketplace/pp/prodview-…')
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
