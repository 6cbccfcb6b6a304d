import { onTestFinished } from 'vitest';
import type { Entitlement } from '../../src/checklist/outputs.ts';
import type { Granted, Marketplace } from '../../src/ports/marketplace.ts';

type Question = Exclude<keyof Marketplace, 'assumedBy' | 'endpoint' | 'clockSkew'>;
type Answer<Asked extends Question> = Awaited<ReturnType<Marketplace[Asked]>>;

/** Either one answer per call, in order (an error is rejected with), or a function that answers every call. */
type Answers<Asked extends Question> =
  | readonly (Answer<Asked> | Error)[]
  | ((...args: Parameters<Marketplace[Asked]>) => Answer<Asked> | Promise<Answer<Asked>>);

type Rows = readonly Entitlement[];
export type MarketplaceScript = { readonly [Asked in Exclude<Question, 'entitlements'>]?: Answers<Asked> } & {
  /** Rows alone are answered at the time `awsTime`. */
  readonly entitlements?:
    | readonly (Granted | Rows | Error)[]
    | ((...args: Parameters<Marketplace['entitlements']>) => Granted | Rows | Promise<Granted | Rows>);
  readonly endpoint?: string | null;
  readonly clockSkew?: number | null;
};

/** AWS's time, unless a script sets it. */
const awsTime = new Date('2026-11-23T09:00:00Z');

export interface FakeMarketplace extends Marketplace {
  /** Every question with its arguments, in order: `entitlements acmenotes 444455556666`. */
  readonly asked: string[];
  /** Throws if scripted answers are left over. Called when the test finishes. */
  done(): void;
}

/** A scripted AWS. An unexpected question rejects, and an unused answer fails the test. */
export function fakeMarketplace(script: MarketplaceScript = {}): FakeMarketplace {
  const asked: string[] = [];
  const leftovers: (() => string | null)[] = [];

  function scripted<Args extends readonly unknown[], Value>(
    name: Question,
    answers: readonly (Value | Error)[] | ((...args: Args) => Value | Promise<Value>) = [],
  ): (...args: Args) => Promise<Value> {
    const left = typeof answers === 'function' ? [] : [...answers];
    leftovers.push(() => (left.length === 0 ? null : `${left.length} of ${name}`));
    return async (...args) => {
      const question = [name, ...args].join(' ');
      asked.push(question);
      if (typeof answers === 'function') return answers(...args);
      const next = left.shift();
      if (next === undefined) throw new Error(`unexpected question to AWS: ${question}`);
      if (next instanceof Error) throw next;
      return next;
    };
  }

  const done = () => {
    const left = leftovers.map((leftover) => leftover()).filter((text) => text !== null);
    if (left.length > 0) throw new Error(`answers of AWS that nobody asked for: ${left.join(', ')}`);
  };
  onTestFinished(done);
  const entitlements = scripted<[code: string, buyer: string], Granted | Rows>('entitlements', script.entitlements);
  return {
    asked,
    done,
    endpoint: script.endpoint ?? null,
    caller: scripted('caller', script.caller),
    assumedBy: async () => null,
    listProducts: scripted('listProducts', script.listProducts),
    describeProduct: scripted('describeProduct', script.describeProduct),
    describeProducts: scripted('describeProducts', script.describeProducts),
    findListing: scripted('findListing', script.findListing),
    entitlements: async (...args) => {
      const answer = await entitlements(...args);
      return 'rows' in answer ? answer : { rows: answer, at: awsTime };
    },
    clockSkew: () => script.clockSkew ?? null,
    agreements: scripted('agreements', script.agreements),
    publicOffer: scripted('publicOffer', script.publicOffer),
    purchaseOptions: scripted('purchaseOptions', script.purchaseOptions),
    refreshCredentials: scripted('refreshCredentials', script.refreshCredentials),
    ping: scripted('ping', script.ping),
    probe: scripted('probe', script.probe),
  };
}
