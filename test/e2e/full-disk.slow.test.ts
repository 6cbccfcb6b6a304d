import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect } from 'vitest';
import { type Latch, setLatch } from './support/latch.ts';
import { patienceMs } from './support/launch.ts';
import { type Machine, test } from './support/machine.ts';
import type { Pty } from './support/pty.ts';
import { contractChange, operator, pass as passes, quit } from './support/walking.ts';

const run = ['run', 'contract-change', '--sandbox', '--report', 'json=run.json'];
const unattended = ['run', 'contract-change', '--sandbox', '--no-input', '--json'];
const journal = 'results.jsonl';
const answer = { path: journal, text: '"step":"page"', when: 'before' } as const;
const runFolder = ({ home }: Machine) => join(home, 'state', 'runs', 'contract-change-1');

/** The words of an error, without the line breaks of the screen. */
const flat = (shown: string) => shown.replaceAll(/\s+/g, ' ');

const page = (pty: Pty) => operator(pty, contractChange)('page');
const pass = (pty: Pty) => passes(pty, contractChange, 'page');

async function attach(pty: Pty): Promise<void> {
  await page(pty).press('n');
  await pty.until(/\? Note \(@FILE attaches a file; Escape cancels\):$/);
  pty.keys('@proof.txt\r');
}

const faults: readonly (readonly [string, Latch, (pty: Pty) => Promise<void>, RegExp, string])[] = [
  [
    'ENOSPC in the middle of the write',
    { ...answer, when: 'amid', operation: 'write', fault: 'ENOSPC' },
    pass,
    /could not be saved in \S+results\.jsonl: the disk is full \(ENOSPC\)\./,
    'Free up disk space, then resume',
  ],
  [
    'EIO when the write is synced',
    { ...answer, operation: 'sync', fault: 'EIO' },
    pass,
    /could not be saved in \S+results\.jsonl: the disk reported an error \(EIO\)\./,
    'Check the disk, then resume',
  ],
  [
    'EACCES at the write of an answer',
    { ...answer, operation: 'write', fault: 'EACCES' },
    pass,
    /could not be saved in \S+results\.jsonl: permission denied \(EACCES\)\./,
    'Make it writable, then resume',
  ],
  [
    'ENOSPC while a file is attached',
    { when: 'before', operation: 'write', path: '/evidence/', fault: 'ENOSPC' },
    attach,
    /The attached file could not be saved in \S+\.txt: the disk is full \(ENOSPC\)\./,
    'Free up disk space, then resume',
  ],
];

async function expectResumed(machine: Machine, passed: number): Promise<void> {
  const pty = machine.terminal(['resume', '--report', 'json=after.json']);
  await pass(pty);
  expect(await quit(pty, contractChange, 'change')).toBe(3);
  const { checklists, tally } = await machine.report('after.json');
  expect(tally.pass).toBe(passed);
  expect(checklists.flatMap(({ steps }) => steps.filter(({ attempts }) => attempts))).toEqual([]);
  expect(await readdir(runFolder(machine))).not.toContain('lock');
}

describe.concurrent('a disk that fails in the middle of a walk', () => {
  test.for(faults)(
    '%s: exit 4 says so, what came before is kept, resume goes on',
    async ([, latch, go, message, hint], { machine }) => {
      await machine.write('proof.txt', 'The button opens the page.\n');
      const { env } = await setLatch(machine, latch);
      const pty = machine.shell(
        `before=$(stty -g); mp-verify ${run.join(' ')}; echo "code $?"; test "$before" = "$(stty -g)" && echo as before`,
        { env },
      );
      await go(pty);
      const shown = flat(await pty.until(/^as before$/m));
      expect(shown).toContain(' code 4 ');
      expect(shown).toMatch(message);
      expect(shown).toContain('Everything before it is saved.');
      expect(shown).toContain(`${hint}: mp-verify resume contract-change-1`);
      expect(shown).not.toContain('✓ pass 5/9');
      const lines = (await readFile(join(runFolder(machine), journal), 'utf8')).trimEnd().split('\n');
      expect(lines.map((line) => JSON.parse(line).entry.step).filter(Boolean)).toEqual([
        'product',
        'ready',
        'registration',
        'before',
      ]);
      await expectResumed(machine, 5);
    },
  );

  test('also where the report is written: the run is kept, and there is no half of a report', async ({ machine }) => {
    const { env } = await setLatch(machine, {
      when: 'before',
      operation: 'rename',
      path: 'run.json',
      fault: 'ENOSPC',
    });
    const pty = machine.terminal(run, { env });
    expect(await quit(pty, contractChange, 'page')).toBe(4);
    expect(flat(pty.transcript())).toContain('run.json: the disk is full.');
    expect(pty.transcript()).toContain('mp-verify resume contract-change-1');
    expect((await readdir(machine.home)).filter((name) => /run\.json|\.part$/.test(name))).toEqual([]);
    await expectResumed(machine, 5);
  });
});

describe.concurrent('a disk on which a run can not begin', () => {
  test.for([
    ['ENOSPC', 'mkdir', '/runs', 'the disk is full (ENOSPC)'],
    ['EIO', 'sync', '/run.json', 'the disk reported an error (EIO)'],
    ['EACCES', 'rename', '/contract-change-1', 'permission denied (EACCES)'],
  ] as const)(
    '%s at %s of %s: exit 4 says so, and nothing is left behind',
    async ([fault, operation, path, words], { machine }) => {
      const { env } = await setLatch(machine, { when: 'before', operation, path, fault });
      const ended = await machine.run(unattended, { env });
      expect(ended.code).toBe(4);
      const { error } = JSON.parse(ended.stdout);
      expect(error.message).toMatch(/^A new run could not be saved in \S+: /);
      expect(error.message).toContain(`${words}. The run was not started.`);
      expect(error.hint).toMatch(/ or set MP_VERIFY_STATE_DIR to another folder\. Then run the command again\.$/);
      expect(await readdir(join(machine.home, 'state', 'runs')).catch(() => [])).toEqual([]);
      const again = await machine.run(unattended);
      expect([again.code, JSON.parse(again.stdout).run.id]).toEqual([3, 'contract-change-1']);
    },
  );
});

/** A file system of its own, of a size that is soon full, can only be had where name spaces can. */
const mayMount = (() => {
  try {
    execFileSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

describe.runIf(mayMount)('a disk that is really full', () => {
  test('is said at the next answer, and again by a resume; with room on it, resume goes on', async ({ machine }) => {
    await machine.write(
      'on-a-small-disk.sh',
      `mkdir state && mount -t tmpfs -o size=1m none state
      (until test -e full; do sleep 0.05; done; cat /dev/zero >state/filler 2>/dev/null; : >filled) &
      mp-verify ${run.join(' ')}; echo "first $?"
      mp-verify resume --operator "$(head -c 5000 /dev/zero | tr "\\\\0" x)"; echo "second $?"
      rm state/filler
      mp-verify resume --report json=after.json; echo "third $?"`,
    );
    // Longer than what the last block of the file may have room for. A dumb terminal is quicker at long lines.
    const reason = 'It shows another title. '.repeat(200);
    const pty = machine.shell('unshare -rm sh on-a-small-disk.sh', { env: { TERM: 'dumb' } });
    await page(pty).press('f');
    await pty.until(/\? What is wrong\? ?$/);
    await machine.write('full', '');
    await expect.poll(() => readdir(machine.home), { timeout: patienceMs }).toContain('filled');
    for (let from = 0; from < reason.length; from += 500) pty.keys(reason.slice(from, from + 500));
    pty.keys('\r');
    const first = flat(await pty.until(/^first \d+$/m));
    expect(first).toMatch(/results\.jsonl: the disk is full \(ENOSPC\)\. Everything before it is saved\./);
    expect(first).toContain('first 4');

    const second = flat(await pty.until(/^second \d+$/m)).slice(first.length);
    expect(second).toContain('the disk is full (ENOSPC)');
    expect(second).toContain('second 4');

    await pass(pty);
    await operator(pty, contractChange)('change').press('q');
    await pty.until(/^third 3$/m);
    expect(await machine.report('after.json')).toMatchObject({ run: { id: 'contract-change-1' }, tally: { pass: 5 } });
  });
});

describe.concurrent('a stdout that nobody reads', () => {
  test.for([
    ['that is closed when it begins', '| true'],
    ['that is closed after a byte', '| head -c 1 >/dev/null'],
  ])('%s changes neither the exit code nor what is kept', async ([, reader], { machine }) => {
    const pty = machine.shell(`{ mp-verify ${unattended.join(' ')}; echo "code $?" >&2; } ${reader}; echo`);
    const shown = await pty.until(/^code \d+$/m);
    expect(shown).toMatch(/^code 3$/m);
    expect(shown).not.toMatch(/EPIPE|^ +at .+:\d+:\d+/m);
    await expectResumed(machine, 5);
  });
});

/** Its device is always full. Not every system has it. */
const full = '/dev/full';

describe.runIf(existsSync(full))('an output that cannot be written', { concurrent: true }, () => {
  const lost = 'error: Could not write the output: the disk is full (ENOSPC).';
  const again = 'Free up disk space or choose another place, then run the command again.';

  /** A line of a shell, and what it left in the files `out` and `err`. */
  async function ran(machine: Machine, line: string) {
    const pty = machine.shell(`${line}; echo "code $?"`);
    const shown = await pty.until(/^code \d+$/m);
    const left = (name: string) => readFile(join(machine.home, name), 'utf8').catch(() => '');
    return { code: Number(/^code (\d+)$/m.exec(shown)?.[1]), shown, out: await left('out'), err: await left('err') };
  }

  test.for(['--version', 'list --json', 'status', 'doctor --policy', 'sandbox'])(
    'mp-verify %s on a full disk: exit 4, and one line says so',
    async (args, { machine }) => {
      const { code, err } = await ran(machine, `mp-verify ${args} >${full} 2>err`);
      expect([code, err]).toEqual([4, `${lost} ${again}\n`]);
    },
  );

  test('a walk is saved, and the line says where it can be read', async ({ machine }) => {
    const { code, err } = await ran(machine, `mp-verify run regression --sandbox --json >${full} 2>err`);
    expect(code).toBe(4);
    expect(err.split('\n').at(-2)).toBe(
      `${lost} The run is saved. To print its result: mp-verify report regression-1 --format json`,
    );
    const report = await machine.run(['report', 'regression-1', '--format', 'json']);
    expect([report.code, JSON.parse(report.stdout).verdict]).toEqual([0, 'pass']);
    expect(await ran(machine, `mp-verify report >${full} 2>err`)).toMatchObject({ code: 4, err: `${lost} ${again}\n` });
  });

  test("keeps the command's own error", async ({ machine }) => {
    const { code, err } = await ran(machine, `mp-verify list --jsn --json >${full} 2>err`);
    expect(code).toBe(2);
    expect(err).toMatch(/^error: unknown option '--jsn'/);
  });

  test('a stderr on a full disk: exit 4, the result is whole all the same', async ({ machine }) => {
    const { code, out } = await ran(machine, `mp-verify run regression --sandbox --json 2>${full} >out`);
    expect([code, JSON.parse(out).verdict]).toEqual([4, 'pass']);
  });

  test('a stderr on which nothing had to be written is none', async ({ machine }) => {
    expect((await ran(machine, `mp-verify list 2>${full} >out`)).code).toBe(0);
  });
});

describe.runIf(mayMount)('a file that has room for half of the output', () => {
  test('is no success', async ({ machine }) => {
    await machine.write(
      'little-room.sh',
      `mkdir small && mount -t tmpfs -o size=1m none small
      cat /dev/zero >small/filler 2>/dev/null; truncate -s -4096 small/filler
      mp-verify ${unattended.join(' ')} >small/out; echo "code $?"
      wc -c <small/out`,
    );
    const shown = await machine.shell('unshare -rm sh little-room.sh').until(/^code \d+\n\d+$/m);
    expect(flat(shown)).toContain('Could not write the output: the disk is full (ENOSPC).');
    expect(shown).toMatch(/^code 4\n4096$/m);
  });
});

test('an exception that nobody foresaw, after everything else, is a bug: exit 70', async ({ machine }) => {
  await machine.write(
    'unforeseen.mjs',
    `const { write } = process.stdout;
    process.stdout.write = (...args) => {
      setImmediate(() => { throw new Error('nobody foresaw this'); });
      return write.apply(process.stdout, args);
    };`,
  );
  const env = { NODE_OPTIONS: `--import=${pathToFileURL(join(machine.home, 'unforeseen.mjs'))}` };
  const { code, stderr } = await machine.run(['sandbox'], { env });
  expect(code).toBe(70);
  expect(stderr).toMatch(/^Error: nobody foresaw this\n[\s\S]*\n {2}This is a bug in mp-verify\./);
});
