import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['**/*.test.ts'],
    // The same screen on every machine: tests that want colour or another width say so.
    env: { NO_COLOR: '1', TZ: 'UTC', CI: '', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    unstubEnvs: true,
  },
});
