// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is a reference of a checklist
import { expect, test } from 'vitest';
import { Interrupted, UserError } from '../../src/errors.ts';
import { acmeMarketplace } from '../support/acme.ts';
import { at, passes } from '../support/script-terminal.ts';
import { prepare, type Situation } from './walked.ts';

const look = '  - { id: look, title: Look, do: Look at it. }\n';
const check = '  - { id: check, title: Check, check: entitlements, within: 1m }\n';
const page = '  - { id: page, title: Page, check: product-page }\n';
const named = '  - { id: named, title: "See ${product.title}", do: Look. }\n';

/** Everywhere that a walk waits for somebody. */
const places: readonly [string, string, (error: Error) => Situation][] = [
  ['at a question', look, (error) => ({ moves: [error] })],
  ['while saying why', look, (error) => ({ moves: ['f', error] })],
  ['while writing a note', look, (error) => ({ moves: ['n', error] })],
  ['after a failure', look, (error) => ({ moves: ['f', { line: 'No.' }, error] })],
  ['while AWS is asked', check, (error) => ({ marketplace: acmeMarketplace({ entitlements: [error] }) })],
  ['while AWS is asked who asks', page, (error) => ({ marketplace: acmeMarketplace({ caller: [error] }) })],
  ['while a value is found', named, (error) => ({ marketplace: acmeMarketplace({ caller: [error] }), moves: [] })],
];

for (const error of [
  new Interrupted('SIGINT'),
  new UserError('ambiguous-product', 'Two products.'),
  new Error('a bug'),
]) {
  test.each(places)(`${error.name} (${error.message}) passes through untouched %s`, async (_, steps, situation) => {
    await expect(prepare(steps, situation(error)).start()).rejects.toBe(error);
  });
}

test('a run that is stopped while it waits does not look again, and stops showing it', async () => {
  const stopping = new AbortController();
  const stopped = new Interrupted('SIGTERM');
  const marketplace = acmeMarketplace({ entitlements: [[], []] });
  const prepared = prepare(check, { marketplace, signal: stopping.signal });
  prepared.clock.onNap = () => {
    if (prepared.clock.naps.length === 2) stopping.abort(stopped);
  };
  await expect(prepared.start()).rejects.toBe(stopped);
  expect(prepared.terminal.showing()).toBeNull();
});

test('what was answered before is kept', async () => {
  const prepared = prepare(look + check, {
    moves: [...at('look').notes('Slow.'), ...passes('look')],
    marketplace: acmeMarketplace({ entitlements: [new Interrupted('SIGHUP')] }),
  });
  await expect(prepared.start()).rejects.toThrow(Interrupted);
  expect(prepared.entries).toMatchObject([
    { type: 'note', step: 'look', text: 'Slow.' },
    { type: 'attempt', step: 'look', status: 'pass' },
  ]);
  expect(prepared.report()).toMatchObject({ verdict: 'incomplete', tally: { pass: 1, pending: 1 } });
});

test('a question that cannot be put ends the looking beside it', async () => {
  const both = '  - { id: buy, title: Buy, do: Buy it., check: entitlements, is: active }\n';
  const gone = new Error('the terminal is gone');
  const prepared = prepare(both, { marketplace: acmeMarketplace({ entitlements: [[]] }), moves: [gone] });
  await expect(prepared.start()).rejects.toBe(gone);
  const naps = prepared.clock.naps.length;
  // Whatever was on its way has had its turn.
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
  expect(prepared.clock.naps.length).toBeLessThanOrEqual(naps + 1);
});
