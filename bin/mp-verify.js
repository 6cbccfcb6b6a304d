#!/usr/bin/env node
import { existsSync } from 'node:fs';
import module from 'node:module';
import { dirname } from 'node:path';

// Node 22.1 and newer. Where its folder cannot be written, Node works without it.
module.enableCompileCache?.();

const program = new URL('../dist/main.js', import.meta.url);
if (existsSync(program)) {
  const { main } = await import(program.href);
  process.exitCode = await main(process);
} else {
  process.stderr.write(`error: mp-verify is not built. Run: cd '${dirname(import.meta.dirname)}' && npm ci\n`);
  process.exitCode = 4;
}
