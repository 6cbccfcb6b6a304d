// @ts-check
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import {
  bareEnv,
  installedClone,
  installedPackage,
  productsEnv,
  program,
  runsOf,
  sandboxEnv,
  stepsOf,
} from './material.js';
import { alternate, spread } from './measure.js';

/** @typedef {import('./material.js').Bench} Bench */
/** @typedef {import('./measure.js').Command} Command */
/** @typedef {import('./measure.js').Took} Took */
/** @typedef {Pick<Command, 'args' | 'codes' | 'preload'> & { state?: string, env?: Record<string, string> }} Words */
/** @typedef {(bench: Bench, nth: number) => Words | Promise<Words>} Say What to run, by the place of the program. */
/**
 * @typedef {object} Figure A median, with its quartiles.
 * @property {number} value
 * @property {number} [low]
 * @property {number} [high]
 * @property {number} [cpu] The ratio of user and system time, where `value` is that of the time on the clock.
 * @property {number} [growth] How many times what half the size takes.
 * @property {number} [memory] The highest peak, in MB.
 */
/**
 * @typedef {object} Row
 * @property {string} what
 * @property {string} unit
 * @property {(bench: Bench) => Promise<readonly (Figure | Error)[]>} measure By program.
 * @property {number} [goal] At most this.
 * @property {number} [stretch] Better still.
 * @property {number} [growth] The goal for `growth`.
 */

const ofNode = { unit: '×', goal: 3, stretch: 2.2 };
/** Twice the size takes twice the time; the rest is for the noise of measuring. */
const scale = { unit: 's', goal: 2.5, growth: 2.3 };
/** The Discovery API allows 5 GetProduct per second, and each product takes one. */
const [products, perSecond, faster] = [300, 5, 20];
const fastClock = join(import.meta.dirname, 'fast-clock.cjs');

/** @type {Say} */
const productUrl = async (bench) => ({ args: ['product-url'], env: await sandboxEnv(bench) });
/** @type {Say} */
const useCases = () => ({ args: ['run', 'use-cases', '--sandbox', '--rehearse'] });

/** The rows of the table, in its order. @type {Readonly<Record<string, Row>>} */
export const rows = {
  version: { what: '--version ÷ node -e 0', unit: '×', goal: 1.4, measure: toNode(() => ({ args: ['--version'] })) },
  help: { what: '--help ÷ node -e 0', unit: '×', goal: 1.4, measure: toNode(() => ({ args: ['--help'] })) },
  list: { what: 'list ÷ node -e 0', ...ofNode, measure: toNode(() => ({ args: ['list'] })) },
  validate: {
    what: 'validate of a built-in ÷ node -e 0',
    ...ofNode,
    measure: toNode(({ programs }, nth) => ({
      args: ['validate', join(programs[nth] ?? '', 'checklists', 'new-signup.yaml')],
    })),
  },
  status: {
    what: 'status, 20 runs ÷ node -e 0',
    ...ofNode,
    measure: toNode(async (bench) => ({ args: ['status'], state: await runsOf(bench, 20) })),
  },
  'product-url': {
    what: 'product-url ÷ node -e 0',
    ...{ unit: '×', goal: 3.5, stretch: 3 },
    measure: toNode(productUrl),
  },
  'product-url-memory': {
    what: 'product-url, peak memory ÷ node -e 0',
    ...{ unit: '×', goal: 2.5 },
    async measure(bench) {
      const usage = await alternate(beside(nodeAlone(bench), bench, productUrl), 5, { usage: true });
      return eachProgram(bench, usage, (own, other) => ratio(own, other, 'memory'));
    },
  },
  'product-url-aws': {
    what: 'product-url ÷ AWS CLI, two of its calls',
    ...{ unit: '×', goal: 0.3, stretch: 0.2 },
    async measure(bench) {
      const times = await alternate(beside(await awsCalls(bench), bench, productUrl), bench.rounds);
      return eachProgram(bench, times, (own, other) => ratio(own, other, 'seconds'));
    },
  },
  'use-cases-first-line': {
    what: 'run use-cases --sandbox --rehearse: first line',
    ...{ unit: 's', goal: 1 },
    measure: seconds(useCases, 'firstLine'),
  },
  'use-cases': { what: 'run use-cases --sandbox --rehearse', unit: 's', goal: 4, measure: seconds(useCases) },
  all: {
    what: `product-url --all, ${products} products ÷ what the quotas × ${faster} allow`,
    ...{ unit: '×', goal: 1.2 },
    measure: everyProduct([], false),
  },
  'all-again': { what: 'the same again', unit: '×', measure: everyProduct([], true) },
  'all-refresh': { what: 'the same with --refresh', unit: '×', measure: everyProduct(['--refresh'], true) },
  'validate-10000': {
    what: 'validate, 10,000 steps',
    ...scale,
    measure: grown(10_000, async (bench, nth, size) => ({
      args: ['validate', (await stepsOf(bench, nth, size)).file],
    })),
  },
  'resume-10000': {
    what: 'resume, 10,000 steps',
    ...scale,
    measure: grown(10_000, async (bench, nth, size) => ({
      args: ['resume', '--no-input'],
      state: (await stepsOf(bench, nth, size)).state,
      codes: [3],
    })),
  },
  'status-2000': {
    what: 'status, 2,000 runs',
    ...scale,
    measure: grown(2_000, async (bench, _, size) => ({ args: ['status'], state: await runsOf(bench, size) })),
  },
  'runs-2000': {
    what: 'runs, 2,000 runs',
    ...scale,
    measure: grown(2_000, async (bench, _, size) => ({ args: ['runs'], state: await runsOf(bench, size) })),
  },
  ...Object.fromEntries(
    ['text', 'json', 'junit', 'html', 'markdown'].map((format) => [
      `report-${format}`,
      {
        ...{ what: `report --format ${format}, 10,000 steps; peak memory`, unit: 's' },
        measure: grown(10_000, async (bench, nth, size) => ({
          args: ['report', '--format', format],
          state: (await stepsOf(bench, nth, size)).state,
        })),
      },
    ]),
  ),
  packages: {
    what: 'installed package: packages',
    ...{ unit: '', goal: 5 },
    measure: installed((bench, nth) => installedPackage(bench, nth).packages),
  },
  installed: {
    what: 'installed package: size',
    ...{ unit: 'MB', goal: 5 },
    measure: installed((bench, nth) => installedPackage(bench, nth).megabytes),
  },
  clone: { what: 'clone after npm ci: size', unit: 'MB', measure: installed(installedClone) },
};

/** @typedef {Readonly<Record<string, () => Promise<Command>>>} Commands */

/** @param {Bench} bench @returns {Command} */
function nodeAlone(bench) {
  return { file: bench.node, args: ['-e', '0'], env: bareEnv(bench), cwd: bench.folder };
}

/** @param {Bench} bench @param {Say} say @returns {Commands} */
function eachCommand(bench, say) {
  const commands = bench.programs.map((_, nth) => async () => program(bench, nth, await say(bench, nth)));
  return Object.fromEntries(commands.entries());
}

/** @param {Command} other @param {Bench} bench @param {Say} say @returns {Commands} */
function beside(other, bench, say) {
  return { other: async () => other, ...eachCommand(bench, say) };
}

/**
 * @param {Bench} bench
 * @param {Readonly<Record<string, import('./measure.js').Series>>} series
 * @param {(own: readonly Took[], other: readonly Took[], nth: number) => Figure} figure
 * @returns {(Figure | Error)[]}
 */
function eachProgram({ programs }, { other = [], ...series }, figure) {
  return programs.map((_, nth) => {
    const own = series[nth] ?? [];
    return own instanceof Error ? own : other instanceof Error ? other : figure(own, other, nth);
  });
}

/** The ratio within each round. @param {readonly Took[]} own @param {readonly Took[]} other @param {keyof Took} what */
function ratio(own, other, what) {
  return spread(own.map((took, round) => took[what] / (other[round]?.[what] ?? Number.NaN)));
}

/** @param {Say} say @returns {Row['measure']} */
function toNode(say) {
  return async (bench) => {
    const commands = beside(nodeAlone(bench), bench, say);
    const times = await alternate(commands, bench.rounds);
    const usage = await alternate(commands, Math.min(bench.rounds, 5), { usage: true });
    const cpu = eachProgram(bench, usage, (own, other) => ratio(own, other, 'cpu'));
    return eachProgram(bench, times, (own, other, nth) => {
      const of = cpu[nth];
      return { ...ratio(own, other, 'seconds'), ...(of instanceof Error || !of ? {} : { cpu: of.value }) };
    });
  };
}

/** @param {Bench} bench @returns {Promise<Command>} ListEntities, then DescribeEntity. */
async function awsCalls(bench) {
  const catalog = '--catalog AWSMarketplace';
  const list = `marketplace-catalog list-entities ${catalog} --entity-type SaaSProduct`;
  const describe = `marketplace-catalog describe-entity ${catalog} --entity-id prod-sandboxnotes1`;
  const env = { ...bareEnv(bench), ...(await sandboxEnv(bench)) };
  return { file: 'sh', args: ['-c', `"$0" ${list} && "$0" ${describe}`, awsPath()], env, cwd: bench.folder };
}

/** @returns {string} The AWS CLI itself, not the shell script with which pyenv starts it. */
function awsPath() {
  for (const [file, ...args] of [
    ['pyenv', 'which', 'aws'],
    ['sh', '-c', 'command -v aws'],
  ])
    try {
      return execFileSync(file ?? '', args, { encoding: 'utf8', stdio: 'pipe' }).trim();
    } catch {}
  throw new Error('aws is not installed');
}

/** @param {Say} say @param {'seconds' | 'firstLine'} [what] @returns {Row['measure']} */
function seconds(say, what = 'seconds') {
  return async (bench) => {
    const times = await alternate(eachCommand(bench, say), Math.min(bench.rounds, 5));
    return eachProgram(bench, times, (own) => spread(own.map((took) => took[what])));
  };
}

/** @param {readonly string[]} options @param {boolean} remembers @returns {Row['measure']} */
function everyProduct(options, remembers) {
  return async (bench) => {
    const env = await productsEnv(bench, products);
    const commands = eachCommand(bench, (_, nth) => ({
      ...{ args: ['product-url', '--all', ...options], env, preload: [fastClock] },
      ...(remembers ? { state: join(bench.folder, `remembered-${nth}`) } : {}),
    }));
    const times = await alternate(commands, Math.min(bench.rounds, 3), { warm: remembers });
    return eachProgram(bench, times, (own) =>
      spread(own.map((took) => (took.seconds * perSecond * faster) / products)),
    );
  };
}

/** @typedef {(bench: Bench, nth: number, size: number) => Promise<Words>} Sized */

/** Measures at a size and at half of it. @param {number} size @param {Sized} say @returns {Row['measure']} */
function grown(size, say) {
  return async (bench) => {
    const at = (/** @type {number} */ n) => eachCommand(bench, (_, nth) => say(bench, nth, n));
    const named = Object.entries(at(size / 2)).map(([nth, command]) => [`half ${nth}`, command]);
    const commands = { ...at(size), ...Object.fromEntries(named) };
    const took = await alternate(commands, Math.min(bench.rounds, 3), { usage: true, warm: false });
    return eachProgram(bench, took, (own, _, nth) => {
      const whole = spread(own.map((each) => each.seconds));
      const memory = Math.max(...own.map((each) => each.memory));
      const half = took[`half ${nth}`] ?? [];
      if (half instanceof Error) return { ...whole, memory };
      return { ...whole, memory, growth: whole.value / spread(half.map((each) => each.seconds)).value };
    });
  };
}

/** @param {(bench: Bench, nth: number) => number} look @returns {Row['measure']} */
function installed(look) {
  return async (bench) => bench.programs.map((_, nth) => ({ value: look(bench, nth) }));
}
