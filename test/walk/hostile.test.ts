import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { reporters } from '../../src/reporters/index.ts';
import { plainPaint } from '../../src/text/styles.ts';
import { acmeMarketplace, acmeNotes, granted } from '../support/acme.ts';
import { checklistOf } from '../support/checklist-of.ts';
import { allHostile, hostile, rawIn } from '../support/hostile.ts';
import { material } from '../support/report-material.ts';
import { at, type Move, passes } from '../support/script-terminal.ts';
import { tooWide } from '../support/too-wide.ts';
import { type Prepared, prepare } from './walked.ts';

/** A walk in which every text that comes from outside is `evil`. */
function walkOf(evil: string, columns: number, copy: readonly Move[] = [at('buy').press('c')]): Prepared {
  const text = JSON.stringify(evil);
  const checklist = checklistOf(
    [
      `  - { id: page, title: ${text}, check: product-page }`,
      `  - { id: before, title: ${text}, check: baseline }`,
      `  - { id: buy, title: ${text}, who: buyer, do: [${text}, "\${product.title}"], open: ${text}, expect: ${text}, if-it-fails: ${text} }`,
      `  - { id: link, title: Link, do: ${text}, open: "https://saas.example/" }`,
      `  - { id: late, title: ${text}, check: entitlements, within: 5s, dimension: "\${inputs.plan}" }`,
      `  - { id: seen, title: ${text}, do: "See \${inputs.plan}", show: late }`,
      `  - { id: last, title: ${text}, do: ${text} }`,
      '',
    ].join('\n'),
  );
  const rows = [granted({ dimension: evil, value: evil, licenseArn: evil, expirationDate: evil })];
  return prepare(
    { ...checklist, title: evil, needs: [evil] },
    {
      look: { columns, paint: plainPaint },
      moves: [
        ...[
          ...at('buy').notes(evil),
          ...copy,
          ...at('buy').fails(evil),
          ...at('buy').notes(evil),
          at('buy').press('g'),
        ],
        ...[at('link').press('o'), ...at('link').skips(evil)],
        ...[at('late').press('f'), at('late').press('g')],
        ...passes('seen', 'last'),
      ],
      marketplace: acmeMarketplace({
        describeProduct: () => ({
          ...acmeNotes,
          title: evil,
          visibility: evil,
          fulfillmentUrl: evil,
          dimensions: [{ key: evil, name: evil, types: [] }],
        }),
        findListing: () => ({ listingId: null, why: evil }),
        entitlements: () => rows,
      }),
      inputs: { plan: `not ${evil}` },
      openLink: async () => Promise.reject(new UserError('no-browser', evil)),
    },
  );
}

describe.each(Object.entries(hostile))('%s', (_, evil) => {
  test('never reaches the terminal raw', async () => {
    const prepared = walkOf(evil, 80);
    const progress: string[] = [];
    prepared.clock.onNap = () => progress.push(prepared.terminal.showing() ?? '');
    await prepared.start();
    expect(rawIn(prepared.terminal.written())).toEqual([]);
    expect(progress.flatMap(rawIn)).toEqual([]);
    expect(progress).not.toEqual([]);
  });

  test.each(Object.entries(reporters))('never reaches the report raw: %s', async (_format, reporter) => {
    const prepared = walkOf(evil, 80);
    await prepared.start();
    expect(rawIn(reporter(prepared.report(), material))).toEqual([]);
  });
});

test('is kept as it was in the JSON document', async () => {
  const prepared = walkOf(allHostile, 80);
  await prepared.start();
  const document = JSON.parse(reporters.json(prepared.report()));
  expect(document).toEqual(JSON.parse(JSON.stringify(prepared.report())));
  expect(document.checklists[0].title).toBe(allHostile);
});

// What `c` prints is for elsewhere, and always 80 columns wide.
test.each([80, 40])('does not make the screen wider than its %i columns', async (columns) => {
  const prepared = walkOf(
    'Some plain words, 契約情報を確認できるページ 😀 and_a_very_long_name_without_any_space_in_it',
    columns,
    [],
  );
  await prepared.start();
  expect(tooWide(prepared.terminal.written(), columns)).toEqual([]);
});

test('an answers file cannot forge a line either', async () => {
  const prepared = prepare('  - { id: look, title: Look, do: Look. }\n', {
    answers: { trial: { look: { verdict: 'fail', note: allHostile, by: allHostile } } },
  });
  await prepared.start();
  expect(rawIn(prepared.terminal.written())).toEqual([]);
});
