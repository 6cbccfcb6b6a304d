// @ts-check
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {object} Command What to measure.
 * @property {string} file
 * @property {readonly string[]} args
 * @property {NodeJS.ProcessEnv} env
 * @property {string} cwd
 * @property {readonly number[]} [codes] The exit codes of success; default: 0.
 * @property {readonly string[]} [preload] CommonJS modules for Node to load first.
 */

/**
 * @typedef {object} Took What one execution took: `firstLine` until its first output; `cpu`, user and system time. Times
 * are in seconds, memory at its peak in MB. `cpu` and `memory` are 0 unless usage was asked for.
 * @property {number} seconds
 * @property {number} firstLine
 * @property {number} cpu
 * @property {number} memory
 */

/** Nothing that is measured should take longer, in seconds. */
const limit = 60;
const usageModule = join(import.meta.dirname, 'usage.cjs');

/**
 * Runs a command once. Rejects if it fails or exceeds the limit. Usage is measured apart from time, because measuring it
 * loads a module.
 *
 * @param {Command} command
 * @param {{ usage?: boolean }} [options]
 * @returns {Promise<Took>}
 */
async function take({ file, args, env, cwd, codes = [0], preload = [] }, { usage = false } = {}) {
  const usageFile = join(cwd, `usage-${randomUUID()}`);
  const modules = [...preload, ...(usage ? [usageModule] : [])];
  const nodeOptions =
    modules.length === 0 ? {} : { NODE_OPTIONS: modules.map((path) => `--require=${JSON.stringify(path)}`).join(' ') };
  const began = performance.now();
  const since = () => (performance.now() - began) / 1_000;
  const child = spawn(file, args, {
    ...{ cwd, stdio: ['ignore', 'pipe', 'pipe'], timeout: limit * 1_000, killSignal: 'SIGKILL' },
    env: { ...env, ...nodeOptions, BENCH_USAGE: usageFile },
  });
  let firstLine = 0;
  let errors = '';
  child.stdout.on('data', () => {
    firstLine ||= since();
  });
  child.stderr.on('data', (chunk) => {
    firstLine ||= since();
    if (errors.length < 500) errors += chunk;
  });
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  const seconds = since();
  if (child.killed) throw new Error(`takes longer than ${limit} s`);
  if (!codes.includes(code)) throw new Error(`exit code ${code}: ${errors.trim().split('\n')[0]}`);
  if (!usage) return { seconds, firstLine, cpu: 0, memory: 0 };
  const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(readFileSync(usageFile, 'utf8'));
  rmSync(usageFile);
  return { seconds, firstLine, cpu: (userCPUTime + systemCPUTime) / 1e6, memory: (maxRSS * 1024) / 1e6 };
}

/** @typedef {readonly Took[] | Error} Series What each round took, or why the command could not be measured. */

/**
 * Runs the commands in turn, A B C A B C …, so that a busy machine is busy for all of them. A first round is not counted
 * unless `warm` is false. A function makes a new command for each round.
 *
 * @param {Readonly<Record<string, () => Promise<Command>>>} commands
 * @param {number} rounds
 * @param {{ usage?: boolean, warm?: boolean }} [options]
 * @returns {Promise<Record<string, Series>>}
 */
export async function alternate(commands, rounds, { warm = true, ...options } = {}) {
  /** @type {Record<string, Took[] | Error>} */
  const series = Object.fromEntries(Object.keys(commands).map((name) => [name, []]));
  for (let round = warm ? 0 : 1; round <= rounds; round++)
    for (const [name, command] of Object.entries(commands)) {
      const sofar = series[name];
      if (!Array.isArray(sofar)) continue;
      const took = await command()
        .then((each) => take(each, options))
        .catch(toError);
      if (took instanceof Error) series[name] = took;
      else if (round > 0) sofar.push(took);
    }
  return series;
}

/** @param {unknown} error */
export function toError(error) {
  return error instanceof Error ? error : new Error(String(error));
}

/**
 * @typedef {object} Spread The median with the first and the third quartile.
 * @property {number} value
 * @property {number} low
 * @property {number} high
 */

/**
 * @param {readonly number[]} values
 * @returns {Spread}
 */
export function spread(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (/** @type {number} */ share) => {
    const place = share * (sorted.length - 1);
    const [below = Number.NaN, above = below] = sorted.slice(Math.floor(place));
    return below + (above - below) * (place % 1);
  };
  return { value: at(0.5), low: at(0.25), high: at(0.75) };
}
