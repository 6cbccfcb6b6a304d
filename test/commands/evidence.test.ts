import { createHash } from 'node:crypto';
import { readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { openServer } from '../marketplace/support.ts';
import { at } from '../support/script-terminal.ts';
import { documentOf, openMachine, stepWords } from './machine.ts';

const run = 'run contract-change --buyer 666677778888';
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const canary = 'canary0123456789canary0123456789';
const log = `GET /contract HTTP/1.1\nAuthorization: Bearer ${canary}\nCookie: session=${canary}\n\nquantity: 1\n`;
const line = (text: string) => ({ line: text });

async function withFiles() {
  const machine = await openMachine();
  await machine.write('contract page.png', png);
  await machine.write('request.log', log);
  await machine.write('all.har', JSON.stringify({ log: { version: '1.2', entries: [] } }));
  return machine;
}

test('words behind the name of a file are a note; without such a file what was typed can be changed', async () => {
  const machine = await withFiles();
  const ended = await machine.run(`${run} --json`, [
    ...['n', line("@'contract page.png' the contract page")],
    ...['n', line('@request.log\nwith the wrong quantity')],
    ...['n', line('@contract\\ page.png')],
    ...['n', line('@none.log what the SaaS says'), line('@kim: what the SaaS says'), line('What the SaaS says.')],
    'q',
  ]);
  const step = documentOf(ended).checklists[0]?.steps.find(({ id }) => id === 'page');
  expect(step?.evidence?.map(({ name }) => name)).toEqual(['contract page.png', 'request.log']);
  expect(step?.note).toBe('the contract page\nwith the wrong quantity\nWhat the SaaS says.');
  expect(ended.questions.filter((question) => question.includes('what the SaaS says'))).toEqual([
    'line: Note (@FILE attaches a file; Escape cancels): @none.log what the SaaS says',
    'line: Note (@FILE attaches a file; Escape cancels): @kim: what the SaaS says',
  ]);
});

test('a refused attachment is named without the words behind it, and an empty line leaves the question', async () => {
  const machine = await withFiles();
  const ended = await machine.run(run, ['n', line('@nope.png hello'), line(''), 'q']);
  expect(ended.stderr.replaceAll(/\s+/g, ' ')).toContain(
    'Cannot attach nope.png: there is no such file. Change the line, or clear it and press Enter to cancel.',
  );
});

test('a note and a file are taken at a step, secrets in text are replaced, and every report names them', async () => {
  const machine = await withFiles();
  const ended = await machine.run(`${run} --json --report markdown=run.md`, [
    ...at('page').notes('Plan and end date are right.'),
    ...at('page').notes("@'contract page.png'"),
    ...at('page').notes('@request.log'),
    ...at('page').notes(`curl -H 'Authorization: Bearer ${canary}'`),
    at('page').press('q'),
  ]);
  const report = documentOf(ended);
  const step = report.checklists[0]?.steps.find(({ id }) => id === 'page');
  expect(step?.note?.split('\n')).toEqual(['Plan and end date are right.', expect.stringContaining('redacted')]);
  expect(step?.evidence).toMatchObject([
    { name: 'contract page.png', mediaType: 'image/png', bytes: png.length },
    { name: 'request.log', mediaType: 'text/plain', redacted: 2 },
  ]);

  const folder = join((await machine.runs.read('contract-change-1')).location, 'evidence');
  for (const { sha256, bytes } of step?.evidence ?? []) {
    const [name = ''] = (await readdir(folder)).filter((each) => each.startsWith(sha256));
    const kept = await readFile(join(folder, name));
    expect(kept.length).toBe(bytes);
    expect(createHash('sha256').update(kept).digest('hex')).toBe(sha256);
  }
  const screen = ended.stderr.replaceAll(/\s+/g, ' ');
  expect(screen).toMatch(
    /\+ 5 page: contract page\.png, image\/png, \d+ bytes, sha256 [0-9a-f]{12}…, attached 2026-11-23 09:00 UTC/,
  );
  expect(screen).toMatch(/\+ 5 page: request\.log, text\/plain, \d+ bytes, sha256 [0-9a-f]{12}…, 2 secrets redacted/);
  const markdown = await readFile(join(machine.folder, 'run.md'), 'utf8');
  expect(markdown).toContain('Evidence: request.log, text/plain');

  // The canary is nowhere: not on the screen, not in the documents, not in what is kept.
  const everything = [ended.stdout, ended.stderr, markdown, ...(await allFiles(machine.runs.folder))];
  expect(everything.filter((text) => text.includes(canary))).toEqual([]);
});

test('no secret enters a run, whatever it enters by', async () => {
  const saas = await openServer(() => ({
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ plan: `Bearer ${canary}` }),
  }));
  const machine = await openMachine();
  await machine.buy('444455556666');
  await machine.write(`Bearer ${canary}.txt`, log);
  await machine.write('mp-verify.yaml', `saas: { contract-api: { url: "${saas.url}", plan: plan } }\n`);
  await machine.write(
    'mine.yaml',
    `version: 1
id: mine
title: Mine
steps:
  - { id: one, title: One, do: "See \${inputs.header}, \${inputs.session-token}, \${inputs.typed} and \${inputs.filed}." }
  - { id: two, title: Two, do: Look., required: false }
  - { id: three, title: Three, do: Look., required: false }
  - { id: four, title: Four, check: entitlements }
  - { id: five, title: Five, do: Inspect., check: saas-contract }
`,
  );
  const header = `Authorization: Bearer ${canary}`;
  await machine.write(
    'answers.yaml',
    `inputs: { filed: "${header}" }
answers:
  mine:
    one: { verdict: pass, note: "${header}", by: "${header}" }
    two: { verdict: fail, note: "curl -b session=${canary}" }
`,
  );
  const ended = await machine.run(
    [
      ...['run', './mine.yaml', '--buyer', '444455556666', '--answers', 'answers.yaml', '--json'],
      ...['--set', `header=${header}`, '--set', `session-token=${canary}`, '--operator', header],
      ...['--report', 'markdown=run.md', '--report', 'text=run.txt', '--attach', `three=Bearer ${canary}.txt`],
    ],
    [line(header), 'n', line(`x\n${header}`), 'f', line(header), 'p', 'q'],
  );
  const report = documentOf(ended);
  expect(stepWords(report)).toBe('one pass, two fail, three fail, four pass, five error');
  // What comes after is made of what was kept, and the same inputs are the same.
  const resumed = await machine.run(['resume', '--set', `header=${header}`, '--set', `session-token=${canary}`], ['q']);
  const told = [await machine.run('runs show mine-1'), await machine.run('report'), resumed, ended];
  const files = await Promise.all(['run.md', 'run.txt'].map((name) => readFile(join(machine.folder, name), 'utf8')));
  const everything = [
    ...told.flatMap(({ outcome, stdout, stderr }) => [String(outcome), stdout, stderr]),
    ...files,
    ...(await allFiles(machine.runs.folder)),
  ];
  expect(everything.filter((text) => text.includes(canary))).toEqual([]);
  expect(resumed.outcome).toBe('incomplete');
  expect(everything.join().split('[redacted]').length).toBeGreaterThan(20);
});

test('--attach keeps files with their steps, at the beginning of a run and of its resumption', async () => {
  const machine = await withFiles();
  await machine.run(`${run} --attach change=request.log`, ['q']);
  const report = documentOf(await machine.run('resume --json --attach contract-change/change=request.log', ['q']));
  expect(report.checklists[0]?.steps.find(({ id }) => id === 'change')).toMatchObject({
    status: 'pending',
    evidence: [{ name: 'request.log' }],
  });
  const { location: folder } = await machine.runs.read('contract-change-1');
  expect(await readdir(join(folder, 'evidence'))).toHaveLength(1);
});

test('a file may be evidence of a step in each checklist of a run', async () => {
  const machine = await withFiles();
  const attach = ['new-signup', 'existing-user', 'contract-change'].map((id) => ` --attach ${id}/inspect=request.log`);
  const ended = await machine.run(`run use-cases --sandbox --json${attach.join('')}`, ['q']);
  const inspections = documentOf(ended).checklists.map(({ steps }) => steps.find(({ id }) => id === 'inspect'));
  expect(inspections).toMatchObject(Array(3).fill({ evidence: [{ name: 'request.log' }] }));
});

test.each<[what: string, option: string, message: RegExp]>([
  ['a HAR', 'change=all.har', /^all\.har is a HAR file, .*Take a screenshot/],
  ['a file that is not there', 'change=gone.png', /Cannot attach gone\.png: there is no such file\./],
  ['a folder', 'change=.', /it is a folder/],
  ['a step that is not there', 'chang=request.log', /no such step, did you mean "change"\?/],
  ['no file', 'change', /has no file name/],
  ['what is no document', 'change=program.exe', /^program\.exe is .*Attach a PNG/],
  ['more than 10 MiB', 'change=huge.txt', /the limit is 10 MiB/],
])('%s is refused before the walk begins', async (_, option, message) => {
  const machine = await withFiles();
  await machine.write('program.exe', Buffer.from([0x4d, 0x5a, 0x90, 0, 3, 0, 0, 0]));
  await machine.write('huge.txt', Buffer.alloc(10 * 1024 * 1024 + 1, 'a'));
  const { outcome, stderr } = await machine.run(`${run} --attach ${option}`, []);
  expect(outcome).toBeInstanceOf(UserError);
  expect((outcome as Error).message).toMatch(message);
  expect(stderr).toMatch(/^error: /);
  expect(await machine.runs.ids()).toEqual([]);
});

test('at the note prompt a file that cannot be taken is said, and the prompt comes again', async () => {
  const machine = await withFiles();
  await symlink('request.log', join(machine.folder, 'linked.log'));
  const ended = await machine.run(run, [
    ...at('page').notes('@all.har'),
    line('@gone.png'),
    line('@linked.log'),
    at('page').press('q'),
  ]);
  expect(ended.stderr).toMatch(/! {7}all\.har is a HAR file/);
  expect(ended.stderr).toMatch(/! {7}Cannot attach gone\.png/);
  expect(ended.stderr).toMatch(/file {4}linked\.log \(2 secrets redacted\)/);
});

test.each(['', ' '])(
  'an answer in the name of "%s" is refused: the variable that it came from was not set',
  async (name) => {
    const machine = await openMachine();
    const { outcome } = await machine.run(['run', 'contract-change', '--operator', name]);
    expect(outcome).toBeInstanceOf(UserError);
    expect((outcome as Error).message).toContain('It is empty. Specify a name');
  },
);

test('a file that is no longer what was attached is said by whatever shows the run, until it is attached again', async () => {
  const machine = await withFiles();
  const attach = '--attach contract-change/change=request.log';
  await machine.run(`${run} ${attach}`, ['q']);
  const { location: folder } = await machine.runs.read('contract-change-1');
  const [name = ''] = await readdir(join(folder, 'evidence'));
  const path = join(folder, 'evidence', name);
  const kept = await readFile(path);
  await writeFile(
    path,
    kept.map((byte) => byte ^ 1),
  );

  const screens = ['report', 'runs show contract-change-1', 'resume'];
  for (const command of screens) {
    const { outcome, stderr } = await machine.run(command, command === 'resume' ? ['q'] : null);
    expect(outcome).not.toBeInstanceOf(Error);
    expect(stderr.replaceAll(/\s+/g, ' '), command).toMatch(
      /! The file "request\.log" of step "change" \(contract-change\) was changed: .* --attach contract-change\/change=FILE/,
    );
  }
  await machine.run(`resume ${attach}`, ['q']);
  expect(await readFile(path)).toEqual(kept);
  for (const command of screens)
    expect((await machine.run(command, command === 'resume' ? ['q'] : null)).stderr, command).not.toContain(
      '! The file',
    );
});

test('a file for a rehearsal that has passed is kept, though the sandbox of that run is gone', async () => {
  const machine = await withFiles();
  expect((await machine.run('run new-signup --sandbox --rehearse --max-wait 10s')).outcome).toBe('pass');
  const later = await machine.run('resume new-signup-1 --attach page=request.log --json');
  expect(later.outcome).toBe('pass');
  const { run, checklists } = documentOf(later);
  expect(run.interrupted).toBe(false);
  expect(checklists[0]?.steps.find(({ id }) => id === 'page')).toMatchObject({
    status: 'pass',
    evidence: [{ name: 'request.log' }],
  });
});

test('a file of a run that has passed can be attached again: nothing of it is asked again', async () => {
  const machine = await withFiles();
  const attach = '--attach regression/product=request.log';
  expect((await machine.run(`run regression --buyer 666677778888 ${attach}`)).outcome).toBe('pass');
  const { location: folder } = await machine.runs.read('regression-1');
  await rm(join(folder, 'evidence'), { recursive: true });
  const before = (await machine.run('report')).stderr;
  expect(before).toContain('is missing');

  const again = await machine.run(`resume regression-1 ${attach} --json`);
  expect(again.outcome).toBe('pass');
  const steps = documentOf(again).checklists.flatMap((checklist) => checklist.steps);
  expect(steps.filter(({ attempts, carriedOver }) => attempts || carriedOver)).toEqual([]);
  expect((await machine.run('report')).stderr).toBe('');
  expect(await machine.run('report -o run.txt')).toMatchObject({ stdout: '', stderr: 'Wrote run.txt.\n' });
});

async function allFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return Promise.all(
    entries.filter((each) => each.isFile()).map((each) => readFile(join(each.parentPath, each.name), 'latin1')),
  );
}

test('the HTML report shows pictures and folds text; it can be opened in the browser', async () => {
  const machine = await withFiles();
  await machine.run(
    run,
    [at('page').notes("@'contract page.png'"), at('page').notes('@request.log'), at('page').press('q')].flat(),
  );
  const printed = await machine.run('report --format html');
  expect(printed.stdout).toContain(`<img src="data:image/png;base64,${png.toString('base64')}"`);
  expect(printed.stdout).toMatch(/<summary>Show request\.log<\/summary><pre>\nGET \/contract/);
  // What was asked, with the product's title in it.
  expect(printed.stdout).toContain('Acme Notes');
  expect(printed.stdout).not.toContain('${');
  expect(machine.opened).toEqual([]);

  const named = await machine.run('report --format html -o run.html --open');
  expect(named).toMatchObject({ code: 0, stdout: '' });
  const unnamed = await machine.run('report --format html --open');
  expect(unnamed).toMatchObject({ code: 0, stdout: '' });
  const [first, second = ''] = machine.opened;
  expect(first).toBe(join(machine.folder, 'run.html'));
  onTestFinished(() => rm(dirname(second), { recursive: true }));
  expect(unnamed.stderr.replaceAll(/\s+/g, '')).toContain(second);
  expect(await readFile(second, 'utf8')).toBe(printed.stdout);

  for (const format of ['--format text', '--json'])
    expect(await machine.run(`report ${format} --open`)).toMatchObject({
      code: 2,
      stdout: expect.not.stringContaining('PASS'),
    });
});

test('a run writes its HTML report with the files, without those that are missing', async () => {
  const machine = await withFiles();
  const moves = [
    ...at('page').notes("@'contract page.png'"),
    ...at('page').notes('@request.log'),
    at('page').press('q'),
  ];
  await machine.run(`${run} --report html=run.html`, moves);
  const page = () => readFile(join(machine.folder, 'run.html'), 'utf8');
  expect(await page()).toContain('<img src="data:image/png;base64,');
  await rm(join((await machine.runs.read('contract-change-1')).location, 'evidence'), { recursive: true });
  await machine.run('report --format html -o run.html');
  expect(await page()).not.toContain('<img');
  expect(await page()).toContain('Not shown: missing, changed, or too much for one report.');
});

test('--redact leaves out names, ids, notes and files in every format, and counts them on stderr', async () => {
  const machine = await withFiles();
  const ended = await machine.run(`${run} --json --operator Kim`, [
    ...at('page').notes('Kim asked 666677778888.'),
    ...at('page').notes("@'contract page.png'"),
    at('page').press('q'),
  ]);
  const { target, checklists } = documentOf(ended);
  const secrets = [
    'Kim',
    '666677778888',
    'contract page.png',
    target.accountId,
    target.product?.title,
    target.product?.id,
  ];
  for (const format of ['html', 'json', 'junit', 'markdown', 'text']) {
    const { code, stdout, stderr } = await machine.run(`report --format ${format} --redact`);
    expect(code).toBe(0);
    expect(secrets.filter((secret) => secret && stdout.includes(secret))).toEqual([]);
    expect(stdout).not.toContain(png.toString('base64'));
    expect(stderr).toMatch(/^Redacted \d+ values: 2 accounts, /);
    expect(stderr.replace(/\s+/g, ' ')).toMatch(/1 file name, 1 text\. Attached files are not included\. $/);
  }
  const redacted = documentOf(await machine.run('report --json --redact'));
  expect(redacted.target.accountId).toBe('account-1');
  expect(redacted.checklists.map(({ tally }) => tally)).toEqual(checklists.map(({ tally }) => tally));
  const { stdout, code } = await machine.run('report --redact -o shared.html --format html');
  expect([stdout, code]).toEqual(['', 0]);
  expect(await readFile(join(machine.folder, 'shared.html'), 'utf8')).toContain('It is redacted');
});
