import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: import.meta.dirname,
    // The same screen on every machine: tests that want colour or another width say so.
    env: { NO_COLOR: '1', TZ: 'UTC', CI: '', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    unstubEnvs: true,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: ['e2e/**', '**/node_modules/**'],
          // A slow machine is no failure.
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['e2e/**/*.test.ts'],
          globalSetup: join(import.meta.dirname, 'e2e', 'build.ts'),
          // Each test drives programs of its own, and for the most part waits for them.
          testTimeout: 120_000,
          maxConcurrency: 4,
          maxWorkers: 2,
          // After the others: they wait for programs, and would be kept waiting by them.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
