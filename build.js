// @ts-check
import { copyFile, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';

const dist = join(import.meta.dirname, 'dist');

const { metafile } = await build({
  absWorkingDir: import.meta.dirname,
  entryPoints: ['src/main.ts'],
  outdir: 'dist',
  // Flat, as `src/package-folder.ts` expects. Each dynamic import is a chunk, so that a command loads only what it runs.
  chunkNames: '[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  // ES modules where a package has both: esbuild drops what they do not use.
  mainFields: ['module', 'main'],
  conditions: ['module'],
  alias: { yaml: './node_modules/yaml/browser/index.js' },
  // Keeps names, so that stack traces in bug reports stay readable.
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  // CommonJS packages require only modules of Node.
  banner: { js: 'const require=(name)=>process.getBuiltinModule(name);' },
  metafile: true,
  logLevel: 'warning',
});

// `open` runs this script of its own, beside itself, on systems that may have none.
await copyFile(new URL('xdg-open', import.meta.resolve('open')), join(dist, 'xdg-open'));
// Which module is in which chunk. Not in the package: see `files` in package.json.
await writeFile(join(dist, 'metafile.json'), JSON.stringify(metafile));
const chunks = Object.keys(metafile.outputs).map((path) => basename(path));
const built = new Set([...chunks, 'metafile.json', 'xdg-open']);
for (const name of await readdir(dist)) if (!built.has(name)) await rm(join(dist, name), { recursive: true });
