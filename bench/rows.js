// @ts-check
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import * as material from './material.js';

const { bareEnv, command, emptyFolder, fleetOf, once, runsOf, sandbox, stepsOf } = material;

/** @typedef {import('./material.js').Command} Command */
/** @typedef {(program: string, size: number) => Command | Promise<Command>} Run What to run in a round. */
/**
 * @typedef {object} Row
 * @property {string} what
 * @property {string} [unit]
 * @property {readonly number[]} [goals] At most the first; better still, the second.
 * @property {Run} [run]
 * @property {number} [size] To be compared with half of it.
 * @property {() => Command | Promise<Command>} [beside] The value is the ratio to this command.
 * @property {(took: import('./measure.js').Took) => number} [read] The value; default: seconds.
 * @property {number} [rounds]
 * @property {number} [pauseMs] Before each execution.
 * @property {(program: string) => number} [look] Finds the value, instead of `run`.
 */

/** @param {string} what @param {readonly number[]} goals @param {Run} run @returns {Row} */
function toNode(what, goals, run) {
  return { what: `${what} ÷ node -e 0`, unit: '×', goals, run, beside: () => ({ args: ['-e', '0'], env: bareEnv }) };
}

/** @type {Run} */
const productUrl = async (program) => command(program, ['product-url'], { env: await sandbox() });

async function awsCalls() {
  const catalog = (/** @type {string} */ words) => `"$0" marketplace-catalog ${words} --catalog AWSMarketplace`;
  const list = catalog('list-entities --entity-type SaaSProduct');
  const describe = catalog('describe-entity --entity-id prod-sandboxnotes1');
  // Not the shell script with which pyenv starts it.
  const find = ['-c', 'pyenv which aws 2>/dev/null || command -v aws'];
  const aws = execFileSync('sh', find, { encoding: 'utf8' }).trim();
  return { file: 'sh', args: ['-c', `${list} && ${describe}`, aws], env: { ...bareEnv, ...(await sandbox()) } };
}

const rehearsal = ['run', 'use-cases', '--sandbox', '--rehearse'];
/** @type {Omit<Row, 'what'>} */
const useCases = { unit: 's', run: (it) => command(it, rehearsal), rounds: 5 };

const [products, faster] = [300, 20];
/** Seconds: ListEntities returns 50, BatchDescribeEntities 20, GetProduct one; AWS allows 10, 20 and 5 a second. */
const allowed = (Math.ceil(products / 50) / 10 + Math.ceil(products / 20) / 20 + products / 5) / faster;
const listed = Array.from({ length: products }, (_, i) => `{ title: Product ${i + 1}, dimensions: [{ key: pro }] }`);

/** @param {string[]} options @param {(program: string) => string} state @returns {Omit<Row, 'what'>} */
const everyProduct = (options, state) => ({
  unit: '×',
  run: async (it) => {
    const env = await sandbox(`quotas: ${faster}\nproducts: [${listed.join(', ')}]\n`);
    return command(it, ['product-url', '--all', ...options], { env, state: state(it) });
  },
  read: ({ seconds }) => seconds / allowed,
  // The runs share the sandbox's quotas, which a second refills.
  ...{ pauseMs: 2_000, rounds: 5 },
});

const fasterFleet = 5;
/** Seconds: each product takes two requests to each agreement API, of which AWS allows 5 a second. Most others need less. */
const allowedFleet = (2 * products) / 5 / fasterFleet;

/** @type {Omit<Row, 'what'>} */
const fleet = {
  async run(it) {
    const { scenario, config } = fleetOf(products, fasterFleet);
    const env = await sandbox(scenario);
    return command(it, ['run', 'regression', '--all', '--config', config(env.AWS_ENDPOINT_URL_STS ?? '')], { env });
  },
  ...{ pauseMs: 2_000, rounds: 3 },
};
const memory = (/** @type {string} */ program) => once(`memory ${program}`, emptyFolder);

const steps = { unit: 's', size: 10_000, rounds: 3 };
const runs = { unit: 's', size: 2_000, rounds: 3, goals: [2.5] };

/** @param {string} format @returns {Row} */
const report = (format) => ({
  ...{ what: `report --format ${format}, 10,000 steps`, ...steps },
  run: (it, n) => command(it, ['report', '--format', format], { state: stepsOf(it, n).state }),
});

/** The rows of the table, in its order. @type {Readonly<Record<string, Row>>} */
export const rows = {
  version: toNode('--version', [1.4], (it) => command(it, ['--version'])),
  help: toNode('--help', [1.4], (it) => command(it, ['--help'])),
  list: toNode('list', [3, 2.2], (it) => command(it, ['list'])),
  validate: toNode('validate of a built-in', [3, 2.2], (it) =>
    command(it, ['validate', join(it, 'checklists', 'new-signup.yaml')]),
  ),
  status: toNode('status, 20 runs', [3, 2.2], (it) => command(it, ['status'], { state: runsOf(it, 20) })),
  'product-url': toNode('product-url', [3.5, 3], productUrl),
  'product-url-memory': {
    ...{ ...toNode('product-url, peak memory', [2.5], productUrl), rounds: 5 },
    read: (took) => took.memory,
  },
  'product-url-aws': {
    ...{ what: 'product-url ÷ AWS CLI, two of its calls', unit: '×', goals: [0.3, 0.2] },
    ...{ run: productUrl, beside: awsCalls, rounds: 6 },
  },
  'first-line': { what: `${rehearsal.join(' ')}: first line`, goals: [1], ...useCases, read: (took) => took.firstLine },
  'use-cases': { what: rehearsal.join(' '), goals: [4], ...useCases },
  all: {
    what: `product-url --all, ${products} products ÷ what the quotas × ${faster} allow`,
    ...{ goals: [1.2], ...everyProduct([], emptyFolder) },
  },
  'all-again': { what: 'the same from memory', ...everyProduct([], memory) },
  'all-refresh': { what: 'the same with --refresh', goals: [1.2], ...everyProduct(['--refresh'], memory) },
  fleet: {
    what: `run regression --all, ${products} products ÷ what the quotas × ${fasterFleet} allow`,
    ...{ unit: '×', goals: [1.2], ...fleet, read: ({ seconds }) => seconds / allowedFleet },
  },
  'fleet-memory': {
    what: 'the same, peak memory',
    ...{ unit: 'MB', goals: [250], ...fleet, read: (took) => took.memory, rounds: 1 },
  },
  'validate-10000': {
    ...{ what: 'validate, 10,000 steps', goals: [2.5], ...steps },
    run: (it, n) => command(it, ['validate', stepsOf(it, n).file]),
  },
  'resume-10000': {
    ...{ what: 'resume, 10,000 steps', goals: [2.5], ...steps },
    run: (it, n) => command(it, ['resume', '--no-input'], { state: stepsOf(it, n).state, codes: [3] }),
  },
  'status-2000': {
    ...{ what: 'status, 2,000 runs', ...runs },
    run: (it, n) => command(it, ['status'], { state: runsOf(it, n) }),
  },
  'runs-2000': {
    ...{ what: 'runs, 2,000 runs', ...runs },
    run: (it, n) => command(it, ['runs'], { state: runsOf(it, n) }),
  },
  ...Object.fromEntries(['text', 'json', 'junit', 'html', 'markdown'].map((it) => [`report-${it}`, report(it)])),
  packages: { what: 'installed package: packages', goals: [5], look: (it) => material.installedPackage(it).packages },
  installed: {
    ...{ what: 'installed package: size', unit: 'MB', goals: [5] },
    look: (it) => material.installedPackage(it).megabytes,
  },
  clone: { what: 'clone after npm ci: size', unit: 'MB', look: material.installedClone },
};
