import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';

const project = join(import.meta.dirname, '..');
const read = (file: string) => readFile(join(project, file), 'utf8');
const pages = [
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md', 'checklists/README.md'],
  ...['docs/ci.md', 'docs/configuration.md'],
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

test('CONTRIBUTING.md says why each dependency is there', async () => {
  const manifests = await Promise.all(['package.json', 'test/package.json'].map(read));
  const names = manifests.flatMap((manifest) => {
    const { dependencies, devDependencies } = JSON.parse(manifest) as Record<string, object>;
    return Object.keys({ ...dependencies, ...devDependencies });
  });
  const text = await read('CONTRIBUTING.md');
  expect(names.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
});
