import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { Report } from '../../src/checklist/report-document.ts';
import { type Latch, setLatch } from './support/latch.ts';
import { type Machine, test } from './support/machine.ts';
import type { Pty } from './support/pty.ts';
import { sandboxProcess } from './support/sandbox-process.ts';
import { contractChange, finish, operator, pass, quit } from './support/walking.ts';

const proof = 'The button opens the page.\n';
const run = 'contract-change-1';
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const;
type AnySignal = (typeof signals)[number];

/** Where a walk of `contract-change` is ended. */
interface Point {
  readonly name: string;
  /** Holds the program there; without one the screen shows that it is there. */
  readonly latch?: Latch;
  go(pty: Pty): Promise<void>;
  /** The steps that are asked after it. */
  readonly asked: readonly string[];
  /** What is asked instead after SIGKILL, which lets nothing be ended. */
  readonly askedAfterKill?: readonly string[];
  /** Nobody has changed the contract yet. */
  readonly beforeChange?: true;
  /** All, if nothing is said. */
  readonly signals?: readonly AnySignal[];
  /** A file is on its way to step 5. After SIGKILL it may have to be attached again. */
  readonly attaches?: 'kept' | 'lost when killed';
}

const answer = { operation: 'write', path: 'results.jsonl', text: '"step":"page"' } as const;
const claim = { operation: 'write', path: 'results.jsonl', text: '"type":"claimed"' } as const;
const toQuestion = async (pty: Pty) => void (await operator(pty, contractChange)('page').asked());
const pressPass = (pty: Pty) => pass(pty, contractChange, 'page');
const pressPassOfChange = (pty: Pty) => pass(pty, contractChange, 'page', 'change');
const attach = async (pty: Pty) => {
  await operator(pty, contractChange)('page').press('n');
  await pty.until(/\? Note \(@FILE attaches a file; Escape cancels\):$/);
  pty.keys('@proof.txt\r');
};

const points: readonly Point[] = [
  {
    name: 'before a prompt, when the check before it is saved and not shown',
    latch: { when: 'after', operation: 'sync', path: 'results.jsonl', text: '"step":"before"' },
    go: async () => {},
    asked: ['page', 'change', 'sign-in', 'inspect'],
  },
  { name: 'at a prompt', go: toQuestion, signals: ['SIGKILL'], asked: ['page', 'change', 'sign-in', 'inspect'] },
  {
    name: 'after the key and before the write',
    latch: { ...answer, when: 'before' },
    go: pressPass,
    asked: ['change', 'sign-in', 'inspect'],
    askedAfterKill: ['page', 'change', 'sign-in', 'inspect'],
  },
  {
    name: 'in the middle of the write',
    latch: { ...answer, when: 'amid' },
    go: pressPass,
    signals: ['SIGKILL'],
    asked: ['change', 'sign-in', 'inspect'],
    askedAfterKill: ['page', 'change', 'sign-in', 'inspect'],
  },
  {
    name: 'after the write and before it is synced',
    latch: { ...answer, operation: 'sync', when: 'before' },
    go: pressPass,
    asked: ['change', 'sign-in', 'inspect'],
  },
  {
    name: 'after the write, before the next prompt',
    latch: { ...answer, operation: 'sync', when: 'after' },
    go: pressPass,
    signals: ['SIGKILL'],
    asked: ['change', 'sign-in', 'inspect'],
  },
  {
    name: 'after the key and before the write, where AWS has still to show it',
    latch: { ...claim, when: 'before' },
    go: pressPassOfChange,
    asked: ['sign-in', 'inspect'],
    askedAfterKill: ['change', 'sign-in', 'inspect'],
    beforeChange: true,
  },
  {
    name: 'in a poll',
    go: async (pty) => {
      await pressPassOfChange(pty);
      await pty.until(/wait {2}6\/9 [\s\S]*Ctrl\+C saves/);
    },
    asked: ['sign-in', 'inspect'],
    beforeChange: true,
  },
  {
    name: 'while a file is attached, before it has its name',
    latch: { when: 'before', operation: 'rename', path: '/evidence/' },
    go: attach,
    asked: ['page', 'change', 'sign-in', 'inspect'],
    attaches: 'lost when killed',
  },
  {
    name: 'while a file is attached, when it is kept and its step does not know of it',
    latch: { when: 'before', operation: 'write', path: 'results.jsonl', text: '"type":"evidence"' },
    go: attach,
    signals: ['SIGKILL'],
    asked: ['page', 'change', 'sign-in', 'inspect'],
    attaches: 'lost when killed',
  },
  {
    name: 'while a file is attached, when its step knows of it',
    latch: { when: 'after', operation: 'sync', path: 'results.jsonl', text: '"type":"evidence"' },
    go: attach,
    signals: ['SIGKILL'],
    asked: ['page', 'change', 'sign-in', 'inspect'],
    attaches: 'kept',
  },
  {
    name: 'while the report is written',
    latch: { when: 'before', operation: 'rename', path: 'report.json' },
    go: async (pty) => {
      await pressPass(pty);
      await operator(pty, contractChange)('change').press('q');
    },
    asked: ['change', 'sign-in', 'inspect'],
  },
];

/** Says of the terminal whether it is as before, and the exit code; the process's id is in the file `pid`. */
function watched(command: string): string {
  return `before=$(stty -g); sh -c 'echo $$ >pid; exec ${command}'; code=$?; test "$before" = "$(stty -g)" && echo as before; echo "code $code"`;
}

async function end(machine: Machine, signal: AnySignal): Promise<void> {
  process.kill(Number(await readFile(join(machine.home, 'pid'), 'utf8')), signal);
}

/** The steps whose result line was on the screen. */
function accepted(shown: string): readonly number[] {
  return [...shown.matchAll(/^[✓✗–!] \S+ +(\d)\/9 {2}/gm)].map(([, number]) => Number(number));
}

function asked(shown: string): readonly (string | undefined)[] {
  return [...shown.matchAll(/^\? (\d)\/9 {2}/gm)].map(([, number]) => contractChange.steps[Number(number) - 1]?.id);
}

function expectShownCursor(pty: Pty): void {
  expect(pty.raw().lastIndexOf('\u001b[?25h')).toBeGreaterThanOrEqual(pty.raw().lastIndexOf('\u001b[?25l'));
}

/** As a walk ends that nobody stopped: every step once. */
function expectAsWithoutTheKill(report: Report): void {
  expect(report).toMatchObject({
    verdict: 'pass',
    tally: { pass: 9, fail: 0, error: 0, skip: 0, pending: 0, 'not-applicable': 0 },
    seen: { byProgram: 7, byPerson: 2, rehearsed: 0, disagreed: 0 },
    run: { id: run, interrupted: false },
  });
  const steps = report.checklists.flatMap((checklist) => checklist.steps);
  expect(steps.map(({ id, attempts = ['one'] }) => [id, attempts.length])).toEqual(steps.map(({ id }) => [id, 1]));
}

describe.concurrent('a run that is ended', () => {
  test.for(points.flatMap((point) => (point.signals ?? signals).map((signal) => [signal, point.name, point] as const)))(
    'by %s %s is resumed, and loses nothing',
    async ([signal, , point], { machine }) => {
      const killed = signal === 'SIGKILL';
      const { env, buyers, change } = await sandboxProcess(machine);
      const buyer = buyers['contract-change'];
      await machine.write('proof.txt', proof);
      const held = point.latch ? await setLatch(machine, point.latch) : null;
      const pty = machine.shell(watched(`mp-verify run contract-change --buyer ${buyer} --report json=report.json`), {
        env: { ...env, ...held?.env },
      });
      await point.go(pty);
      await held?.reached();
      // AWS shows it a few seconds later: earlier is quicker.
      if (!point.beforeChange) await change();
      await end(machine, signal);
      if (!killed) await held?.heard();
      if (!killed) await held?.release();
      const shown = await pty.until(/^code \d+$/m);
      expect(shown).toMatch(new RegExp(`^code ${128 + constants.signals[signal]}$`, 'm'));

      let command = 'mp-verify resume';
      if (!killed) {
        expect(shown).toMatch(/^as before$/m);
        expectShownCursor(pty);
        expect(shown).toMatch(/^INCOMPLETE {2}Contract changed on AWS Marketplace/m);
        command = /^ {4}(mp-verify resume \S+) /m.exec(shown)?.[1] ?? '';
        expect(command).toBe(`mp-verify resume ${run}`);
        expect(await machine.report('report.json')).toMatchObject({ run: { resume: command } });
      }

      if (point.beforeChange) await change();
      const steps = (killed ? point.askedAfterKill : undefined) ?? point.asked;
      const attachAgain = killed && point.attaches === 'lost when killed';
      const again = machine.shell(`${command} --report json=after.json`, { env });
      if (attachAgain) await attach(again);
      await pass(again, contractChange, ...steps);
      expect(await finish(again)).toBe(0);

      const after = again.transcript();
      expect(after).toMatch(new RegExp(`^ {2}run +${run} .*resumed`, 'm'));
      expect([...new Set(asked(after))]).toEqual(steps);
      // An accepted answer is carried over, and shown as such.
      const carried = after.slice(0, after.indexOf('? '));
      for (const number of accepted(shown))
        expect(carried).toMatch(new RegExp(`^\\S \\S+ +${number}/9 .*(just now| ago)(, checked again)?$`, 'm'));
      const report = await machine.report('after.json');
      expectAsWithoutTheKill(report);
      const { evidence = [] } = report.checklists[0]?.steps[4] ?? {};
      const sha256 = createHash('sha256').update(proof).digest('hex');
      expect(evidence.map((each) => each.sha256)).toEqual(point.attaches ? [sha256] : []);
      const folder = join(machine.home, 'state', 'runs', run);
      if (point.attaches) {
        expect(await readdir(join(folder, 'evidence'))).toEqual([`${sha256}.txt`]);
        expect(await readFile(join(folder, 'evidence', `${sha256}.txt`), 'utf8')).toBe(proof);
      }
      expect((await readdir(folder)).filter((name) => name !== 'evidence')).toEqual(['results.jsonl', 'run.json']);
    },
  );
});

describe.concurrent('a run that is stopped while AWS does not answer', () => {
  const places = [
    ['GetCallerIdentity', 'before there is a run', []],
    ['GetEntitlements', 'at the baseline', [run]],
  ] as const;
  const stops = signals.filter((signal) => signal !== 'SIGKILL');
  test.for(stops.flatMap((signal) => places.map((place) => [signal, ...place] as const)))(
    'by %s at %s, %s, ends at once, and begins or goes on as if nothing had been',
    async ([signal, action, , kept], { machine }) => {
      let reached = () => {};
      const asks = new Promise<void>((resolve) => {
        reached = resolve;
      });
      const { env, buyers } = await machine.marketplace({
        fault(asked, nth) {
          if (asked !== action || nth > 1) return null;
          reached();
          return 'hang';
        },
      });
      const line = `mp-verify run contract-change --buyer ${buyers['contract-change']} --report json=report.json`;
      const pty = machine.shell(watched(line), { env });
      await asks;
      await end(machine, signal);
      const shown = await pty.until(/^code \d+$/m);
      expect(shown).toMatch(new RegExp(`^as before\ncode ${128 + constants.signals[signal]}$`, 'm'));
      expectShownCursor(pty);
      expect(await readdir(join(machine.home, 'state', 'runs')).catch(() => [])).toEqual(kept);

      const again = machine.terminal(kept.length > 0 ? ['resume'] : ['run', 'contract-change', '--sandbox'], { env });
      expect(await quit(again, contractChange, 'page')).toBe(3);
      expect(await readdir(join(machine.home, 'state', 'runs'))).toEqual([run]);
    },
  );
});
