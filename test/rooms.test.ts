import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const project = join(import.meta.dirname, '..');
const src = join(project, 'src');

/** What each room of `src` may import beside itself: rooms, and packages. A folder that is not listed may import nothing. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  'errors.ts': [],
  'package-folder.ts': [],
  checklist: ['errors.ts', 'leven', 'yaml', 'zod'],
  config: ['errors.ts', 'checklist', 'ports', 'text', '@jmespath-community/jmespath', 'zod'],
  text: ['checklist', 'fast-string-width'],
  ports: ['errors.ts', 'checklist', 'text'],
  checks: ['errors.ts', 'checklist', 'ports', '@jmespath-community/jmespath', 'zod'],
  product: ['errors.ts', 'checklist', 'ports'],
  reporters: ['checklist', 'text', 'fast-string-width', 'fast-xml-builder', 'hono'],
  walk: ['errors.ts', 'checklist', 'checks', 'ports', 'product', 'text'],
  run: ['errors.ts', 'checklist', 'checks', 'config', 'ports', 'product', 'reporters', 'text', 'walk'],
  fleet: ['errors.ts', 'checklist', 'checks', 'config', 'ports', 'product', 'reporters', 'run', 'text', 'walk'],
  doctor: ['errors.ts', 'checklist', 'checks', 'ports', 'product', 'run', 'text'],
  commands: [
    ...[
      'errors.ts',
      'checklist',
      'checks',
      'config',
      'doctor',
      'fleet',
      'ports',
      'product',
      'reporters',
      'run',
      'text',
      'walk',
    ],
    ...['commander', 'fast-string-width'],
  ],
  system: ['errors.ts', 'package-folder.ts', 'ports', 'text', 'open'],
  store: ['errors.ts', 'checklist', 'ports', 'system', 'zod'],
  'store/s3': ['errors.ts', 'checklist', 'ports', 'store', 'system', '@aws-sdk', 'zod'],
  http: ['ports', 'tough-cookie'],
  terminal: ['errors.ts', 'ports', 'text', '@inquirer', 'chalk', 'ora'],
  marketplace: ['errors.ts', 'checklist', 'ports', '@aws-sdk', '@smithy', 'zod'],
  sandbox: [
    ...['errors.ts', 'checklist', 'ports', 'text', 'sandbox/api', 'sandbox/saas'],
    ...['@hono/node-server', 'hono', 'tough-cookie', 'zod'],
  ],
  'sandbox/api': ['sandbox', '@hono/node-server', '@smithy/core/cbor', 'hono', 'zod'],
  // A model to copy: the clients of the SDK, and nothing below them.
  'sandbox/saas': ['sandbox', 'ports', '@aws-sdk', 'hono'],
  'cli-options.ts': ['checklist', 'ports', 'text', 'commander'],
  'cli.ts': [
    'errors.ts',
    'checklist',
    'cli-options.ts',
    'commands',
    'config',
    'ports',
    'reporters',
    'text',
    'commander',
  ],
  'storage.ts': ['checklist', 'ports', 'run', 'store'],
  'main.ts': [
    ...['errors.ts', 'checklist', 'cli.ts', 'http', 'marketplace', 'package-folder.ts', 'ports'],
    ...['sandbox', 'storage.ts', 'store', 'system', 'terminal', 'text'],
  ],
};

const rooms = Object.keys(mayImport).sort((a, b) => b.length - a.length);
const isIn = (name: string, room: string) => name === room || name.startsWith(`${room}/`);
const roomOf = (file: string) => rooms.find((room) => isIn(file, room)) ?? file;

interface Import {
  readonly file: string;
  readonly room: string;
  /** A file of `src`, or a package. */
  readonly target: string;
}

/** Every import of `src`, those within a room included, without those of Node. */
async function imports(): Promise<readonly Import[]> {
  const found: Import[] = [];
  for (const file of await sources()) {
    const text = await readFile(join(src, file), 'utf8');
    for (const [, name = ''] of text.matchAll(/(?:^import |^(?:import|export|\}).* from |\bimport\()'([^']+)'/gm)) {
      if (name.startsWith('node:')) continue;
      found.push({ file, room: roomOf(file), target: name.startsWith('.') ? join(dirname(file), name) : name });
    }
  }
  return found;
}

async function sources(): Promise<string[]> {
  return (await readdir(src, { recursive: true })).filter((name) => name.endsWith('.ts'));
}

test('rooms import what the table allows, and the table allows nothing more', async () => {
  const used = new Set<string>();
  const refused: string[] = [];
  for (const { file, room, target } of await imports()) {
    if (roomOf(target) === room) continue;
    const allowed = mayImport[room]?.find((each) => isIn(roomOf(target), each));
    if (allowed === undefined) refused.push(`${file} imports ${target}`);
    else used.add(`${room} imports ${allowed}`);
  }
  const listed = Object.entries(mayImport).flatMap(([room, all]) => all.map((each) => `${room} imports ${each}`));
  expect({ refused, unused: listed.filter((each) => !used.has(each)) }).toEqual({ refused: [], unused: [] });
});

test('no file imports itself through others, not even its types', async () => {
  const all = await imports();
  let left = all;
  // Takes away every file that imports none of those left.
  for (let before = -1; before !== left.length; ) {
    before = left.length;
    const importing = new Set(left.map(({ file }) => file));
    left = left.filter(({ target }) => importing.has(target));
  }
  expect(left.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
});

test('main alone knows the process, by whatever name', async () => {
  const importing: string[] = [];
  for (const name of await sources())
    if (/from '(node:)?process'|import\('(node:)?process'\)/.test(await readFile(join(src, name), 'utf8')))
      importing.push(name);
  expect(importing).toEqual([]);
});

test('no file calls the global fetch: Node takes longer to prepare it than a command to start', async () => {
  const calling: string[] = [];
  for (const name of await sources())
    if (/(?<![\w.])fetch\(/.test(await readFile(join(src, name), 'utf8'))) calling.push(name);
  expect(calling).toEqual([]);
});

test('no test mocks a module: the files of a worker share what they import', async () => {
  const names = await readdir(import.meta.dirname, { recursive: true });
  const files = names.filter((name) => name.endsWith('.ts') && !name.startsWith('node_modules'));
  const texts = await Promise.all(files.map((name) => readFile(join(import.meta.dirname, name), 'utf8')));
  expect(files.filter((_, i) => /\bvi\.(do)?mock\(/i.test(texts[i] ?? ''))).toEqual([]);
});
