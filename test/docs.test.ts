import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';

const project = join(import.meta.dirname, '..');
const read = (file: string) => readFile(join(project, file), 'utf8');
const pages = [
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md', 'checklists/README.md'],
  ...['docs/ci.md', 'docs/configuration.md', 'docs/fleet.md', 'docs/shared-runs.md'],
  ...['src/marketplace/README.md', 'src/sandbox/README.md', 'src/store/README.md'],
];
const { files } = JSON.parse(await read('package.json')) as { readonly files: readonly string[] };

/** As GitHub names the headings of a page. */
function anchorsOf(text: string): readonly string[] {
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe.each(pages)('%s', (page) => {
  test('links to what exists, in a clone and in the package', async () => {
    const wrong: string[] = [];
    for (const [, link = ''] of (await read(page)).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(link)) continue;
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? page : join(dirname(page), path);
      const isPacked = target === 'README.md' || files.some((each) => target === each || target.startsWith(`${each}/`));
      if (!existsSync(join(project, target)) || !isPacked) wrong.push(link);
      else if (anchor !== undefined && !anchorsOf(await read(target)).includes(anchor)) wrong.push(link);
    }
    expect(wrong).toEqual([]);
  });

  test('names files that exist', async () => {
    const named = [...(await read(page)).matchAll(/`((?:src|test|bin|docs|checklists)\/[\w./-]*)`/g)];
    expect(named.map(([, path = '']) => path).filter((path) => !existsSync(join(project, path)))).toEqual([]);
  });
});

test('the README stays short', async () => {
  expect((await read('README.md')).split(/\s+/).length).toBeLessThanOrEqual(1_300);
});

test('CONTRIBUTING.md says why each package is there, and whether the program or only its build uses it', async () => {
  const { dependencies, devDependencies } = JSON.parse(await read('package.json')) as Record<string, object>;
  const tools = JSON.parse(await read('test/package.json')) as Record<string, object>;
  // The bundle holds what it needs.
  expect(dependencies).toBeUndefined();
  const [, inProgram = '', besideIt = ''] = (await read('CONTRIBUTING.md')).split(
    /^### (?:In the program|For the build).*$/m,
  );
  const imported = await importedPackages();
  const all = Object.keys({ ...devDependencies, ...tools.devDependencies });
  const isNamed = (name: string, table: string) => table.includes(`\`${name}\``);
  expect(all.filter((name) => !isNamed(name, inProgram) && !isNamed(name, besideIt))).toEqual([]);
  expect(all.filter((name) => imported.has(name) && !isNamed(name, inProgram))).toEqual([]);
});

/** The packages that `src` imports. */
async function importedPackages(): Promise<ReadonlySet<string>> {
  const names = (await readdir(join(project, 'src'), { recursive: true })).filter((name) => name.endsWith('.ts'));
  const texts = await Promise.all(names.map((name) => read(join('src', name))));
  const imports = texts.flatMap((text) => [...text.matchAll(/(?:from |import\()'((?:@[^/']+\/)?[^./':]+)/g)]);
  return new Set(imports.map(([, name = '']) => name));
}
