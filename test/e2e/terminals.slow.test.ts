import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { type Report, reportDocument } from '../../src/checklist/report-document.ts';
import { type Machine, test } from './support/machine.ts';
import type { Pty } from './support/pty.ts';
import { contractChange, operator } from './support/walking.ts';

/** A command of a shell with that stdin. `yes` would answer every question. */
const stdins = {
  'a terminal': (command: string) => command,
  'a pipe': (command: string) => `yes p | ${command}`,
  closed: (command: string) => `<&- ${command}`,
  '/dev/null': (command: string) => `</dev/null ${command}`,
};
const stdouts = {
  'a terminal': (command: string) => command,
  'a pipe': (command: string) => `${command} | cat >out`,
  'a file': (command: string) => `${command} >out`,
  'closed early': (command: string) => `${command} | true`,
};
const terminals = {
  'a colour terminal': {},
  CI: { env: { CI: 'true' } },
  'TERM=dumb': { env: { TERM: 'dumb' } },
  NO_COLOR: { env: { NO_COLOR: '1' } },
  '40 columns': { cols: 40 },
};
type Stdin = keyof typeof stdins;
type Stdout = keyof typeof stdouts;
type Kind = keyof typeof terminals;
type Row = readonly [Stdin, Stdout, Kind];
const keysOf = <Key extends string>(table: Record<Key, unknown>) => Object.keys(table) as Key[];

/** The whole cube. */
const rows: readonly Row[] = keysOf(stdins).flatMap((stdin) =>
  keysOf(stdouts).flatMap((stdout) => keysOf(terminals).map((kind) => [stdin, stdout, kind] as const)),
);

/** In these each two of the three meet: they are run, resumed and looked at bare. In the others a run is enough. */
function isThorough([stdin, stdout, kind]: Row): boolean {
  const [s, o, k] = [keysOf(stdins).indexOf(stdin), keysOf(stdouts).indexOf(stdout), keysOf(terminals).indexOf(kind)];
  return (s + k) % 4 === o;
}

const esc = '\u001b';
const colours = new RegExp(`${esc}\\[[0-9;]*m`);
const command = {
  run: 'run contract-change --sandbox --json',
  resume: 'resume --json',
};

/** The program with these streams. Its code comes on stderr: `yes` and `cat` have no say in it. */
function start(machine: Machine, args: string, [stdin, stdout, kind]: Row): Pty {
  const line = stdins[stdin](`sh -c 'mp-verify ${args}; echo "code $?" >&2'`);
  return machine.shell(stdouts[stdout](line), terminals[kind]);
}

/** To its end; asked, it is told to quit. */
async function endOf(machine: Machine, args: string, row: Row): Promise<Pty> {
  const pty = start(machine, args, row);
  if (row[0] === 'a terminal') {
    await operator(pty, contractChange)('page').press('q');
  }
  await pty.exit();
  return pty;
}

/** What came on stdout: all of it is one document. Null where nobody can know. */
async function documentOn(machine: Machine, pty: Pty, stdout: Stdout): Promise<Report | null> {
  if (stdout === 'closed early') return null;
  if (stdout !== 'a terminal')
    return reportDocument.parse(JSON.parse(await readFile(join(machine.home, 'out'), 'utf8')));
  // The terminal shows it after the walk.
  const shown = pty.raw().replaceAll('\r\n', '\n');
  return reportDocument.parse(JSON.parse(shown.slice(shown.indexOf('\n{\n') + 1, shown.lastIndexOf('\n}\n') + 3)));
}

function expectPlainEnough(pty: Pty, kind: Kind): void {
  const raw = pty.raw();
  if (kind === 'TERM=dumb') expect(raw).not.toContain(esc);
  else if (kind === 'NO_COLOR') expect(raw).not.toMatch(colours);
  else expect(raw).toMatch(colours);
}

/** Addresses and commands are to be copied: they are never broken. */
function expectWithin(columns: number, pty: Pty): void {
  const walk = pty.transcript().split(/^\{$/m)[0] ?? '';
  const tooLong = walk.split('\n').filter((line) => line.length > columns && !/https?:\/\/|mp-verify /.test(line));
  expect(tooLong).toEqual([]);
}

describe.concurrent('run, resume after it, and the bare command', () => {
  test.for(rows)('with stdin %s, stdout %s, on %s', async (row, { machine }) => {
    const [stdin, stdout, kind] = row;
    for (const verb of isThorough(row) ? keysOf(command) : (['run'] as const)) {
      const pty = await endOf(machine, command[verb], row);
      const shown = pty.transcript();
      // A prompt is there exactly where a person can answer it; nothing else is ever success.
      expect(pty.raw().includes('[q]uit')).toBe(stdin === 'a terminal');
      expect(shown).toMatch(/^code 3$/m);
      expect(shown).toMatch(/^INCOMPLETE {2}/m);
      expect(shown).toContain('mp-verify resume contract-change-1');
      expect(shown).not.toMatch(/Warning|EPIPE|^ +at .+:\d+:\d+/m);
      expectPlainEnough(pty, kind);
      if (kind === '40 columns') expectWithin(40, pty);
      const report = await documentOn(machine, pty, stdout);
      if (report) {
        expect(report).toMatchObject({
          verdict: 'incomplete',
          tally: { pass: 4, pending: 5 },
          run: { id: 'contract-change-1', interrupted: false, resume: 'mp-verify resume contract-change-1' },
        });
        expect(report.run.resumedAt?.length ?? 0).toBe(verb === 'run' ? 0 : 1);
      }
    }

    if (!isThorough(row)) return;
    // Bare, it is home where somebody sits, and help elsewhere; neither asks anything.
    const pty = start(machine, '', row);
    await pty.exit();
    expect(pty.transcript()).toMatch(/^code 0$/m);
    if (stdout !== 'a terminal' || kind === 'NO_COLOR' || stdin !== 'a terminal') expect(pty.raw()).not.toContain(esc);
    else expectPlainEnough(pty, kind);
    if (stdout === 'a terminal' && kind === '40 columns') expectWithin(40, pty);
    if (stdout === 'closed early') return;
    const printed = stdout === 'a terminal' ? pty.raw() : await readFile(join(machine.home, 'out'), 'utf8');
    const home = stdin === 'a terminal';
    expect(printed.includes('contract-change-1: INCOMPLETE')).toBe(home);
    expect(printed.includes('Usage: mp-verify')).toBe(!home);
  });
});

describe.concurrent('with a stderr that is no terminal', () => {
  test.for([
    ['a file', '2>err', ''],
    ['a pipe', '2>&1 >out | cat >err', ''],
    ['a file, in CI', '2>err', 'CI=true '],
    ['a file, on a dumb terminal', '2>err', 'TERM=dumb '],
  ] as const)('%s: nothing is asked, and there is not one escape sequence', async ([, to, env], { machine }) => {
    for (const verb of keysOf(command)) {
      const pty = machine.shell(`{ ${env}mp-verify ${command[verb].replace(' --json', '')}; echo $? >code; } ${to}`);
      await pty.exit();
      const written = await readFile(join(machine.home, 'err'), 'utf8');
      expect(await readFile(join(machine.home, 'code'), 'utf8')).toBe('3\n');
      expect(written).toContain('Contract changed on AWS Marketplace');
      expect(written).not.toContain(esc);
      expect(written).not.toContain('[q]uit');
      // The result goes to stdout, and to no other place.
      const result = to.includes('>out') ? await readFile(join(machine.home, 'out'), 'utf8') : pty.transcript();
      expect(result).toMatch(/^INCOMPLETE {2}Contract changed on AWS Marketplace +4 pass, 5 pending/m);
      expect(result).toContain('mp-verify resume contract-change-1');
      expect(written).not.toContain('INCOMPLETE');
    }
  });

  test.for(['2>&-', '>&-', '<&- >&- 2>&-'])(
    'streams that are not open (%s) end in 3, and the run is kept',
    async (closed, { machine }) => {
      const pty = machine.shell(`mp-verify run contract-change --sandbox --no-input ${closed}; echo "code $?"`);
      await pty.until(/^code 3$/m);
      const resumed = await machine.run(['resume', '--json']);
      expect([resumed.code, JSON.parse(resumed.stdout).run.id]).toEqual([3, 'contract-change-1']);
    },
  );
});

test.for([0, 7])('a terminal that says it is %i columns wide is written to all the same', async (cols, { machine }) => {
  const asked = ['', 'list', 'status', command.run.replace(' --json', ' --no-input')];
  const lines = asked.map((args) => `mp-verify ${args}; echo "code $?"`);
  const pty = machine.shell(`stty cols ${cols}; ${lines.join('; ')}`);
  await pty.exit();
  expect([...pty.transcript().matchAll(/^code \d+$/gm)].map(String)).toEqual(['code 0', 'code 0', 'code 3', 'code 3']);
});

describe.concurrent('streams that nobody serves', () => {
  test.for([
    ['stdout', 'show new-signup', 0],
    ['stderr', 'run new-signup --sandbox --no-input --json', 3],
  ] as const)('a closed %s of mp-verify %s is no reason to crash', async ([closed, args, code], { machine }) => {
    const ended = await machine.run(args.split(' '), { closed });
    expect(ended.code).toBe(code);
    expect(ended.stdout + ended.stderr).not.toMatch(/EPIPE|^ +at /m);
  });

  test('a stdin that is open, and into which nothing comes, answers nothing', async ({ machine }) => {
    const ended = await machine.run(['run', 'use-cases', '--sandbox', '--json'], { stdin: 'open' });
    expect([ended.code, JSON.parse(ended.stdout).verdict]).toEqual([3, 'incomplete']);
  });
});
