import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { releaseNotes } from '../.ci/release-notes.js';

const project = join(import.meta.dirname, '..');
const read = (file: string) => readFile(join(project, file), 'utf8');
const workflows = join('.github', 'workflows');

const permissions = z.record(z.string(), z.string());
const step = z.object({
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).optional(),
});
const workflowFile = z.object({
  permissions,
  jobs: z.record(z.string(), z.object({ permissions, steps: z.array(step) })),
});
const { scripts } = z.object({ scripts: permissions }).parse(JSON.parse(await read('package.json')));

describe.each(await readdir(join(project, workflows)))('%s', async (name) => {
  const source = await read(join(workflows, name));
  const workflow = workflowFile.parse(parse(source));
  const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);
  const commands = steps.flatMap(({ run }) => run ?? []);

  test('pins each action to a commit, and says of which version', () => {
    const lines = source.split('\n').filter((line) => /^\s*(- )?uses:/.test(line));
    expect(lines.length).toBe(steps.filter(({ uses }) => uses !== undefined).length);
    expect(lines.filter((line) => !/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
  });

  test('gives no permission to all jobs, and the token of the checkout to no later step', () => {
    expect(workflow.permissions).toEqual({});
    const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    expect(checkouts.filter((each) => each.with?.['persist-credentials'] !== false)).toEqual([]);
  });

  test('puts no value of the event into a shell command', () => {
    expect(commands.filter((run) => run.includes('${{'))).toEqual([]);
  });

  test('runs scripts that exist', () => {
    const text = commands.join('\n');
    const named = [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, script = '']) => script);
    expect(named.filter((script) => !(script in scripts))).toEqual([]);
    const files = [...text.matchAll(/\.ci\/[\w.-]+/g)].map(([file]) => file);
    expect(files.filter((file) => !existsSync(join(project, file)))).toEqual([]);
  });
});

test('the image is built from images that are pinned by digest', async () => {
  const from = (await read('Dockerfile')).split('\n').filter((line) => line.startsWith('FROM '));
  expect(from).not.toEqual([]);
  expect(from.filter((line) => !/ node:[\w.]+-[\w.]+@sha256:[0-9a-f]{64}( AS \w+)?$/.test(line))).toEqual([]);
});

describe('the notes of a release', () => {
  const changelog =
    '# Changelog\n\n## [1.2.0] - 2026-12-01\n\n### Added\n\n- This.\n\n## [1.1.0] - Unreleased\n\n- That.\n';

  test('are the section of the changelog', () => {
    expect(releaseNotes('v1.2.0', '1.2.0', changelog)).toBe('### Added\n\n- This.\n');
  });

  test.each([
    ['v1.2.1', '1.2.0', 'the tag is v1.2.1, but package.json has version 1.2.0'],
    ['v1.3.0', '1.3.0', 'CHANGELOG.md has no section [1.3.0]'],
    ['v1.1.0', '1.1.0', 'CHANGELOG.md has no date for [1.1.0]: [1.1.0] - Unreleased'],
  ])('are refused for %s of package %s', (tag, version, message) => {
    expect(() => releaseNotes(tag, version, changelog)).toThrow(message);
  });

  test('have a section for the version of package.json', async () => {
    const { version } = JSON.parse(await read('package.json')) as { readonly version: string };
    expect(await read('CHANGELOG.md')).toContain(`\n## [${version}] - `);
  });
});
