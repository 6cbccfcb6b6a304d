import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const project = join(import.meta.dirname, '..');

test('every room has its import rules: what a new folder may import is said when it is made', async () => {
  const entries = await readdir(join(project, 'src'), { withFileTypes: true });
  const rooms = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const rules = await readFile(join(project, '.biome.jsonc'), 'utf8');
  expect(rooms.filter((room) => !rules.includes(`"includes": ["src/${room}/**"]`))).toEqual([]);
});

test('main alone knows the process, by whatever name', async () => {
  const files = await readdir(join(project, 'src'), { recursive: true });
  const importing: string[] = [];
  for (const name of files.filter((each) => each.endsWith('.ts')))
    if (/from '(node:)?process'|import\('(node:)?process'\)/.test(await readFile(join(project, 'src', name), 'utf8')))
      importing.push(name);
  expect(importing).toEqual([]);
});

test('no test mocks a module: the files of a worker share what they import', async () => {
  const files = (await readdir(import.meta.dirname, { recursive: true })).filter((name) => name.endsWith('.ts'));
  const texts = await Promise.all(files.map((name) => readFile(join(import.meta.dirname, name), 'utf8')));
  expect(files.filter((_, i) => /\bvi\.(do)?mock\(/i.test(texts[i] ?? ''))).toEqual([]);
});
