#!/usr/bin/env node
import module from 'node:module';

// Node 22.1 and newer. Where its folder cannot be written, Node works without it.
module.enableCompileCache?.();

const { main } = await import('../dist/main.js');
process.exitCode = await main(process);
