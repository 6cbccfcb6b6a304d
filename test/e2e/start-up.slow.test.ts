import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import * as z from 'zod';
import { type Machine, test } from './support/machine.ts';

const coverage = z.object({ result: z.array(z.object({ url: z.string() })) });
/** As esbuild writes it: the modules of each chunk, and how much of them is left. */
const metafile = z.object({
  outputs: z.record(z.string(), z.object({ inputs: z.record(z.string(), z.object({ bytesInOutput: z.number() })) })),
});
const project = new URL('../../', import.meta.url);
const { outputs } = metafile.parse(JSON.parse(await readFile(new URL('dist/metafile.json', project), 'utf8')));

/** The packages of which any code was loaded: V8 has counted the chunks, and esbuild says what is in them. */
async function packagesLoadedBy(args: readonly string[], machine: Machine): Promise<readonly string[]> {
  const folder = join(machine.home, 'coverage');
  await machine.run(args, { env: { NODE_V8_COVERAGE: folder } });
  const files = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')));
  const urls = files.flatMap((file) => coverage.parse(JSON.parse(file)).result.map(({ url }) => url));
  const chunks = urls.flatMap((url) => outputs[url.replace(project.href, '')] ?? []);
  const modules = chunks
    .flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([, { bytesInOutput }]) => bytesInOutput);
  return [
    ...new Set(modules.flatMap(([path]) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? [])),
  ].sort();
}

const heavy = /^(@aws-sdk|@smithy|@inquirer|ora|hono|@hono|zod|yaml)/;

test('--version and --help load commander and nothing that is heavy', async ({ machine }) => {
  const packages = [
    ...(await packagesLoadedBy(['--version'], machine)),
    ...(await packagesLoadedBy(['--help'], machine)),
  ];
  expect(packages).toContain('commander');
  expect(packages.filter((name) => heavy.test(name))).toEqual([]);
});

test('a list needs no AWS SDK and no prompts', async ({ machine }) => {
  const packages = await packagesLoadedBy(['list'], machine);
  expect(packages).toContain('yaml');
  expect(packages.filter((name) => /^(@aws-sdk|@inquirer|ora|hono)/.test(name))).toEqual([]);
});

test('what is counted is what is loaded: a run unattended asks with the AWS SDK, without inquirer and ora', async ({
  machine,
}) => {
  const packages = await packagesLoadedBy(['product-url', '--sandbox'], machine);
  expect(packages).toEqual(expect.arrayContaining(['@aws-sdk/client-sts', 'hono']));
  expect(packages.filter((name) => /^(@inquirer\/|ora$)/.test(name))).toEqual([]);
});
