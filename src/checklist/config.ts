import { z } from 'zod';
import type { Buyer } from './buyer.ts';
import { configFile, contractApi, saas } from './config-schema.ts';
import { versionProblem } from './file-version.ts';
import type { Problem } from './problems.ts';
import { shapeProblems } from './shape-problems.ts';
import { type Path, readYaml } from './yaml-file.ts';

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
