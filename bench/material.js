// @ts-check
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** @typedef {import('./measure.js').Command} Command */
/** @typedef {import('./rows.js').Words} Words */
/**
 * @typedef {object} Bench
 * @property {string} node The Node to measure.
 * @property {readonly string[]} programs The folders of the checkouts to measure. The first makes the material.
 * @property {string} folder For everything that is written.
 * @property {number} rounds
 * @property {Map<string, unknown>} made What was made once for several rows, by its name.
 * @property {(() => void)[]} stops Stop what was started.
 */
/** @typedef {Record<string, unknown>} Data */
/** @typedef {{ record: Data, lines: { v: number, entry: Data }[] }} Run The content of a saved run. */

/** @template T @param {Bench} bench @param {string} name @param {() => T} make @returns {T} */
function once({ made }, name, make) {
  if (!made.has(name)) made.set(name, make());
  return /** @type {T} */ (made.get(name));
}

/** What would change what the program does. */
const settings = /^(AWS_|MP_VERIFY_|XDG_|GITHUB_|CI$|NODE_OPTIONS$|FORCE_COLOR$)/;

/** The environment without credentials and settings. @param {Bench} bench @returns {NodeJS.ProcessEnv} */
export function bareEnv({ folder }) {
  return {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !settings.test(name))),
    ...{ HOME: folder, TZ: 'UTC', AWS_EC2_METADATA_DISABLED: 'true' },
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}

/** Without `state`, nothing was saved or remembered before. @param {Bench} bench @param {number} nth @param {Words} words @returns {Command} */
export function program(bench, nth, { args, state, env, ...rest }) {
  const { node, programs, folder } = bench;
  const MP_VERIFY_STATE_DIR = state ?? join(mkdtempSync(join(folder, 'state-')), 'state');
  const file = join(programs[nth] ?? '', 'bin', 'mp-verify.js');
  return {
    file: node,
    args: [file, ...args],
    cwd: folder,
    env: { ...bareEnv(bench), MP_VERIFY_STATE_DIR, ...env },
    ...rest,
  };
}

/** Runs the first program, which may be the older one. @param {Bench} bench @param {Words} words */
function make(bench, words) {
  const { file, args, env, cwd, codes = [0] } = program(bench, 0, words);
  const { status, stderr } = spawnSync(file, args, { env, cwd, encoding: 'utf8' });
  if (!codes.includes(status ?? -1)) throw new Error(`${words.args.join(' ')}: exit code ${status}: ${stderr}`);
}

/** The variables that lead to a sandbox, which the rows share. @param {Bench} bench */
export function sandboxEnv(bench) {
  return once(bench, 'sandbox', () => freshSandbox(bench));
}

/** The same for a sandbox with many products. @param {Bench} bench @param {number} count */
export function productsEnv(bench, count) {
  return once(bench, 'products', () => {
    const scenario = join(bench.folder, 'products.yaml');
    const products = Array.from(
      { length: count },
      (_, i) => `  - title: Product ${i + 1}\n    dimensions: [{ key: pro }]\n`,
    );
    writeFileSync(scenario, `products:\n${products.join('')}`);
    return freshSandbox(bench, ['--scenario', scenario]);
  });
}

/** @param {Bench} bench @param {readonly string[]} [options] @returns {Promise<Record<string, string>>} */
async function freshSandbox(bench, options = []) {
  const { file, args, env, cwd } = program(bench, 0, { args: ['sandbox', '--json', '--delay', '0s', ...options] });
  const child = spawn(file, args, { env, cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  bench.stops.push(() => child.kill());
  for await (const line of createInterface(child.stdout)) return JSON.parse(line).env;
  throw new Error('the sandbox did not start');
}

const useCases = ['new-signup', 'existing-user', 'contract-change'];

/**
 * Returns a state folder with runs of the three use cases, as if they had been made on AWS: copies of three runs that the
 * program itself made in a sandbox.
 *
 * @param {Bench} bench
 * @param {number} count
 */
export async function runsOf(bench, count) {
  const models = await once(bench, 'models', async () => {
    const env = await freshSandbox(bench);
    return useCases.map((id) => {
      const state = join(bench.folder, `model-${id}`);
      make(bench, { args: ['run', id, '--rehearse', '--no-input', '--quiet'], state, env });
      return onAws(readRun(join(state, 'runs', `${id}-1`)));
    });
  });
  return once(bench, `runs ${count}`, () => {
    const state = join(bench.folder, `runs-${count}`);
    for (let i = 0; i < count; i++) {
      const { record, lines } = models[i % models.length] ?? { record: {}, lines: [] };
      const startedAt = new Date(Date.now() - (count - i) * 60_000).toISOString();
      const id = `${useCases[i % useCases.length]}-${Math.floor(i / useCases.length) + 1}`;
      writeRun(state, { record: { ...record, id, startedAt }, lines });
    }
    return state;
  });
}

/** @param {Run} run @returns {Run} */
function onAws({ record, lines }) {
  const text = JSON.stringify({ record, lines })
    .replaceAll('"sandbox":true', '"sandbox":false')
    .replaceAll(/"instance":"[^"]*",/g, '')
    .replaceAll(/"endpoint":"[^"]*"/g, '"endpoint":null')
    .replaceAll('"by":"rehearsal"', '"by":"operator"');
  return JSON.parse(text);
}

/**
 * Returns a checklist of `count` manual steps, and a state folder with a run in which all but the last have passed. Each
 * program gets its own, because a newer one may write what an older one cannot read.
 *
 * @param {Bench} bench
 * @param {number} nth
 * @param {number} count
 */
export async function stepsOf(bench, nth, count) {
  const file = join(bench.folder, `steps-${count}.yaml`);
  const state = once(bench, `steps ${count}`, () => writeSteps(bench, file, count));
  const own = once(bench, `steps ${count} ${nth}`, () => {
    const copy = `${state}-${nth}`;
    cpSync(state, copy, { recursive: true });
    return copy;
  });
  return { file, state: own };
}

/** @param {Bench} bench @param {string} file @param {number} count */
function writeSteps(bench, file, count) {
  const step = (/** @type {string} */ id) =>
    `  - id: ${id}\n    title: Do ${id}\n    do: Do it.\n    expect: It is done.\n`;
  const checklist = (/** @type {readonly string[]} */ ids) =>
    `version: 1\nid: long\ntitle: Long\nsteps:\n${ids.map(step).join('')}`;
  const model = join(bench.folder, `model-${count}`);
  const answers = `${model}.yaml`;
  writeFileSync(file, checklist(['step-1', 'last']));
  writeFileSync(answers, 'answers: { long: { step-1: pass } }\n');
  make(bench, { args: ['run', file, '--answers', answers, '--no-input', '--quiet'], state: model, codes: [3] });
  const { record, lines } = readRun(join(model, 'runs', 'long-1'));

  const ids = Array.from({ length: count - 1 }, (_, i) => `step-${i + 1}`);
  const source = checklist([...ids, 'last']);
  writeFileSync(file, source);
  const [planned] = /** @type {Data[]} */ (record.checklists);
  const state = join(bench.folder, `steps-${count}`);
  writeRun(state, {
    record: { ...record, checklists: [{ ...planned, source, sha256: sha256(source) }] },
    lines: lines.flatMap((line) =>
      line.entry.type === 'attempt' ? ids.map((id) => ({ ...line, entry: { ...line.entry, step: id } })) : [line],
    ),
  });
  return state;
}

/** @param {string} folder @returns {Run} */
function readRun(folder) {
  const { record } = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8'));
  const journal = readFileSync(join(folder, 'results.jsonl'), 'utf8');
  return {
    record,
    lines: journal
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  };
}

/** Writes a run with the checksums of the version that its model has. @param {string} state @param {Run} run */
function writeRun(state, { record, lines }) {
  const folder = join(state, 'runs', String(record.id));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const sum = sha256(JSON.stringify(record));
  writeFileSync(join(folder, 'run.json'), JSON.stringify({ version: 1, sum, record }), { mode: 0o600 });
  const journal = lines.map(({ v, entry }, i) => {
    const signed = `${record.id} ${record.startedAt} v${v} ${i + 1} ${JSON.stringify(entry)}`;
    return `${JSON.stringify({ v, n: i + 1, sum: sha256(signed).slice(0, 16), entry })}\n`;
  });
  writeFileSync(join(folder, 'results.jsonl'), journal.join(''), { mode: 0o600 });
}

/** @param {string} text */
function sha256(text) {
  return createHash('sha256').update(text).digest('hex');
}

/** Installs the package, as npm would pack the checkout, into an empty folder. @param {Bench} bench @param {number} nth */
export function installedPackage(bench, nth) {
  return once(bench, `package ${nth}`, () => {
    const project = join(bench.folder, `package-${nth}`);
    mkdirSync(project);
    writeFileSync(join(project, 'package.json'), '{}');
    npm(['pack', '--ignore-scripts', '--pack-destination', project], bench.programs[nth] ?? '');
    const tarball = readdirSync(project).find((name) => name.endsWith('.tgz')) ?? '';
    npm(['install', '--no-audit', '--no-fund', `./${tarball}`], project);
    const modules = join(project, 'node_modules');
    const { packages } = JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8'));
    return { packages: Object.keys(packages).length, megabytes: megabytesOf(modules) };
  });
}

/** Returns the MB of a new clone after `npm ci`. @param {Bench} bench @param {number} nth */
export function installedClone(bench, nth) {
  const clone = join(bench.folder, `clone-${nth}`);
  execFileSync('git', ['clone', '--quiet', bench.programs[nth] ?? '', clone], { stdio: 'pipe' });
  npm(['ci', '--no-audit', '--no-fund'], clone);
  return megabytesOf(clone);
}

/** @param {readonly string[]} args @param {string} cwd */
function npm(args, cwd) {
  return execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: 'pipe' });
}

/** What the files take on the disk. @param {string} folder */
function megabytesOf(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, { parentPath, name }) => sum + lstatSync(join(parentPath, name)).blocks * 512, 0) / 1e6;
}
