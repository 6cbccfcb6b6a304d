// @ts-check
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once as event } from 'node:events';
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/**
 * @typedef {object} Command
 * @property {string} [file] Default: this Node.
 * @property {readonly string[]} args
 * @property {NodeJS.ProcessEnv} env
 * @property {readonly number[]} [codes] The exit codes of success; default: 0.
 */

/** Everything is written into this folder, which is removed at the end. */
export const scratch = mkdtempSync(join(tmpdir(), 'mp-verify-bench-'));
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));
process.once('SIGINT', () => process.exit(130));
export const emptyFolder = () => mkdtempSync(join(scratch, 'folder-'));

/** What would change what the program or the AWS CLI does. */
const settings = /^(AWS_|MP_VERIFY_|XDG_|GITHUB_|CI$|NODE_OPTIONS$|FORCE_COLOR$)/;
export const bareEnv = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !settings.test(name))),
  ...{ HOME: scratch, TZ: 'UTC', AWS_EC2_METADATA_DISABLED: 'true' },
};

/**
 * @param {string} program The folder of a built checkout.
 * @param {readonly string[]} args
 * @param {{ state?: string, env?: NodeJS.ProcessEnv, codes?: readonly number[] }} [options] By default, no run is saved.
 * @returns {Command}
 */
export function command(program, args, { state = emptyFolder(), env, codes = [0] } = {}) {
  const file = join(program, 'bin', 'mp-verify.js');
  return { args: [file, ...args], env: { ...bareEnv, MP_VERIFY_STATE_DIR: state, ...env }, codes };
}

/** @param {Command} command */
function run({ args, env, codes = [0] }) {
  const { status, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
  if (!codes.includes(status ?? -1)) throw new Error(`exit code ${status}: ${stderr}`);
}

/** @type {Map<string, unknown>} */
const made = new Map();

/** @template T @param {string} name @param {() => T} make @returns {T} */
export function once(name, make) {
  if (!made.has(name)) made.set(name, make());
  return /** @type {T} */ (made.get(name));
}

/** Starts a sandbox that does not keep this process alive. @returns {Promise<Record<string, string>>} How to reach it. */
export function sandbox(scenario = '{}') {
  return once(`sandbox ${scenario}`, async () => {
    const file = join(emptyFolder(), 'scenario.yaml');
    writeFileSync(file, scenario);
    const words = ['sandbox', '--json', '--delay', '0s', '--scenario', file];
    const { args, env } = command(join(import.meta.dirname, '..'), words);
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    process.once('exit', () => child.kill());
    child.unref();
    const [line] = await event(createInterface(child.stdout), 'line');
    child.stdout.destroy();
    return JSON.parse(line).env;
  });
}

/** A fleet whose products all pass: a scenario for the sandbox, and the file for its URL. @param {number} count @param {number} quotas */
export function fleetOf(count, quotas) {
  const [tester, ids] = ['444455556666', Array.from({ length: count }, (_, i) => `prod-${i + 1}`)];
  const scenario = {
    ...{ quotas, buyers: { tester } },
    products: ids.map((id) => ({ id, title: `Product ${id}`, dimensions: [{ key: 'pro' }] })),
    contracts: ids.map((product) => ({ buyer: 'tester', product, dimensions: { pro: 5 }, months: 12 })),
  };
  const config = (/** @type {string} */ url) => {
    const file = join(emptyFolder(), 'mp-verify.yaml');
    const api = {
      url: `${url}/saas/api/contract?account=\${buyer}&licence=\${licence}`,
      headers: { authorization: 'Bearer sandbox-only' },
      ...{ items: 'plans', plan: 'plan', quantity: 'quantity', 'end-date': 'endsAt', accounts: 'accounts' },
    };
    const defaults = { buyers: { regression: tester }, saas: { 'contract-api': api } };
    writeFileSync(file, JSON.stringify({ defaults, products: ids }));
    return file;
  };
  return { scenario: JSON.stringify(scenario), config };
}

/** @param {string} program @param {number} count @returns {string} A state folder with runs of the use cases. */
export function runsOf(program, count) {
  const ids = ['new-signup', 'existing-user', 'contract-change'];
  const models = once(`models ${program}`, () => {
    const state = emptyFolder();
    for (const id of ids) run(command(program, ['run', id, '--sandbox', '--rehearse', '--no-input'], { state }));
    return state;
  });
  return once(`runs ${program} ${count}`, () => {
    const state = emptyFolder();
    for (let i = 0; i < count; i++) {
      const id = ids[i % ids.length];
      const startedAt = new Date(Date.now() - (count - i) * 60_000).toISOString();
      copyRun(join(models, 'runs', `${id}-1`), state, `${id}-${Math.floor(i / ids.length) + 1}`, startedAt);
    }
    return state;
  });
}

/** Copies a run in the sandbox as one on AWS. @param {string} from @param {string} state @param {string} id @param {string} startedAt */
function copyRun(from, state, id, startedAt) {
  const read = (/** @type {string} */ name) =>
    readFileSync(join(from, name), 'utf8')
      .replaceAll(/"sandbox": ?true/g, '"sandbox":false')
      .replaceAll(/"instance":"[^"]*",/g, '')
      .replaceAll(/"endpoint":"[^"]*"/g, '"endpoint":null')
      .replaceAll('"by":"rehearsal"', '"by":"operator"');
  const { version, record } = JSON.parse(read('run.json'));
  const own = { ...record, id, startedAt };
  const lines = read('results.jsonl').trimEnd().split('\n');
  const journal = lines.map((line) => {
    const { v, n, entry } = JSON.parse(line);
    const sum = sha256(`${id} ${startedAt} v${v} ${n} ${JSON.stringify(entry)}`).slice(0, 16);
    return `${JSON.stringify({ v, n, sum, entry })}\n`;
  });
  const to = join(state, 'runs', id);
  mkdirSync(to, { recursive: true, mode: 0o700 });
  const sum = sha256(JSON.stringify(own));
  writeFileSync(join(to, 'run.json'), JSON.stringify({ version, sum, record: own }), { mode: 0o600 });
  writeFileSync(join(to, 'results.jsonl'), journal.join(''), { mode: 0o600 });
}

const sha256 = (/** @type {string} */ text) => createHash('sha256').update(text).digest('hex');

/** @param {string} program @param {number} count @returns A checklist, and a state folder with a run of all steps but the last. */
export function stepsOf(program, count) {
  return once(`steps ${program} ${count}`, () => {
    const ids = Array.from({ length: count }, (_, i) => `step-${i + 1}`);
    const steps = ids.map((id) => `  - id: ${id}\n    title: Do ${id}\n    do: Do it.\n    expect: It is done.\n`);
    const passes = ids.slice(0, -1).map((id) => `    ${id}: pass\n`);
    const state = emptyFolder();
    const [file, answers] = [join(state, 'long.yaml'), join(state, 'answers.yaml')];
    writeFileSync(file, `version: 1\nid: long\ntitle: Long\nsteps:\n${steps.join('')}`);
    writeFileSync(answers, `answers:\n  long:\n${passes.join('')}`);
    run(command(program, ['run', file, '--answers', answers, '--no-input'], { state, codes: [3] }));
    return { file, state };
  });
}

/** @param {string} cwd @param {string[]} args */
const npm = (cwd, ...args) => execFileSync('npm', args, { cwd, stdio: 'pipe' });

/** Installs what npm would pack into an empty folder. @param {string} program */
export function installedPackage(program) {
  return once(`package ${program}`, () => {
    const project = emptyFolder();
    writeFileSync(join(project, 'package.json'), '{}');
    npm(program, 'pack', '--ignore-scripts', '--pack-destination', project);
    npm(project, 'install', '--no-audit', '--no-fund', ...readdirSync(project).filter((name) => name.endsWith('.tgz')));
    const modules = join(project, 'node_modules');
    const { packages } = JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8'));
    return { packages: Object.keys(packages).length, megabytes: megabytesOf(modules) };
  });
}

/** Returns the MB of a new clone after `npm ci`. @param {string} program */
export function installedClone(program) {
  const clone = emptyFolder();
  execFileSync('git', ['clone', '--quiet', program, clone], { stdio: 'pipe' });
  npm(clone, 'ci', '--no-audit', '--no-fund');
  return megabytesOf(clone);
}

/** What the files take on the disk. @param {string} folder */
function megabytesOf(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, { parentPath, name }) => sum + lstatSync(join(parentPath, name)).blocks * 512, 0) / 1e6;
}
