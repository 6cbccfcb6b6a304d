import type { SandboxAction } from '../checklist/model.ts';
import type { Problem } from '../checklist/problems.ts';
import type { ContractApi } from './saas.ts';

/** The local AWS Marketplace: everything that the rest of the program may ask of it. Loaded at the first call. */
export interface SandboxPort {
  /**
   * Starts a sandbox in this process, which listens until `close`. Rejects with `UserError` if the port, the address or
   * an option cannot be used, and with `InvalidFiles` for all problems of the scenario.
   */
  start(options?: SandboxOptions): Promise<RunningSandbox>;
  /**
   * Where the operator does a buyer's part in the sandbox at `url`: a page, or a command to paste. `product` is an
   * entity id; null for the sandbox's default product.
   */
  practiceCommand(url: string, action: SandboxAction, buyer: string, product: string | null): string;
  /** The sample SaaS of the sandbox at `url`. */
  sampleSaas(url: string): SampleSaas;
  /**
   * Does people's parts on the pages of the sandbox at `url`, with one person for each buyer, and judges by what the
   * pages show.
   */
  openRehearsal(url: string, subject: () => RehearsalSubject): Rehearsal;
  /**
   * Why a step may have failed for a buyer, from the calls that the SaaS made to the sandbox at `url`. Whole sentences;
   * often none. Rejects only if the program is stopped.
   */
  hints(url: string, action: SandboxAction, buyer: string): Promise<readonly string[]>;
  /** The top-level fields of a scenario file. */
  scenarioFields(): Promise<readonly string[]>;
  /** Returns all problems of a scenario file; empty if it is valid. */
  scenarioProblems(path: string, source: string): Promise<readonly Problem[]>;
}

/** Ways to break the sample SaaS, as real integrations break. */
export const saasBugs = [
  'ignores-contract-change',
  'drops-quantity',
  'wrong-plan',
  'get-only-registration',
  'decodes-token-twice',
  'duplicates-existing-user',
  'never-stores-contract',
  'crashes-on-empty-entitlements',
] as const;

export type SaasBugName = (typeof saasBugs)[number];

/** AWS clients that ignore the `AWS_ENDPOINT_URL_…` variables, and so call AWS instead of a sandbox. */
export const unawareClients = 'the JavaScript SDK v2, the Go SDK v1 and the AWS CLI before 2.13';

export interface SandboxOptions {
  /** Default: a free port. */
  readonly port?: number;
  /** Time from a purchase or a change until AWS grants it. Overrides the delays of the scenario. Default: 3000. */
  readonly delayMs?: number;
  /** Throttles calls at AWS's quotas times this number. Overrides the scenario. Default: no throttling. */
  readonly quotas?: number;
  readonly scenarioFile?: ScenarioFile;
  readonly saasBug?: SaasBugName;
  /** Where buyers set up their account instead of at the sample SaaS: an http or https URL. */
  readonly fulfillmentUrl?: string;
  /** The address to listen on. Default: 127.0.0.1. */
  readonly host?: string;
  /** Other host names to accept, as containers use them: `host.docker.internal`. */
  readonly allowHosts?: readonly string[];
  /** Called when an API call has been answered. */
  readonly onCall?: (call: SandboxCall) => void;
}

/** A YAML file with products, buyers, contracts, delays and faults. */
export interface ScenarioFile {
  readonly path: string;
  readonly source: string;
}

/** A call to an API of the sandbox, in words. */
export interface SandboxCall {
  /** Epoch ms. */
  readonly at: number;
  /** Whose keys, and which program: `seller 111122223333, Boto3/1.43.11`. */
  readonly who: string;
  /** `Entitlement GetEntitlements`. */
  readonly action: string;
  readonly about: string;
  /** The HTTP status, and rows, next page or error. */
  readonly answer: string;
}

export interface RunningSandbox {
  /** `http://127.0.0.1:PORT`, or the address that the sandbox listens on. */
  readonly url: string;
  readonly seller: { readonly accountId: string; readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Test buyers' account ids by checklist id. */
  readonly buyers: Readonly<Record<string, string>>;
  /** Access key ids by account id: of the buyers, and of an unrelated account. */
  readonly accessKeyIds: Readonly<Record<string, string>>;
  /** Its products: entity id, and the product code that GetEntitlements takes; null if the scenario omits it. */
  readonly products: readonly { readonly id: string; readonly code: string | null; readonly title: string }[];
  /** Account ids for `practiceCommand`: who can buy, and whose contract can be changed. Null if there is none. */
  readonly practiceBuyers: { readonly purchase: string | null; readonly change: string | null };
  /** Null if buyers are sent to another SaaS. */
  readonly saas: SampleSaas | null;
  /** The fulfillment URLs of its products if none is the sample SaaS; otherwise empty. */
  readonly sentTo: readonly string[];
  /** Other machines may be able to reach the address that the sandbox listens on. */
  readonly isExposed: boolean;
  /** Closes every connection, including those that await an answer. */
  close(): Promise<void>;
}

/** The settings for the sample SaaS, as in `mp-verify.yaml`. */
export interface SampleSaas {
  readonly signIn: string;
  readonly contractPage: string;
  readonly contractApi: ContractApi;
}

/** The product's entity id and page URL, if the run knows them. */
export interface RehearsalSubject {
  readonly product: string | null;
  readonly page: string | null;
}

/** The result of a rehearsed part. `error`: it could not be judged, which says nothing about the SaaS. */
export interface Rehearsed {
  readonly status: 'pass' | 'fail' | 'error';
  /** Whole sentences. */
  readonly words: string;
}

/** Does one part for a test buyer (account id). */
export type Rehearsal = (action: SandboxAction, buyer: string) => Promise<Rehearsed>;
