import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** The name says when a file runs: `*.slow.test.ts` in `npm run test:all` alone, every other `*.test.ts` in `npm test` too. */
const slow = '**/*.slow.test.ts';
/** What the checks and the slow tests need (`npm run tools`) has tests of its own. */
const packages = '**/node_modules/**';
/** Ends what hangs, and fails nothing that is only slow: a machine may be busy with other things. */
const hangMs = 10 * 60_000;
const build = join(import.meta.dirname, 'e2e', 'build.ts');

export default defineConfig({
  test: {
    root: import.meta.dirname,
    // The same screen on every machine: tests that want colour or another width say so.
    env: { NO_COLOR: '1', TZ: 'UTC', CI: '', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    unstubEnvs: true,
    restoreMocks: true,
    testTimeout: hangMs,
    hookTimeout: hangMs,
    pool: 'forks',
    // The files of a worker share what they import. Nothing may mock a module: test/rooms.test.ts sees to that.
    isolate: false,
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['**/*.test.ts'], exclude: ['e2e/**', slow, packages], maxWorkers: '100%' },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['e2e/**/*.test.ts'],
          exclude: [slow, packages],
          globalSetup: build,
          // Each test drives programs of its own: more at a time would only wait for each other.
          maxWorkers: 1,
          maxConcurrency: 3,
          // After the others: they wait for programs, and would be kept waiting by them.
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'slow',
          include: [slow],
          exclude: [packages],
          globalSetup: build,
          maxWorkers: 2,
          maxConcurrency: 2,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
