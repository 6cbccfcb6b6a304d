import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import stringWidth from 'string-width';
import { describe, expect } from 'vitest';
import { defaultWorld } from '../../src/sandbox/default-world.ts';
import type { SandboxWorld } from '../../src/sandbox/world.ts';
import { test } from './support/machine.ts';
import { contractChange, finish, operator, walkByKeys } from './support/walking.ts';

const run = ['run', 'contract-change', '--sandbox'];
const esc = '\u001b';
const styled = new RegExp(`${esc}\\[\\d+m`);

function worldOf(title: string, plan = 'Pro'): SandboxWorld {
  const world = defaultWorld(Date.now());
  const products = world.products.map((product, i) => (i === 0 ? { ...product, title } : product));
  const named = products.map((product) => ({
    ...product,
    dimensions: product.dimensions.map((dimension) => ({
      ...dimension,
      name: dimension.key === 'pro' ? plan : dimension.name,
    })),
  }));
  return { ...world, products: named };
}

test('on 40 columns a walk keeps within them: only web addresses and commands, which must not be cut, stick out', async ({
  machine,
}) => {
  const pty = machine.terminal(run, { cols: 40, rows: 60 });
  const at = operator(pty, contractChange);
  await at('page').fails('no');
  const failed = await at('page').asked();
  for (const words of ['[n]ote', '[k]eep the failure and finish', '[g]o on anyway']) expect(failed).toContain(words);
  await at('page').press('r');
  await walkByKeys(pty, contractChange);
  expect(await finish(pty)).toBe(0);

  expect(pty.transcript()).toMatch(/^PASS {2}Contract changed on AWS\s+Marketplace/m);
  // A line of keys that takes several rows is taken away whole.
  expect(pty.transcript()).not.toMatch(/\[q\]uit|\[k\]eep/);
  const wide = pty
    .transcript()
    .split('\n')
    .filter((line) => stringWidth(line) > 40);
  expect(wide.filter((line) => !/https?:\/\/|mp-verify /.test(line))).toEqual([]);
});

describe.concurrent('colour', () => {
  test.for([
    ['is there on a terminal', [], {}, true],
    ['is not there with NO_COLOR', [], { NO_COLOR: '1' }, false],
    ['is not there with --color never', ['--color', 'never'], {}, false],
    ['is there with --color always, whatever NO_COLOR says', ['--color', 'always'], { NO_COLOR: '1' }, true],
  ] as const)('%s', async ([, args, env, coloured], { machine }) => {
    const pty = machine.terminal([...run, ...args], { env });
    const at = operator(pty, contractChange);
    await at('page').fails('no');
    await at('page').press('k');
    expect(await pty.exit()).toBe(1);
    expect(styled.test(pty.raw())).toBe(coloured);
    // The words say it all without colour.
    expect(pty.transcript()).toMatch(/^✓ pass {2}4\/9 [\s\S]*^✗ FAIL {2}5\/9 [\s\S]*^FAIL {2}Contract changed/m);
  });

  test.for([
    ['auto', false],
    ['never', false],
    ['always', true],
  ] as const)('in a pipe with --color %s', async ([color, coloured], { machine }) => {
    const { stdout } = await machine.run(['show', 'new-signup', '--color', color]);
    expect(styled.test(stdout)).toBe(coloured);
  });

  test('is in no report and in no JSON, also with --color always', async ({ machine }) => {
    const reports = ['--report', 'text=run.txt', '--report', 'markdown=run.md'];
    const { stdout } = await machine.run([...run, '--json', '--color', 'always', ...reports]);
    const files = await Promise.all(['run.txt', 'run.md'].map((name) => readFile(join(machine.home, name), 'utf8')));
    for (const text of [stdout, ...files]) expect(text).not.toContain(esc);
  });
});

describe.concurrent('a dumb terminal', () => {
  test('is walked by keys to PASS without a single escape sequence', async ({ machine }) => {
    const pty = machine.terminal(run, { env: { TERM: 'dumb' } });
    await walkByKeys(pty, contractChange);
    expect(await finish(pty)).toBe(0);
    expect(pty.transcript()).toMatch(/^PASS {2}Contract changed on AWS Marketplace/m);
    expect(pty.raw()).not.toContain(esc);
  });

  test('takes reasons, notes and corrections of a line, and Ctrl+C', async ({ machine }) => {
    const pty = machine.terminal([...run, '--report', 'json=run.json'], { env: { TERM: 'dumb' } });
    const at = operator(pty, contractChange);
    await at('page').notes('seen by 花\u007f花子');
    expect(pty.transcript()).toMatch(/note {4}seen by 花子\n/);
    await at('page').press('f');
    await pty.until(/\? What is wrong\?$/);
    pty.keys('\u0004');
    await pty.until(/What is wrong\?[\s\S]*\[q\]uit$/);
    await at('page').fails('404');
    await at('page').asked();
    pty.keys('\u0003');
    expect(await pty.exit()).toBe(130);
    expect(pty.raw()).not.toContain(esc);
    const { checklists, run: ended } = await machine.report('run.json');
    expect(ended.interrupted).toBe(true);
    expect(checklists[0]?.steps[4]).toMatchObject({ status: 'fail', reason: '404', note: 'seen by 花子' });
  });
});

describe.concurrent('a product title', () => {
  const hostile = `Notes${esc}[2J${esc}]0;pwned\u0007\u202etxt.exe\u200b\u009b31m`;
  const shown = 'Notes\\x1b[2J\\x1b]0;pwned\\x07\\u202etxt.exe\\u200b\\x9b31m';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal
  const raw = /\u001b\[2J|\u001b\]|\u0007|\u202e|\u200b|\u009b/;

  test('with control characters reaches the screen of a walk escaped, never raw', async ({ machine }) => {
    const { env } = await machine.marketplace({ world: worldOf(hostile, `Pro${esc}]52;c;cHduZWQ=\u0007`) });
    const pty = machine.terminal(['run', 'contract-change', '--report', 'markdown=run.md'], { env });
    await walkByKeys(pty, contractChange);
    expect(await finish(pty)).toBe(0);
    expect(pty.transcript()).toContain(shown);
    expect(pty.transcript()).toContain('Pro\\x1b]52;c;cHduZWQ=\\x07 (pro)');
    expect(pty.raw()).not.toMatch(raw);
    expect(pty.windowTitle()).toBeNull();
    expect(await readFile(join(machine.home, 'run.md'), 'utf8')).not.toMatch(raw);
  });

  test('with control characters is escaped in a list to choose from', async ({ machine }) => {
    const { env } = await machine.marketplace({ world: worldOf(hostile) });
    const pty = machine.terminal(['product-url', '--product', 'S'], { env });
    await pty.until(/\? Which product\?[\s\S]*Acme Boards {2}prod-sandboxboard1/);
    expect(pty.screen()).toContain(shown);
    pty.keys('\r');
    expect(await pty.exit()).toBe(0);
    expect(pty.transcript()).toContain(`${env.AWS_ENDPOINT_URL}/marketplace/pp/prodview-sandboxnotes1`);
    expect(pty.raw()).not.toMatch(raw);
    expect(pty.windowTitle()).toBeNull();
  });

  test.for(['product-url --all', 'product-url --all --json', 'product-url --product S', 'run contract-change --json'])(
    'with control characters is escaped in a pipe: mp-verify %s',
    async (line, { machine }) => {
      const { env } = await machine.marketplace({ world: worldOf(hostile) });
      const { stdout, stderr } = await machine.run(line.split(' '), { env });
      expect(stdout + stderr).toContain('pwned');
      expect(stdout + stderr).not.toMatch(raw);
      if (line.includes('--json')) expect(stdout).toContain('Notes\\u001b[2J');
    },
  );

  test('in Japanese keeps the columns straight', async ({ machine }) => {
    const { env } = await machine.marketplace({ world: worldOf('請求書クラウド', 'プロ') });
    const pty = machine.terminal(['run', 'contract-change'], { env });
    await walkByKeys(pty, contractChange);
    expect(await finish(pty)).toBe(0);
    const [header = ''] = /^ {2}product {2}請求書クラウド {2}.* SANDBOX, not AWS$/m.exec(pty.transcript()) ?? [];
    expect(stringWidth(header)).toBe(80);
    const tables = [...pty.transcript().matchAll(/^( +license .*)ends\n( +l-\w+ +プロ \(pro\) .*)\d{4}-\d\d-\d\d /gm)];
    expect(tables.length).toBeGreaterThanOrEqual(3);
    for (const [, titles = '', cells = ''] of tables) expect(stringWidth(cells)).toBe(stringWidth(titles));
  });
});
