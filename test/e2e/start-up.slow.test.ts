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

/** What a command loads: V8 lists the chunks, and esbuild says which modules are in them. */
async function loadedBy(args: readonly string[], machine: Machine, env: Readonly<Record<string, string>> = {}) {
  const folder = join(machine.home, 'coverage', args.join(' '));
  await machine.run(args, { env: { ...env, NODE_V8_COVERAGE: folder } });
  const files = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')));
  const urls = files.flatMap((file) => coverage.parse(JSON.parse(file)).result.map(({ url }) => url));
  const chunks = new Set(urls.flatMap((url) => outputs[url.replace(project.href, '')] ?? []));
  const modules = [...chunks]
    .flatMap(({ inputs }) => Object.entries(inputs))
    .flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? path : []));
  const packages = modules.flatMap((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []);
  return { modules, packages: [...new Set(packages)].sort() };
}

/** Packages for the command line itself. */
const commandLine = ['chalk', 'commander', 'fast-string-truncated-width', 'fast-string-width', 'leven'];

test.for<[readonly string[], readonly string[]]>([
  [['--version'], commandLine],
  [['--help'], commandLine],
  [['list'], commandLine],
  [['status'], [...commandLine, 'zod']],
  [
    ['validate', 'mine.yaml'],
    [...commandLine, '@jmespath-community/jmespath', 'yaml', 'zod'],
  ],
])('%j loads the packages that it needs, and no others', async ([args, packages], { machine }) => {
  await machine.write('mine.yaml', 'version: 1\nid: mine\ntitle: Mine\nsteps: [{ id: one, title: One, do: Look. }]\n');
  expect((await loadedBy(args, machine)).packages).toEqual([...packages].sort());
});

const catalog = '@aws-sdk/client-marketplace-catalog';
const sts = '@aws-sdk/client-sts';

test.for<[readonly string[], readonly string[]]>([
  [
    ['product-url', '--no-input'],
    [catalog, sts],
  ],
  [
    ['entitlements', '--buyer', '444455556666', '--no-input'],
    [catalog, '@aws-sdk/client-marketplace-entitlement-service', sts],
  ],
])(
  '%j loads the clients of the APIs that it asks, and nothing for other commands',
  async ([args, clients], { machine }) => {
    const { env } = await machine.marketplace();
    const { packages, modules } = await loadedBy(args, machine, env);
    expect(packages.filter((name) => name.startsWith('@aws-sdk/client-'))).toEqual(clients);
    const others = /^(@aws-sdk\/(nested-clients|token-providers)|@inquirer\/|ora$|hono$|@hono\/|yaml$|tough-cookie$)/;
    expect(packages.filter((name) => others.test(name))).toEqual([]);
    // With `import { z } from 'zod'`, esbuild keeps the messages of all languages.
    expect(modules.filter((path) => /\/zod\/.*\/locales\/(?!en\.)/.test(path))).toEqual([]);
  },
);

test('what is counted is what is loaded: the sandbox in the process runs on hono', async ({ machine }) => {
  const { packages } = await loadedBy(['product-url', '--sandbox', '--no-input'], machine);
  expect(packages).toEqual(expect.arrayContaining([sts, 'hono', 'zod']));
});

test('runs on this machine load nothing of S3', async ({ machine }) => {
  for (const args of [['run', 'new-signup', '--sandbox', '--rehearse'], ['runs'], ['report']]) {
    const { packages, modules } = await loadedBy(args, machine);
    expect(packages).toContain('zod');
    expect(modules.filter((path) => /client-s3|store\/s3/.test(path))).toEqual([]);
  }
});
