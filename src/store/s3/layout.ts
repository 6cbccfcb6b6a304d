/**
 * Where things are in a shared store. Nothing is ever overwritten or deleted.
 *
 * | key | content |
 * |---|---|
 * | `store.json` | `{ layout: 1 }`, see `probe.ts` |
 * | `runs/ID/run.json` | the description of a run, as on disk, with a uid and the first hold; creating it takes the number |
 * | `runs/ID/entries/N.json` | slot N: one line of the journal, as on disk, or a mark; see `slots.ts` |
 * | `runs/ID/evidence/SHA256.EXT` | an attached file; a damaged one is attached again as `SHA256.2.EXT` |
 * | `holders/ID/EPOCH.json`, `EPOCH.end.json` | who may add to the run, and that this has ended; see `hold.ts` |
 * | `seals/ID/N.jsonl` | everything up to slot N in one object |
 * | `index/runs/…`, `index/log/…` | what lists show; see `run-index.ts` |
 * | `index/numbers/BASE/N` | empty: the number is taken, even if the objects of the run expire one day |
 * | `pages/ENDPOINT/PRODUCT/N~URL` | product page URLs that operators have entered |
 * | `pushed/UID.N.json` | the id that a local run has got here |
 *
 * Numbers in keys are padded, so that a list can begin behind any of them; those that count down (`999…` minus the number)
 * list the newest first. They are parsed, not compared as text.
 */
export const layout = 1;

const padded = (n: number, digits: number) => String(n).padStart(digits, '0');

/** Pads a number so that higher ones list first. */
export function countdown(n: number, digits: number): string {
  return padded(10 ** digits - 1 - Math.min(Math.max(Math.floor(n), 0), 10 ** digits - 1), digits);
}

export function fromCountdown(text: string): number {
  return 10 ** text.length - 1 - Number(text);
}

const slotDigits = 8;
/** As many as a run id may have. */
export const numberDigits = 15;
const epochDigits = 6;
/** No holder has a higher one. */
export const lastEpoch = 10 ** epochDigits - 1;

export const keys = {
  folder: (id: string) => `runs/${id}/`,
  run: (id: string) => `runs/${id}/run.json`,
  slots: (id: string) => `runs/${id}/entries/`,
  slot: (id: string, n: number) => `runs/${id}/entries/${padded(n, slotDigits)}.json`,
  evidence: (id: string, name: string) => `runs/${id}/evidence/${name}`,
  holders: (id: string) => `holders/${id}/`,
  holder: (id: string, epoch: number) => `holders/${id}/${padded(epoch, epochDigits)}.json`,
  end: (id: string, epoch: number) => `holders/${id}/${padded(epoch, epochDigits)}.end.json`,
  numbers: (base: string) => `index/numbers/${base}/`,
  number: (base: string, n: number) => `index/numbers/${base}/${countdown(n, numberDigits)}`,
  pushed: (uid: string, claim: number) => `pushed/${uid}.${claim}.json`,
  seals: (id: string) => `seals/${id}/`,
  seal: (id: string, n: number) => `seals/${id}/${padded(n, slotDigits)}.jsonl`,
} as const;

/** The number in the last part of a key: 7 for `…/0007.json`; null for a key that has none. */
export function numberIn(key: string): number | null {
  const [, digits] = /\/(\d+)\.[a-z.]+$/.exec(key) ?? [];
  return digits === undefined ? null : Number(digits);
}
