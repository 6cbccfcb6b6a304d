import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Ended, startCli } from './support/cli.ts';
import { type Launch, patienceMs } from './support/launch.ts';

type Env = Launch['env'];

const project = join(import.meta.dirname, '..', '..');
let folder = '';
/** The package, installed from its tarball into a project that has nothing else. */
let installed = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mp-verify-package-'));
  const app = join(folder, 'app');
  await mkdir(app);
  await writeFile(join(app, 'package.json'), '{}');
  // What is packed is the build of this test run.
  await npm(['pack', '--ignore-scripts', '--pack-destination', folder], project);
  const [tarball = ''] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
  await npm(['install', '--offline', '--no-audit', '--no-fund', `../${tarball}`], app);
  installed = join(app, 'node_modules', 'mp-verify');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the package', () => {
  test('brings no other packages, and little that is not the program', async () => {
    const packages = await readdir(join(installed, '..'));
    expect(packages.filter((name) => !name.startsWith('.'))).toEqual(['mp-verify']);
    const names = await readdir(installed, { recursive: true });
    const sizes = await Promise.all(names.map(async (name) => (await stat(join(installed, name))).size));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(5_000_000);
    expect(names.filter((name) => /\.map$|\.test\.|metafile|^(test|build)/.test(name))).toEqual([]);
  });

  test('names each package in it, with its license', async () => {
    const notices = await readFile(join(installed, 'dist', 'THIRD-PARTY-NOTICES'), 'utf8');
    const metafile = await readFile(join(project, 'dist', 'metafile.json'), 'utf8');
    const packages = [...metafile.matchAll(/"node_modules\/((?:@[^/"]+\/)?[^/"]+)\/[^"]+":\{"bytesInOutput":[1-9]/g)];
    const names = [...new Set(packages.map(([, name = '']) => name))];
    expect(names).toEqual(expect.arrayContaining(['commander', '@aws-sdk/client-sts', 'zod']));
    expect(names.filter((name) => !new RegExp(`^${name} [\\d.]+ \\(.+\\)$`, 'm').test(notices))).toEqual([]);
    expect(notices).toMatch(/^commander .*\n.*\n\n\(The MIT License\)\n\nCopyright \(c\) 2011 TJ Holowaychuk/m);
  });
});

test('a program that is updated while it runs says so', async () => {
  const dist = join(installed, 'dist');
  const connect = (await readdir(dist)).find((name) => /^connect-\w+\.js$/.test(name)) ?? '';
  await rename(join(dist, connect), join(dist, 'gone'));
  const { code, stderr } = await start(process.execPath, ['product-url', '--sandbox']);
  await rename(join(dist, 'gone'), join(dist, connect));
  expect([code, stderr]).toEqual([
    4,
    expect.stringContaining(`${connect}'. mp-verify was probably updated or removed`),
  ]);
});

const thisNode = process.versions.node;

describe.each([thisNode, '20', '22', '24'])('on Node %s', (version) => {
  test.skipIf(thisNode.startsWith(`${version}.`))('the package rehearses the use cases', async ({ skip }) => {
    const node = version === thisNode ? process.execPath : await nodeOf(version).catch(asMissing(skip));
    const args = ['run', 'use-cases', '--sandbox', '--rehearse', '--report', `json=node-${version}.json`];
    const { code, stderr } = await start(node, args);
    expect(code, stderr).toBe(0);
    const report = await readFile(join(folder, `node-${version}.json`), 'utf8');
    expect(JSON.parse(report)).toMatchObject({ verdict: 'pass', tally: { fail: 0, error: 0, pending: 0 } });
    // Compiled code is kept where it can be, here below a file.
    const noFolder = { NODE_COMPILE_CACHE: join(installed, 'package.json', 'cache') };
    const packed = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as { readonly version: string };
    expect(await start(node, ['--version'], noFolder)).toEqual({ code: 0, stdout: `${packed.version}\n`, stderr: '' });
  });
});

describe('a clone without the development packages', () => {
  test('says what to do, when it is built and when it is run', async () => {
    const clone = join(folder, 'clone');
    for (const path of ['package.json', 'build.js', 'bin'])
      await cp(join(project, path), join(clone, path), { recursive: true });
    const npmCi = expect.stringMatching(/^.*mp-verify .*not built.* Run: cd '.*clone' && npm ci\n$/);
    expect(await ended(process.execPath, ['build.js'], clone)).toEqual({ code: 1, stdout: '', stderr: npmCi });
    expect(await ended(process.execPath, ['bin/mp-verify.js'], clone)).toEqual({ code: 4, stdout: '', stderr: npmCi });
    const global = await ended(process.execPath, ['build.js'], clone, { npm_config_global: 'true' });
    expect(global.stderr).toMatch(/ npm pack GIT-URL && npm install --global /);
  });
});

/** Runs the installed program in a folder of its own, with an empty home. */
function start(node: string, args: readonly string[], env: Env = {}): Promise<Ended> {
  const home = { HOME: folder, MP_VERIFY_STATE_DIR: join(folder, 'state'), AWS_EC2_METADATA_DISABLED: 'true' };
  return ended(node, [join(installed, 'bin', 'mp-verify.js'), ...args], folder, { ...home, ...env });
}

/** Runs a program with these variables and PATH alone. */
function ended(file: string, args: readonly string[], cwd: string, env: Env = {}): Promise<Ended> {
  return startCli({ file, args, cwd, env: { PATH: process.env.PATH ?? '', ...env } }).ended;
}

/** The newest Node of that major version, from the registry of npm. Rejects if there is none for this machine. */
async function nodeOf(major: string): Promise<string> {
  const name = `node-${process.platform}-${process.arch}`;
  const prefix = join(folder, `node-${major}`);
  await npm(['install', '--no-save', '--fetch-retries', '1', '--prefix', prefix, `${name}@${major}`], folder);
  const node = join(prefix, 'node_modules', name, 'bin', 'node');
  await promisify(execFile)(node, ['--version']);
  return node;
}

/** Skips the test where Node cannot be had, and fails it where `MP_VERIFY_EVERY_NODE` is set. */
function asMissing(skip: (why: string) => never): (error: Error) => never {
  return (error) => {
    if (process.env.MP_VERIFY_EVERY_NODE) throw error;
    return skip(`this version of Node cannot be had here: ${error.message.split('\n')[0]}`);
  };
}

async function npm(args: readonly string[], cwd: string): Promise<void> {
  await promisify(execFile)('npm', args, { cwd, timeout: patienceMs });
}
