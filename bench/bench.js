// @ts-check
// Measures the program beside what it is compared with, and prints a table: CONTRIBUTING.md, "Measure".
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { measure } from './measure.js';
import { rows } from './rows.js';

/** @typedef {import('./measure.js').Outcome} Outcome */

/** Twice the size takes twice the time; the rest is for the noise of measuring. */
const linear = 2.3;

const ids = Object.keys(rows);
/** @type {{ program: string[], only: string[], rounds: string, save?: true }} */
const options = new Command('npm run bench --')
  .option('--program <folder...>', 'measure this built checkout, or compare two', [join(import.meta.dirname, '..')])
  .addOption(new Option('--only <row...>', 'measure these rows').choices(ids).default(ids, 'all'))
  .option('--rounds <n>', 'measure each row at most this often', '12')
  .option('--save', 'replace the committed figures for this version of Node')
  .parse()
  .opts();

const programs = options.program.map((folder) => resolve(folder));
const load = () => loadavg()[0]?.toFixed(1);
const figuresOf = (/** @type {string} */ cwd) => ({
  commit: execFileSync('git', ['describe', '--always', '--dirty'], { cwd, encoding: 'utf8' }).trim(),
  date: new Date().toISOString().slice(0, 10),
  node: process.version,
  machine: `${cpus().length} × ${cpus()[0]?.model.trim()}, load ${load()}`,
  rows: /** @type {Record<string, Outcome>} */ ({}),
});
const figures = programs.map(figuresOf);
for (const [id, row] of Object.entries(rows).filter(([id]) => options.only.includes(id)))
  for (const [nth, outcome] of (await measure(row, programs, Number(options.rounds))).entries()) {
    Object.assign(figures[nth]?.rows ?? {}, { [id]: outcome });
    process.stderr.write(`${id}: ${cell(outcome, row.unit)}\n`);
  }
const certificates = process.env.NODE_EXTRA_CA_CERTS ? 'set' : 'not set';
for (const each of figures) each.machine += ` to ${load()}, NODE_EXTRA_CA_CERTS ${certificates}`;

const file = join(import.meta.dirname, 'figures.json');
const committed = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
const [major = ''] = process.versions.node.split('.');
const now = figures.at(-1) ?? figuresOf('.');
/** @type {typeof now | undefined} */
const before = figures.length > 1 ? figures[0] : committed[major];

/** @param {Outcome | undefined} outcome */
function cell(outcome, unit = '') {
  if (!outcome) return '';
  if ('reason' in outcome) return `not measured: ${outcome.reason}`;
  const { value, low, high, cpu, memory, growth } = outcome;
  const short = (/** @type {number} */ number) => (number >= 100 ? number.toFixed(0) : number.toPrecision(3));
  return [
    `${short(value)} ${unit}`.trim(),
    low && high ? ` (${short(low)}–${short(high)})` : '',
    cpu ? `, CPU ${short(cpu)}` : '',
    memory && unit === 's' ? `, ${short(memory)} MB` : '',
    growth ? `, ${short(growth)} × half` : '',
  ].join('');
}

/** @param {readonly number[]} goals @param {Outcome} outcome */
function mark([goal, stretch = 0], outcome) {
  if (!goal || 'reason' in outcome) return '';
  if (Number(outcome.value.toPrecision(3)) > goal) return 'NOT MET';
  if ((outcome.growth ?? 0) > linear) return 'NOT LINEAR';
  return outcome.value <= stretch ? 'met, stretch' : 'met';
}

/** @param {Outcome | undefined} was @param {Outcome} is */
function change(was, is) {
  if (!was || 'reason' in was || 'reason' in is) return '';
  const percent = (/** @type {number} */ from, /** @type {number} */ to) =>
    `${to > from ? '+' : ''}${Math.round((to / from - 1) * 100)} %`;
  return `${percent(was.value, is.value)}${was.cpu && is.cpu ? `, CPU ${percent(was.cpu, is.cpu)}` : ''}`;
}

const lines = Object.entries(now.rows).map(([id, outcome]) => {
  const { what, goals = [], unit = '' } = rows[id] ?? { what: id };
  const was = before?.rows[id];
  const goal = goals.length > 0 ? `≤ ${goals.join(', ')} ${unit}`.trim() : '';
  return [id, what, goal, cell(was, unit), cell(outcome, unit), mark(goals, outcome), change(was, outcome)];
});
const table = [['row', 'what', 'goal', before?.commit ?? '', now.commit, 'mark', 'change'], ...lines];
const widths = table[0]?.map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0))) ?? [];
for (const { commit, date, node, machine } of before ? [before, now] : [now])
  process.stdout.write(`${commit}, ${date}: Node ${node}, ${machine}\n`);
if (process.env.NODE_EXTRA_CA_CERTS)
  process.stdout.write(
    'NODE_EXTRA_CA_CERTS slows every start of Node, so ratios to node -e 0 are lower than without it.\n',
  );
for (const line of table)
  process.stdout.write(
    `${line
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()}\n`,
  );

if (options.save) {
  const saved = { ...committed, [major]: { ...now, rows: { ...committed[major]?.rows, ...now.rows } } };
  const round = (/** @type {unknown} */ it) => (typeof it === 'number' ? Number(it.toPrecision(4)) : it);
  writeFileSync(file, `${JSON.stringify(saved, (_, it) => round(it), 2)}\n`);
}
