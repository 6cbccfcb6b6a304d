/**
 * Requests to the seller's own systems: the fulfillment URL and the contract API. Never with AWS credentials. At most 5
 * redirects, 10 s in all (name resolution included) and 1 MiB. http and loopback addresses only where `allowLoopback` says
 * so, which it does when the AWS endpoint is on loopback.
 */
export interface Web {
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
  /** No answer: a whole sentence says why. `tls` where the certificate is at fault. */
  | {
      readonly status: null;
      readonly why: string;
      readonly kind: 'tls' | 'network' | 'timeout' | 'refused' | 'too-large';
    };
