import { expect, test } from 'vitest';
import * as z from 'zod';
import { configFile } from '../../src/config/config-file.ts';

test('the published JSON Schema is the one that files are read with', async () => {
  const schema = z.toJSONSchema(configFile, { io: 'input' });
  await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot('../../checklists/config.schema.json');
});
