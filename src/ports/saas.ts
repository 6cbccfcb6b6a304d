/** The operator's configuration for checks of the SaaS, from `mp-verify.yaml` and flags. */
export interface Settings {
  /** In USD. The operator confirms a higher price before the purchase. */
  readonly maxTestPrice: number;
  /** `config.saas.*` in checklists. */
  readonly saas: { readonly signIn: string | null; readonly contractPage: string | null };
  /** The API of the SaaS that returns a buyer's contract; null if not configured. */
  readonly contractApi: ContractApi | null;
}

/** How to read a buyer's contract from the SaaS, to compare it with AWS's. */
export interface ContractApi {
  /** May contain a `${…}` for each of `ApiValues`. */
  readonly url: string;
  /** Sent as they are: `${env.NAME}` is already replaced. */
  readonly headers: Readonly<Record<string, string>>;
  /** JMESPath of a list with one item for each plan; null if the answer has only one plan. */
  readonly items: string | null;
  /** JMESPath in the JSON answer, or in each item; null if the answer does not contain it. */
  readonly plan: string | null;
  readonly quantity: string | null;
  readonly endDate: string | null;
  /** JMESPath of the number of accounts that the SaaS has for the buyer. More than one is a duplicate. */
  readonly accounts: string | null;
  /** AWS's dimension keys by the plan names of the SaaS. */
  readonly plans: Readonly<Record<string, string>>;
}

/** What a request to the contract API is about. */
export interface ApiValues {
  readonly buyer: string;
  /** Empty if the request is about all licenses. */
  readonly licence: string;
  readonly 'product.code': string;
}

export const noSettings: Settings = { maxTestPrice: 1, saas: { signIn: null, contractPage: null }, contractApi: null };

/**
 * Requests to the seller's SaaS: the fulfillment URL and the contract API. Never uses AWS credentials. Limits: 5
 * redirects, 10 s in total (name resolution included), 1 MiB. Plain http and loopback addresses need `allowLoopback`,
 * which is set if the AWS endpoint is on loopback. Cookies last for one request and its redirects, as in a browser.
 */
export interface Web {
  /** Returns a `WebFailure` for every failure. Rejects only if `signal` is aborted, with its reason. */
  request(request: WebRequest, signal: AbortSignal): Promise<WebAnswer>;
}

export interface WebRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  /** Sent only to the origin of `url`, not to others that it redirects to. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as application/x-www-form-urlencoded. */
  readonly form?: Readonly<Record<string, string>>;
  readonly allowLoopback: boolean;
}

export type WebAnswer =
  | {
      readonly status: number;
      /** After all redirects. */
      readonly url: string;
      readonly redirects: readonly string[];
      readonly contentType: string | null;
      readonly body: string;
    }
  | WebFailure;

/** A request without an answer. */
export interface WebFailure {
  readonly status: null;
  /** A whole sentence. Names only origins, because the rest of a URL may contain a secret. */
  readonly why: string;
  /** `tls`: a bad certificate, or no TLS connection. `refused`: mp-verify does not allow the URL or address. */
  readonly kind: 'tls' | 'network' | 'timeout' | 'refused' | 'redirects' | 'too-large';
  /** The origin that failed, after any redirects; null if `url` is not a URL. */
  readonly origin: string | null;
}

/** Whether a URL points to this machine. */
export function isLoopback(url: string): boolean {
  return URL.canParse(url) && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);
}
