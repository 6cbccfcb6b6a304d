#!/usr/bin/env node
import { existsSync } from 'node:fs';
import module from 'node:module';
import { dirname, join } from 'node:path';

// Node 22.1 and newer. Its default folder is in the shared temporary folder, where another user could plant code. Where
// the folder cannot be written, Node works without it.
const { HOME, LOCALAPPDATA, NODE_COMPILE_CACHE, XDG_CACHE_HOME } = process.env;
const caches = XDG_CACHE_HOME || LOCALAPPDATA || (HOME && join(HOME, '.cache'));
if (caches && !NODE_COMPILE_CACHE) module.enableCompileCache?.(join(caches, 'mp-verify'));

const program = new URL('../dist/main.js', import.meta.url);
if (existsSync(program)) {
  const { main } = await import(program.href);
  process.exitCode = await main(process);
} else {
  process.stderr.write(`error: mp-verify is not built. Run: cd '${dirname(import.meta.dirname)}' && npm ci\n`);
  process.exitCode = 4;
}
