import { describe, expect, test } from 'vitest';
import type { Checklist, Step } from '../../src/checklist/model.ts';
import { show } from '../../src/commands/show.ts';
import type { Host } from '../../src/ports/host.ts';
import { loadChecklists } from '../../src/run/checklists.ts';
import { files } from '../../src/system/files.ts';
import { plainPaint } from '../../src/text/styles.ts';

const order = [
  'new-signup',
  'existing-user',
  'contract-change',
  'regression',
  'registration',
  'before-public',
] as const;

async function load(id: (typeof order)[number]): Promise<Checklist> {
  const [checklist] = await loadChecklists([id], files);
  if (!checklist) throw new Error(`there is no ${id}`);
  return checklist;
}

/** `product: product-page`, `page: by hand`, `purchase: by hand and agreement`, advisory ones in brackets. */
function outline({ steps }: Checklist): readonly string[] {
  return steps.map(({ id, do: does, check, required }) => {
    const how = [...(does.length > 0 ? ['by hand'] : []), ...(check ? [check.kind] : [])].join(' and ');
    return required ? `${id}: ${how}` : `(${id}: ${how})`;
  });
}

test('they are listed in the order in which a seller needs them', async () => {
  expect((await files.builtIns()).map(({ id }) => id)).toEqual(order);
});

test.each(order)('%s survives JSON, in which the build puts it into the program', async (id) => {
  const checklist = await load(id);
  expect(JSON.parse(JSON.stringify(checklist))).toStrictEqual(checklist);
});

describe('the use cases check before a purchase, and observe what a person says', () => {
  const before = ['product: product-page', 'ready: product-ready', '(registration: registration-page)'];
  const purchase = [
    ...before,
    '(offer: offer)',
    '(visible: purchase-options)',
    'before: baseline',
    'page: by hand',
    'purchase: by hand and agreement',
  ];
  test.each([
    [
      'new-signup',
      [...purchase, 'sign-up-page: by hand', 'sign-up: by hand', 'sign-in: by hand', 'contract: entitlements'],
    ],
    ['existing-user', [...purchase, 'sign-in-page: by hand', 'sign-in: by hand', 'contract: entitlements']],
    [
      'contract-change',
      [
        ...before,
        'before: baseline',
        'page: by hand',
        'change: by hand and agreement',
        'after: entitlements',
        'sign-in: by hand',
      ],
    ],
  ] as const)('%s', async (id, steps) => {
    expect(outline(await load(id))).toEqual([...steps, 'inspect: by hand and saas-contract']);
  });

  test('a purchase is a new agreement, a change a changed one, and AWS has a quarter of an hour for it', async () => {
    const found = async (id: (typeof order)[number], step: string) =>
      (await load(id)).steps.find((each) => each.id === step);
    for (const [id, step, is] of [
      ['new-signup', 'purchase', 'new'],
      ['existing-user', 'purchase', 'new'],
      ['contract-change', 'change', 'changed'],
    ] as const) {
      expect((await found(id, step))?.check, id).toMatchObject({ fields: { is }, within: 900_000 });
      expect((await found(id, step))?.show, id).toBe(is === 'new' ? 'offer' : null);
      expect((await found(id, 'inspect'))?.check, id).toMatchObject({ within: 300_000 });
    }
  });
});

test('the regression needs no person', async () => {
  const { steps } = await load('regression');
  expect(steps.filter((step) => step.do.length > 0)).toEqual([]);
  expect(steps.every(({ required }) => required)).toBe(true);
  const buysNothing = steps.every(({ check }) => check?.fields.is === undefined || check.fields.is === 'active');
  expect(buysNothing).toBe(true);
});

test('only the registration checklist posts a made-up token', async () => {
  for (const id of order) {
    const posts = (await load(id)).steps.filter(({ check }) => check?.fields.post === true).map((step) => step.id);
    expect(posts, id).toEqual(id === 'registration' ? ['refused'] : []);
  }
});

test('what AWS demands before a product is public has its source, and the day on which it was read', async () => {
  const textOf = ({ expect: expected, ifItFails, do: does }: Step) => [expected, ifItFails, ...does].join(' ');
  const { steps } = await load('before-public');
  const without = steps.filter((step) => !/https:\/\/\S+.*read 2026-11-23/.test(textOf(step))).map(({ id }) => id);
  expect(without).toEqual([]);
});

test.each(order)('%s can be shown whole, at 40 columns too', async (id) => {
  for (const columns of [80, 40]) {
    const printed: string[] = [];
    const host = {
      files,
      stdout: {
        isTerminal: false,
        write: (text: string) => void printed.push(text),
        styles: () => ({ columns, paint: plainPaint }),
      },
    } as unknown as Host;
    expect(await show(id, { color: 'auto' }, host)).toBe('pass');
    const { steps } = await load(id);
    const shown = printed.join('').replaceAll(/\s+/g, ' ');
    expect(shown).not.toMatch(/undefined|null|\[object/);
    for (const { title } of steps) expect(shown).toContain(title);
    const tooWide = printed
      .join('')
      .split('\n')
      .filter((line) => line.length > columns && !line.includes('https://'));
    expect(tooWide).toEqual([]);
  }
});
