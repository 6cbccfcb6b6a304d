/**
 * Requests to the seller's own systems: the fulfillment URL and the contract API. Never with AWS credentials. At most 5
 * redirects, 10 s in all (name resolution included) and 1 MiB. http and loopback addresses only where `allowLoopback` says
 * so, which it does when the AWS endpoint is on loopback. Cookies are kept from one redirect to the next, as a browser
 * does, and forgotten at the end.
 */
export interface Web {
  /** Every failure is an answer; only an aborted signal rejects, with its reason. */
  request(request: WebRequest, signal: AbortSignal): Promise<WebAnswer>;
}

export interface WebRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  /** Sent to the origin of `url` only, never across a redirect to another one. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as application/x-www-form-urlencoded. */
  readonly form?: Readonly<Record<string, string>>;
  readonly allowLoopback: boolean;
}

export type WebAnswer =
  | {
      readonly status: number;
      /** Where the redirects led. */
      readonly url: string;
      readonly redirects: readonly string[];
      readonly contentType: string | null;
      readonly body: string;
    }
  | WebFailure;

/** No answer: a whole sentence says why, naming origins only, since the rest of an address may hold a secret. */
export interface WebFailure {
  readonly status: null;
  readonly why: string;
  /** `tls`: the certificate is at fault, or no TLS can be agreed on. `refused`: an address that may not be asked. */
  readonly kind: 'tls' | 'network' | 'timeout' | 'refused' | 'redirects' | 'too-large';
  /** Who it was about, after the redirects so far; null where the address is no URL at all. */
  readonly origin: string | null;
}

/** An address of this machine. */
export function isLoopback(url: string): boolean {
  return URL.canParse(url) && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);
}
