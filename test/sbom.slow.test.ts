import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';

const project = join(import.meta.dirname, '..');
const license = z.union([z.object({ license: z.object({ id: z.string() }) }), z.object({ expression: z.string() })]);
const sbom = z.object({
  bomFormat: z.literal('CycloneDX'),
  components: z.array(
    z.object({
      group: z.string().optional(),
      name: z.string(),
      version: z.string(),
      licenses: z.array(license).min(1),
    }),
  ),
});

test('the bill of materials lists each package whose license is in the notices, with version and license', async () => {
  const tool = 'test/node_modules/@cyclonedx/cyclonedx-esbuild/bin/cyclonedx-esbuild-cli.js';
  const args = ['--spec-version', '1.6', '--validate', '--output-file', '-', 'dist/metafile.json'];
  const options = { cwd: project, encoding: 'utf8', stdio: 'pipe' } as const;
  const { components } = sbom.parse(JSON.parse(execFileSync(process.execPath, [tool, ...args], options)));
  const listed = components.map(({ group, name, version }) => `${group ? `${group}/` : ''}${name} ${version}`);

  const notices = await readFile(join(project, 'dist', 'THIRD-PARTY-NOTICES'), 'utf8');
  const noticed = [...notices.matchAll(/^(\S+ \d+\.\d+\.\d+\S*) \(.+\)$/gm)].map(([, each]) => each);
  expect(noticed).toContainEqual(expect.stringMatching(/^commander /));
  expect(listed).toEqual(expect.arrayContaining(noticed));
});
