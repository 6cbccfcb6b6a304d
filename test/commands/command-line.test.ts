import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { failureText } from '../../src/main.ts';
import { openMachine } from './machine.ts';

describe('a right command line answers on stdout alone:', () => {
  test.each([
    ['run --help', /^Usage: mp-verify run [\s\S]*--max-wait <duration>/],
    ['list', /^new-signup .*\n[\s\S]*\nexisting-user .*\n[\s\S]*\ncontract-change /],
    ['show new-signup', /\n8\/13 {2}Buy a contract +who: BUYER\n[\s\S]*\n13\/13 {2}Inspect the contract/],
    // Nobody sits here: it is no home.
    ['', /^Usage: mp-verify/],
  ])('mp-verify %s', async (line, stdout) => {
    const ended = await (await openMachine()).run(line);
    expect(ended).toMatchObject({ code: 0, stdout: expect.stringMatching(stdout), stderr: '' });
  });

  test('mp-verify show --who buyer is what the one with the test account does, and no more', async () => {
    const { code, stdout } = await (await openMachine()).run('show new-signup --who buyer');
    expect(code).toBe(0);
    expect(stdout.match(/^\d+\/13 {2}.*$/gm)).toEqual([
      expect.stringMatching(/^8\/13 {2}Buy a contract +who: BUYER$/),
      expect.stringMatching(/^9\/13 {2}Continue to the sign-up page +who: BUYER$/),
    ]);
  });

  test('mp-verify schema NAME prints a JSON Schema, and nothing else', async () => {
    const machine = await openMachine();
    for (const name of ['checklist', 'config', 'scenario', 'report']) {
      const { code, stdout, stderr } = await machine.run(`schema ${name}`);
      expect([code, stderr]).toEqual([0, '']);
      expect(JSON.parse(stdout)).toMatchObject({ type: 'object', additionalProperties: false });
    }
  });
});

test('mp-verify copy writes a checklist that is valid, and says what to do with it; never over another file', async () => {
  const machine = await openMachine();
  const { code, stdout } = await machine.run('copy contract-change my.yaml');
  expect(code).toBe(0);
  expect(stdout.split('\n')).toEqual([
    'Created my.yaml. Edit it, then:',
    '  mp-verify validate my.yaml',
    '  mp-verify run my.yaml',
    'For completion in your editor:',
    '  mp-verify schema checklist > checklist.schema.json',
    '',
  ]);
  expect(await machine.run('validate my.yaml')).toMatchObject({
    code: 0,
    stdout: 'my.yaml: ok, contract-change, 9 steps\n',
  });
  expect(await machine.run('copy new-signup my.yaml')).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('my.yaml already exists.'),
  });
  expect(await machine.run('copy use-cases')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('There is no built-in checklist "use-cases"'),
  });
});

describe('a wrong command line is exit 2 with an error and a hint on stderr alone:', () => {
  test.each([
    ['rum', "unknown command 'rum' (Did you mean run?)"],
    ['run --sandbux', "unknown option '--sandbux' (Did you mean --sandbox?)"],
    ['show', "missing required argument 'id'"],
    ['entitlements', "required option '--buyer <id>' not specified"],
    ['list all', "too many arguments for 'list'"],
    ['list --color pink', "argument 'pink' is invalid. Allowed choices are auto, always, never."],
    ['sandbox --port 70000', "argument '70000' is invalid. It is not a port"],
    ['product-url --endpoint-url aws', "argument 'aws' is invalid. It is not a URL"],
    ['product-url --sandbox --profile x', "option '--sandbox' cannot be used with option '--profile <name>'"],
  ])('mp-verify %s', async (line, message) => {
    const { code, stdout, stderr } = await (await openMachine()).run(line);
    expect([code, stdout]).toEqual([2, '']);
    const [error, hint, ...more] = stderr.split('\n');
    expect(error).toContain(message);
    expect(hint).toMatch(/^ {2}See: mp-verify [a-z -]*--help$/);
    expect(more).toEqual(['']);
  });
});

test('leaving the choice of a checklist is exit 2, and says what to do', async () => {
  const { code, stderr } = await (await openMachine()).run('run', [{ choose: null }]);
  expect([code, stderr]).toEqual([
    2,
    'error: Nothing was chosen.\n  Run: mp-verify run new-signup. List the checklists: mp-verify list\n',
  ]);
});

describe('a wrong value is exit 2, and with --json one error document is all of stdout:', () => {
  const one = 'run new-signup --sandbox';
  const three = 'run use-cases --sandbox';
  test.each([
    ['run', 'missing-checklist', 'No checklist was given.'],
    ['run new-signpu', 'unknown-checklist', '"new-signpu", did you mean "new-signup"?'],
    ['run use-cases new-signup', 'same-checklist-twice', 'new-signup is specified twice'],
    ['run ./none.yaml', 'invalid-file', './none.yaml: there is no such file'],
    ['run new-signup', 'missing-buyer', 'new-signup needs a test buyer'],
    [`${one} --buyer 44445555666`, 'bad-buyer', 'has 12 digits, but this has 11'],
    [`${one} --buyer 444455556666 --buyer 555566667777`, 'too-many-buyers', 'the buyer 555566667777'],
    [`${one} --buyer existing-user=444455556666`, 'unknown-checklist', 'no checklist "existing-user"'],
    [`${three} --buyer 444455556666 --buyer 4444-5555-6666`, 'buyer-used-up', 'existing-user cannot use the buyer'],
    [`${one} --max-wait 5`, 'bad-duration', '"5" is not a duration'],
    [`${one} --set plan`, 'bad-set', '--set plan has no value'],
    [`${one} --url https://aws.amazon.com/`, 'bad-url', '"https://aws.amazon.com/" is not a product page URL'],
    [`${one} --answers none.yaml`, 'invalid-file', 'none.yaml: there is no such file'],
    [`${one} --report jsn=run.json`, 'bad-report', 'unknown format "jsn", did you mean "json"?'],
    [`${one} --report json`, 'bad-report', 'has no file name'],
    [`${one} --report json=a --report text=a`, 'bad-report', 'writes to a twice'],
    ['product-url --sandbox --product=', 'unknown-product', 'name of the product is empty'],
    [`${one} --report json=no/folder/run.json`, 'cannot-write', 'its folder does not exist'],
    [`${one} --report markdown=a-folder`, 'cannot-write', 'a-folder: it is a folder'],
    ['product-url --sandbox --product rockets', 'unknown-product', '"rockets"'],
    ['entitlements --sandbox --buyer 1111-2222-3333', 'buyer-is-seller', "111122223333 is the seller's own account"],
  ])('mp-verify %s', async (line, code, message) => {
    const machine = await openMachine();
    machine.endpoint = 'http://127.0.0.1:9';
    await mkdir(join(machine.folder, 'a-folder'));
    const ended = await machine.run(`${line} --json`);
    expect(ended.code).toBe(2);
    expect(JSON.parse(ended.stdout)).toEqual({
      schemaVersion: 1,
      error: { code, message: expect.stringContaining(message), hint: expect.toBeOneOf([null, expect.any(String)]) },
    });
    // A person reads the same, no stack trace, and no step was begun.
    expect(ended.stderr).toContain(message);
    expect(ended.stderr).not.toMatch(/^ +at |^. \w+ +1\/\d/m);
  });

  test('mp-verify product-url, where two products can be meant, names the title and the ID of each', async () => {
    const ended = await (await openMachine()).run('product-url --sandbox --product acme');
    expect([ended.code, ended.stdout]).toEqual([2, '']);
    expect(ended.stderr).toContain(
      '"Acme Notes" prod-sandboxnotes1 (Limited), "Acme Boards" prod-sandboxboard1 (Public)',
    );
  });
});

test('an error on a narrow terminal breaks between words, and leaves commands and paths whole', () => {
  const path = '/home/aiko/a-long-folder-name/another-one/mp-verify.yaml';
  const hint = `Run: mp-verify run new-signup --sandbox --buyer 444455556666. List the checklists: mp-verify list`;
  const error = new UserError('missing-checklist', `Cannot read ${path}: it is a folder.`, hint);
  expect(failureText(error, false, 40).stderr).toMatchInlineSnapshot(`
    "error: Cannot read
      /home/aiko/a-long-folder-name/another-one/mp-verify.yaml:
      it is a folder.
      Run:
      mp-verify run new-signup --sandbox --buyer 444455556666.
      List the checklists: mp-verify list
    "
  `);
  expect(failureText(error, false, null).stderr).toBe(`error: Cannot read ${path}: it is a folder.\n  ${hint}\n`);
});

describe('files that are wrong', () => {
  const flawed = `version: 1
id: my-case
title: Mine
steps:
  - id: a
    titel: First
    do: Look.
  - id: b
    title: Second
    check: entitlemens
  - id: c
    title: Third
    do: Look at \${prodct.url}.
    show: later
`;

  test('are told with place and suggestion, all at once, exit 2, and nothing else on stderr', async () => {
    const machine = await openMachine();
    await machine.write('flawed.yaml', flawed);
    await machine.write('empty.yaml', '');
    await machine.write('latin1.yaml', Buffer.from('title: caf\u00e9', 'latin1'));
    await machine.write('not-yaml.yaml', 'title: [');
    await machine.write('large.yaml', '#'.repeat(1024 * 1024 + 1));
    await machine.write('growing.yaml', `a: &a [x, x, x, x, x, x, x, x, x]\n${aliases('bcdefghi')}`);
    await mkdir(join(machine.folder, 'a-folder'));
    const files = ['flawed', 'empty', 'latin1', 'not-yaml', 'large', 'growing', 'none'].map((name) => `${name}.yaml`);
    const ended = await machine.run(['validate', ...files, 'a-folder']);
    expect([ended.code, ended.stdout]).toEqual([2, '']);
    expect(ended.stderr.trimEnd().split('\n')).toEqual([
      'flawed.yaml:5:5: steps[0].title: is missing',
      'flawed.yaml:6:5: steps[0].titel: unknown field, did you mean "title"?',
      'flawed.yaml:10:12: steps[1].check: unknown check "entitlemens", did you mean "entitlements"?',
      `flawed.yaml:13:9: steps[2].do: unknown reference \${prodct.url}, did you mean "product.url"?`,
      expect.stringMatching(/^flawed\.yaml:14:11: steps\[2\]\.show: there is no step "later"/),
      'empty.yaml: the file is empty',
      'latin1.yaml: the file is not UTF-8 text: save it as UTF-8',
      expect.stringMatching(/^not-yaml\.yaml:1:9: not YAML: /),
      'large.yaml: it is too large (1.0 MiB); the limit is 1 MiB',
      'growing.yaml: its aliases (*) expand to too much data',
      'none.yaml: there is no such file',
      'a-folder: it is a folder, not a file',
    ]);
  });

  test('are one error document on stdout with --json', async () => {
    const machine = await openMachine();
    await machine.write('flawed.yaml', flawed);
    const ended = await machine.run('run ./flawed.yaml --sandbox --json');
    expect(ended.code).toBe(2);
    const message = expect.stringMatching(/^\.\/flawed\.yaml:5:5: .*\n\.\/flawed\.yaml:6:5: /);
    expect(JSON.parse(ended.stdout)).toMatchObject({ schemaVersion: 1, error: { code: 'invalid-file', message } });
  });

  test('do not hide the good ones: validate names each', async () => {
    const machine = await openMachine();
    await machine.write(
      'good.yaml',
      'version: 1\nid: mine\ntitle: Mine\nsteps:\n  - { id: a, title: A, do: Look. }\n  - { id: b, title: B, do: Look. }\n',
    );
    expect(await machine.run('validate good.yaml')).toMatchObject({
      code: 0,
      stdout: 'good.yaml: ok, mine, 2 steps\n',
      stderr: '',
    });
    const both = await machine.run('validate good.yaml none.yaml');
    expect([both.code, both.stdout]).toEqual([2, 'good.yaml: ok, mine, 2 steps\n']);
    expect(both.stderr).toBe('none.yaml: there is no such file\n');
  });

  test('of answers name the step that does not exist, and the account that YAML reads as a number', async () => {
    const machine = await openMachine();
    const answers =
      'answers: { new-signup: { purchas: pass, contract: pass } }\nbuyers: { new-signup: 012345678901 }\n';
    await machine.write('answers.yaml', answers);
    const { code, stderr } = await machine.run('run new-signup --sandbox --answers answers.yaml');
    expect(code).toBe(2);
    expect(stderr.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^answers\.yaml:1:26: .* no step "purchas", did you mean "purchase"\?$/),
      expect.stringMatching(
        /^answers\.yaml:1:41: .*contract: the program checks this step, so it cannot have an answer$/,
      ),
      expect.stringMatching(/^answers\.yaml:2:23: buyers\.new-signup: must be text, but YAML reads a number here/),
    ]);
  });
});

/** Each is nine times the one before it. */
function aliases(names: string): string {
  const line = (name: string) => `${name}: &${name} [${`*${String.fromCharCode(name.charCodeAt(0) - 1)},`.repeat(9)}]`;
  return [...names].map(line).join('\n');
}
