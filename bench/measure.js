// @ts-check
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { scratch } from './material.js';

/** @typedef {{ value: number, low?: number, high?: number }} Spread A median with its quartiles. */
/** @typedef {{ cpu?: number, memory?: number, growth?: number }} More CPU time: a ratio, or in seconds; MB; CPU time ÷ that of half the size. */
/** @typedef {(Spread & More) | { reason: string }} Outcome A figure, or why there is none. */
/** @typedef {{ seconds: number, firstLine: number, cpu: number, memory: number }} Took Seconds, and MB at the peak. Only Node has `cpu` and `memory`. */

/** Nothing that is measured should take longer. */
const limitMs = 60_000;

/** Costs a process about a millisecond; `node -e 0`, beside it, pays it too. */
const usageModule = join(scratch, 'usage.cjs');
const usageFile = join(scratch, 'usage.json');
const writeUsage = "require('node:fs').writeFileSync(process.env.BENCH_USAGE, JSON.stringify(process.resourceUsage()))";
writeFileSync(usageModule, `process.on('exit', () => ${writeUsage});`);

/** @param {import('./material.js').Command} command @returns {Promise<Took>} */
async function take({ file = process.execPath, args, env, codes = [0] }) {
  const began = performance.now();
  const since = () => (performance.now() - began) / 1_000;
  const child = spawn(file, args, {
    ...{ cwd: scratch, stdio: ['ignore', 'pipe', 'pipe'], timeout: limitMs, killSignal: 'SIGKILL' },
    env: { ...env, NODE_OPTIONS: `--require=${usageModule}`, BENCH_USAGE: usageFile },
  });
  let firstLine = 0;
  let errors = '';
  const onData = () => {
    firstLine ||= since();
  };
  child.stdout.on('data', onData);
  child.stderr.on('data', onData).on('data', (chunk) => {
    errors += chunk;
  });
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  const seconds = since();
  if (child.killed) throw new Error(`takes longer than ${limitMs / 1_000} s`);
  if (!codes.includes(code)) throw new Error(`exit code ${code}: ${errors.trim()}`);
  if (!existsSync(usageFile)) return { seconds, firstLine, cpu: 0, memory: 0 };
  const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(readFileSync(usageFile, 'utf8'));
  rmSync(usageFile);
  return { seconds, firstLine, cpu: (userCPUTime + systemCPUTime) / 1e6, memory: (maxRSS * 1_024) / 1e6 };
}

/**
 * Measures the programs in turn, A B C A B C …, so that a busy machine is busy for all of them. A first round warms the
 * caches, and does not count. What fails is not run again.
 *
 * @param {import('./rows.js').Row} row @param {readonly string[]} programs @param {number} most Rounds.
 * @returns {Promise<Outcome[]>} By program.
 */
export async function measure(row, programs, most) {
  const { look, run, size = 0, beside, pauseMs = 0, rounds = most, read } = row;
  const sizes = size > 0 ? [size, size / 2] : [size];
  const commands = [beside, ...sizes.flatMap((of) => programs.map((it) => run && (() => run(it, of))))];
  /** @type {(Took[] | Error)[]} */
  const series = commands.map(() => []);
  for (let round = 0; round <= Math.min(rounds, most); round++)
    for (const [nth, command] of commands.entries()) {
      const before = series[nth];
      if (!command || !Array.isArray(before)) continue;
      await sleep(pauseMs);
      const took = await Promise.resolve().then(command).then(take).catch(toError);
      if (took instanceof Error) series[nth] = took;
      else if (round > 0) before.push(took);
    }
  const [other = [], ...own] = series;
  return programs.map((program, nth) => {
    try {
      if (look) return { value: look(program) };
      return figure(own[nth] ?? [], other, own[nth + programs.length] ?? [], read);
    } catch (error) {
      return { reason: toError(error).message.split('\n')[0]?.slice(0, 100) ?? '' };
    }
  });
}

/** @param {unknown} error */
const toError = (error) => (error instanceof Error ? error : new Error(String(error)));

/** @param {Took[] | Error} own @param {Took[] | Error} other @param {Took[] | Error} half @returns {Outcome} */
function figure(own, other, half, read = (/** @type {Took} */ { seconds }) => seconds) {
  if (own instanceof Error) throw own;
  if (other instanceof Error) throw other;
  if (half instanceof Error) throw half;
  const ratio = (/** @type {typeof read} */ get, /** @type {Took[]} */ to) =>
    spread(own.map((took, round) => get(took) / (to[round] ? get(to[round]) : 1)));
  const cpu = (/** @type {Took} */ took) => took.cpu;
  return {
    ...ratio(read, other),
    cpu: ratio(cpu, other).value,
    memory: spread(own.map(({ memory }) => memory)).value,
    ...(half.length > 0 ? { growth: ratio(cpu, half).value } : {}),
  };
}

/** @param {readonly number[]} values @returns {Spread} */
function spread(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (/** @type {number} */ share) => {
    const place = share * (sorted.length - 1);
    const [below = Number.NaN, above = below] = sorted.slice(Math.floor(place));
    return below + (above - below) * (place % 1);
  };
  return { value: at(0.5), low: at(0.25), high: at(0.75) };
}
