// @ts-check
// Measures the program beside what it is compared with, and prints a table: CONTRIBUTING.md, "Measure".
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { toError } from './measure.js';
import { rows } from './rows.js';

/** @typedef {import('./rows.js').Figure} Figure */
/** @typedef {Record<string, Figure | { reason: string }>} Figures What was measured, by the id of its row. */

const { values: options } = parseArgs({
  options: {
    node: { type: 'string', default: process.execPath },
    program: { type: 'string', multiple: true, default: [join(import.meta.dirname, '..')] },
    only: { type: 'string', multiple: true, default: [] },
    rounds: { type: 'string', default: '12' },
    json: { type: 'string' },
    save: { type: 'boolean', default: false },
  },
});
const saved = join(import.meta.dirname, 'figures.json');
const node = resolve(options.node);
const nodeVersion = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
const [major = ''] = nodeVersion.slice(1).split('.');
const folders = options.program.map((folder) => resolve(folder));
const last = folders.length - 1;
/** @type {Figures[]} By program. */
const measured = folders.map(() => ({}));
const isWanted = (/** @type {string} */ id) => options.only.length === 0 || options.only.includes(id);

const unknown = options.only.filter((id) => !(id in rows));
if (unknown.length > 0) throw new Error(`unknown row ${unknown.join(', ')}; the rows: ${Object.keys(rows).join(', ')}`);

const load = () => loadavg()[0]?.toFixed(1) ?? '?';
const loadBefore = load();
/** @type {import('./material.js').Bench} */
const bench = {
  ...{ node, programs: folders, rounds: Number(options.rounds) },
  folder: mkdtempSync(join(tmpdir(), 'mp-verify-bench-')),
  made: new Map(),
  stops: [],
};
process.once('SIGINT', () => process.exit(130));
const stopAll = () => {
  for (const stop of bench.stops) stop();
};
process.once('exit', () => {
  stopAll();
  rmSync(bench.folder, { recursive: true, force: true });
});
for (const [id, { measure, unit }] of Object.entries(rows).filter(([id]) => isWanted(id))) {
  process.stderr.write(`measuring ${id} …\n`);
  const figures = await measure(bench).catch(toError);
  for (const [nth, own] of measured.entries()) {
    const figure = figures instanceof Error ? figures : (figures[nth] ?? new Error('no figure'));
    own[id] = figure instanceof Error ? { reason: reasonOf(figure) } : rounded(figure);
    process.stderr.write(`  ${cell(own[id], unit)}\n`);
  }
}

// A running sandbox would keep this process alive.
stopAll();

/** @param {Figure} figure @returns {Figure} */
function rounded(figure) {
  const short = Object.entries(figure).map(([name, number]) => [name, Number(number.toPrecision(4))]);
  return /** @type {Figure} */ (Object.fromEntries(short));
}

/** @param {Error} error */
function reasonOf({ message }) {
  return message.slice(0, 80).split('\n')[0] ?? '';
}

const about = {
  node: nodeVersion,
  date: new Date().toISOString().slice(0, 10),
  machine: `${cpus().length} × ${cpus()[0]?.model.trim()}`,
  load: `${loadBefore} to ${load()}`,
  rounds: Number(options.rounds),
};
const programs = folders.map((folder, nth) => ({ folder, commit: commitOf(folder), rows: measured[nth] ?? {} }));

/** @param {string} folder */
function commitOf(folder) {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], {
      cwd: folder,
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim();
  } catch {
    return 'unknown';
  }
}

const committed = existsSync(saved) ? JSON.parse(readFileSync(saved, 'utf8')) : {};
/** @type {Figures} */
const before = last > 0 ? (measured[0] ?? {}) : (committed[major]?.rows ?? {});
const now = measured[last] ?? {};

/** @param {Figure | { reason: string } | undefined} figure @param {string} unit */
function cell(figure, unit) {
  if (figure === undefined) return '';
  if ('reason' in figure) return `not measured: ${figure.reason}`;
  const { value, low, high, cpu, growth, memory } = figure;
  return [
    `${short(value)}${unit && ` ${unit}`}`,
    low === undefined || high === undefined || low === high ? '' : ` (${short(low)}–${short(high)})`,
    cpu === undefined ? '' : `, CPU ${short(cpu)}`,
    growth === undefined ? '' : `, ${short(growth)} × half`,
    memory === undefined ? '' : `, ${memory.toFixed(0)} MB`,
  ].join('');
}

/** @param {number} value */
function short(value) {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** @param {typeof rows[string]} row @param {Figure | { reason: string } | undefined} figure */
function mark({ goal, stretch, growth: most }, figure) {
  if (goal === undefined || figure === undefined || 'reason' in figure) return '';
  const { value, growth = 0 } = figure;
  if (value > goal) return 'NOT MET';
  if (most !== undefined && growth > most) return 'NOT LINEAR';
  return stretch !== undefined && value <= stretch ? 'met, stretch' : 'met';
}

/** @param {Figure | { reason: string } | undefined} was @param {Figure | { reason: string } | undefined} is */
function change(was, is) {
  if (was === undefined || is === undefined || 'reason' in was || 'reason' in is) return '';
  const percent = Math.round((is.value / was.value - 1) * 100);
  return `${percent > 0 ? '+' : percent < 0 ? '−' : '±'}${Math.abs(percent)} %`;
}

const table = Object.entries(rows).flatMap(([id, row]) => {
  const { what, unit, goal, stretch } = row;
  if (!(id in now)) return [];
  const wish =
    goal === undefined ? '' : `≤ ${goal}${stretch === undefined ? '' : ` (${stretch})`}${unit && ` ${unit}`}`;
  return [
    [id, what, wish, cell(before[id], unit), cell(now[id], unit), mark(row, now[id]), change(before[id], now[id])],
  ];
});
const was =
  last > 0
    ? `${programs[0]?.commit}`
    : committed[major]
      ? `saved ${committed[major].date}, ${committed[major].commit}`
      : 'saved: none';
const all = [['row', 'what', 'goal', was, `now ${programs[last]?.commit}`, 'mark', 'change'], ...table];
const widths = (all[0] ?? []).map((_, column) => Math.max(...all.map((line) => line[column]?.length ?? 0)));
process.stdout.write(
  [
    `Node ${about.node}, ${about.machine}, load ${about.load}, ${about.rounds} rounds; medians, quartiles in brackets`,
    ...(process.env.NODE_EXTRA_CA_CERTS ? ['NODE_EXTRA_CA_CERTS is set: every Node starts later, node -e 0 too.'] : []),
    ...all.map((line) =>
      line
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    ),
  ]
    .join('\n')
    .concat('\n'),
);

if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify({ ...about, programs }, null, 2)}\n`);
if (options.save) {
  const rows = { ...committed[major]?.rows, ...now };
  const figures = { ...committed, [major]: { ...about, commit: programs[last]?.commit, rows } };
  writeFileSync(saved, `${JSON.stringify(figures, null, 2)}\n`);
}
