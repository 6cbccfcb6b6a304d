import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const project = join(import.meta.dirname, '..');
const src = join(project, 'src');

/** What each room of `src` may import beside itself: rooms, and packages. A folder that is not listed may import nothing. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  'errors.ts': ['checklist'],
  checklist: ['errors.ts', 'leven', 'yaml', 'zod'],
  config: ['errors.ts', 'checklist', 'ports', 'text', '@jmespath-community/jmespath', 'zod'],
  text: ['checklist', 'string-width'],
  ports: ['errors.ts', 'checklist', 'text'],
  checks: ['errors.ts', 'checklist', 'ports', '@jmespath-community/jmespath', 'zod'],
  product: ['errors.ts', 'checklist', 'ports'],
  reporters: ['checklist', 'text', 'hono'],
  walk: ['errors.ts', 'checklist', 'checks', 'ports', 'product', 'text'],
  run: ['errors.ts', 'checklist', 'checks', 'config', 'ports', 'product', 'reporters', 'text', 'walk'],
  doctor: ['errors.ts', 'checklist', 'checks', 'ports', 'product', 'run', 'text'],
  commands: [
    ...['errors.ts', 'checklist', 'checks', 'config', 'doctor', 'ports', 'product', 'reporters', 'run', 'text', 'walk'],
    ...['commander', 'string-width'],
  ],
  system: ['errors.ts', 'ports', 'text', 'open', 'zod'],
  store: ['errors.ts', 'checklist', 'ports', 'system', 'zod'],
  http: ['ports', 'tough-cookie'],
  terminal: ['errors.ts', 'ports', 'text', '@inquirer/core', 'chalk', 'inquirer', 'ora'],
  marketplace: ['errors.ts', 'checklist', 'ports', '@aws-sdk', '@smithy', 'zod'],
  sandbox: [
    ...['errors.ts', 'checklist', 'ports', 'text', 'sandbox/api', 'sandbox/saas'],
    ...['@hono/node-server', 'hono', 'tough-cookie', 'zod'],
  ],
  'sandbox/api': ['sandbox', '@hono/node-server', '@smithy/core/cbor', 'hono', 'zod'],
  // A model to copy: the clients of the SDK, and nothing below them.
  'sandbox/saas': ['sandbox', '@aws-sdk', 'hono'],
  'cli-options.ts': ['checklist', 'ports', 'commander'],
  'cli.ts': ['errors.ts', 'checklist', 'cli-options.ts', 'commands', 'ports', 'commander'],
  'main.ts': [
    ...['errors.ts', 'checklist', 'cli.ts', 'http', 'marketplace', 'ports'],
    ...['sandbox', 'store', 'system', 'terminal', 'text'],
  ],
};

const rooms = Object.keys(mayImport).sort((a, b) => b.length - a.length);
const isIn = (name: string, room: string) => name === room || name.startsWith(`${room}/`);
const roomOf = (file: string) => rooms.find((room) => isIn(file, room)) ?? file;

/** `FILE imports X`: for each import that leaves its room and is not in the table. */
async function refusedImports(): Promise<string[]> {
  const refused: string[] = [];
  for (const file of await sources()) {
    const room = roomOf(file);
    const text = await readFile(join(src, file), 'utf8');
    for (const [, name = ''] of text.matchAll(/(?:^import |^(?:import|export|\}).* from |\bimport\()'([^']+)'/gm)) {
      if (name.startsWith('node:')) continue;
      const target = name.startsWith('.') ? roomOf(join(dirname(file), name)) : name;
      if (target !== room && !mayImport[room]?.some((allowed) => isIn(target, allowed)))
        refused.push(`${file} imports ${target}`);
    }
  }
  return refused;
}

async function sources(): Promise<string[]> {
  return (await readdir(src, { recursive: true })).filter((name) => name.endsWith('.ts'));
}

test('rooms import what the table allows', async () => {
  expect(await refusedImports()).toEqual([]);
});

test('main alone knows the process, by whatever name', async () => {
  const importing: string[] = [];
  for (const name of await sources())
    if (/from '(node:)?process'|import\('(node:)?process'\)/.test(await readFile(join(src, name), 'utf8')))
      importing.push(name);
  expect(importing).toEqual([]);
});

test('no test mocks a module: the files of a worker share what they import', async () => {
  const files = (await readdir(import.meta.dirname, { recursive: true })).filter((name) => name.endsWith('.ts'));
  const texts = await Promise.all(files.map((name) => readFile(join(import.meta.dirname, name), 'utf8')));
  expect(files.filter((_, i) => /\bvi\.(do)?mock\(/i.test(texts[i] ?? ''))).toEqual([]);
});
