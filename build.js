// @ts-check
/** Builds `dist/`: the program and the packages that it uses, in one file for each group of modules that load together. */
import { copyFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { basename, dirname, join, sep } from 'node:path';

const project = import.meta.dirname;
const dist = join(project, 'dist');

/**
 * Lets commander load `node:child_process` when it starts a program, which mp-verify never asks of it.
 *
 * @type {import('esbuild').Plugin}
 */
const lateChildProcess = {
  name: 'late-child-process',
  setup(build) {
    build.onResolve({ filter: /^node:child_process$/ }, ({ kind, path }) =>
      kind === 'require-call' ? { path, namespace: 'late' } : undefined,
    );
    build.onLoad({ filter: /./, namespace: 'late' }, ({ path }) => ({
      contents: `module.exports = { get spawn() { return process.getBuiltinModule(${JSON.stringify(path)}).spawn; } };`,
    }));
  },
};

/**
 * Gets two modules of Node without `import`, which reads all members of such a module: those of `node:process` open
 * stdin and stdout, and one of `node:http` in Node 24 loads all of `fetch`.
 *
 * @type {import('esbuild').Plugin}
 */
const unreadModules = {
  name: 'unread-modules',
  setup(build) {
    build.onResolve({ filter: /^(node:)?(process|http)$/ }, ({ kind, path }) =>
      kind === 'require-call' ? undefined : { path, namespace: 'node' },
    );
    build.onLoad({ filter: /./, namespace: 'node' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
    }));
  },
};

/**
 * Lets each part that is loaded on demand import `main.ts`, which is loaded by then. So esbuild knows that what main needs
 * is always there, and puts it into one file instead of one for each set of parts that share a module.
 *
 * @type {import('esbuild').Plugin}
 */
const partsAfterMain = {
  name: 'parts-after-main',
  setup(build) {
    const main = JSON.stringify(join(project, 'src', 'main.ts'));
    build.onResolve({ filter: /./ }, async ({ kind, path, importer, resolveDir }) => {
      if (kind !== 'dynamic-import' || isBuiltin(path)) return undefined;
      const { errors, path: part } = await build.resolve(path, { kind: 'import-statement', importer, resolveDir });
      return { errors, path: part, namespace: 'part' };
    });
    build.onLoad({ filter: /./, namespace: 'part' }, ({ path }) => ({
      contents: `import ${main}; export * from ${JSON.stringify(path)};`,
      resolveDir: dirname(path),
    }));
  },
};

/** @satisfies {import('esbuild').BuildOptions} */
const options = {
  absWorkingDir: project,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  // ES modules where a package has both: esbuild drops what they do not use.
  mainFields: ['module', 'main'],
  conditions: ['module'],
  // For Node, yaml has only CommonJS modules. Those for browsers do the same.
  alias: { yaml: './node_modules/yaml/browser/index.js' },
  // CommonJS packages require only modules of Node.
  banner: { js: 'const require=(name)=>process.getBuiltinModule(name);' },
  logLevel: 'warning',
};

/** @returns {Promise<import('esbuild').Metafile>} Which module is in which file. */
async function bundle() {
  const { build } = await import('esbuild');
  const { metafile } = await build({
    ...options,
    entryPoints: ['src/main.ts'],
    outdir: 'dist',
    // Flat, as `src/package-folder.ts` expects. Each dynamic import is a file, so that a command loads only what it runs.
    chunkNames: '[name]-[hash]',
    splitting: true,
    // Keeps names, so that stack traces in bug reports stay readable.
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    define: { BUILT_IN_CHECKLISTS: JSON.stringify(JSON.stringify(await builtInChecklists())) },
    plugins: [lateChildProcess, unreadModules, partsAfterMain],
    metafile: true,
  });
  return metafile;
}

/** Parses the built-in checklists, with the code that parses all others. */
async function builtInChecklists() {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({ ...options, entryPoints: ['src/run/checklists.ts'], write: false });
  const code = Buffer.from(outputFiles[0]?.contents ?? []).toString('base64');
  const { readChecklist } = await import(`data:text/javascript;base64,${code}`);
  const folder = join(project, 'checklists');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml'));
  return Promise.all(
    names.map(async (name) => {
      const checklist = await readChecklist(name, await readFile(join(folder, name), 'utf8'));
      if (!('steps' in checklist)) throw new Error(`${name} has problems: ${JSON.stringify(checklist)}`);
      return checklist;
    }),
  );
}

/**
 * Returns name, version, license and license text of each package in the bundle. Packages of one publisher that have the
 * same license share a text, because some leave it out.
 *
 * @param {import('esbuild').Metafile} metafile
 */
async function thirdPartyNotices({ outputs }) {
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
  const modules = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path);
  const folders = new Set(modules.flatMap((path) => /.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []));
  const packages = await Promise.all([...folders].sort().map(describePackage));

  /** @type {Map<string, string[]>} */
  const byText = new Map();
  for (const { name, version, license, source, text } of packages) {
    const publisher = dirname(name);
    const shared = packages.find(
      (other) => other.text && other.license === license && dirname(other.name) === publisher,
    );
    const words = text ?? (publisher === '.' ? undefined : shared?.text);
    if (!license || !words)
      throw new Error(`${name} ${version} has no license text. Replace it, or ask its authors for one.`);
    byText.set(words, [...(byText.get(words) ?? []), `${name} ${version} (${license})\n  ${source}\n`]);
  }
  const line = `${'-'.repeat(80)}\n`;
  const sections = [...byText].map(([text, names]) => `${line}${names.join('')}\n${text}\n`);
  return `mp-verify contains these packages, under their own licenses.\n\n${sections.join('\n')}`;
}

/** @param {string} folder */
async function describePackage(folder) {
  const { name, version, license, homepage, repository } = JSON.parse(
    await readFile(join(project, folder, 'package.json'), 'utf8'),
  );
  const files = (await readdir(join(project, folder)))
    .filter((file) => /^(licen[cs]e|copying|notice)/i.test(file))
    .sort();
  const texts = await Promise.all(files.map((file) => readFile(join(project, folder, file), 'utf8')));
  const text = texts.map((each) => each.replaceAll('\r\n', '\n').trim()).join('\n\n') || undefined;
  const source = String(repository?.url ?? repository ?? homepage).replace(/^git\+/, '');
  return { name: String(name), version: String(version), license, source, text };
}

/**
 * Leaves out the modules that the plugins add, so that the SBOM lists packages only.
 *
 * @param {import('esbuild').Metafile} metafile
 * @returns {import('esbuild').Metafile}
 */
function filesOnly({ inputs, outputs }) {
  /** @type {<Value>(record: Record<string, Value>) => Record<string, Value>} */
  const files = (record) =>
    Object.fromEntries(Object.entries(record).filter(([path]) => !/^(late|node|part):/.test(path)));
  /** @param {import('esbuild').Metafile['inputs'][string]['imports'][number]} imported */
  const directly = ({ path, ...rest }) => ({ ...rest, path: path.replace(`part:${project}${sep}`, '') });
  return {
    inputs: Object.fromEntries(
      Object.entries(files(inputs)).map(([path, { imports, ...rest }]) => [
        path,
        { ...rest, imports: imports.map(directly).filter(({ path }) => !/^(late|node):node:/.test(path)) },
      ]),
    ),
    outputs: Object.fromEntries(
      Object.entries(outputs).map(([path, output]) => [path, { ...output, inputs: files(output.inputs) }]),
    ),
  };
}

const built = await bundle().catch((error) => {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  // npm prepares packages from git with the settings of the command, so a global install omits development packages.
  const instead =
    process.env.npm_config_global === 'true'
      ? 'npm install --global cannot build it from git. Run instead:\n  npm pack GIT-URL && npm install --global ./mp-verify-*.tgz'
      : `Its development packages are not installed. Run: cd '${project}' && npm ci`;
  process.stderr.write(`mp-verify was not built. ${instead}\n`);
  process.exit(1);
});
const metafile = filesOnly(built);
await writeFile(join(dist, 'THIRD-PARTY-NOTICES'), await thirdPartyNotices(metafile));
// `open` runs this script of its own, beside itself, on systems that may have none.
await copyFile(new URL('xdg-open', import.meta.resolve('open')), join(dist, 'xdg-open'));
// For tests and the SBOM. Not in the package: see `files` in package.json.
await writeFile(join(dist, 'metafile.json'), JSON.stringify(metafile));

const chunks = Object.keys(metafile.outputs).map((path) => basename(path));
const current = new Set([...chunks, 'metafile.json', 'THIRD-PARTY-NOTICES', 'xdg-open']);
for (const name of await readdir(dist)) if (!current.has(name)) await rm(join(dist, name), { recursive: true });
