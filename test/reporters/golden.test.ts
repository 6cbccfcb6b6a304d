import { expect, test } from 'vitest';
import type { ReportFormat } from '../../src/reporters/formats.ts';
import { reporters } from '../../src/reporters/index.ts';
import { goldenRuns, printGolden } from './golden.ts';

const extensions = { html: 'html', json: 'json', junit: 'xml', markdown: 'md', text: 'txt' } as const satisfies Record<
  ReportFormat,
  string
>;

// After a wanted change: `npm run golden`, then read the diff.
test.each(
  goldenRuns.flatMap((run) =>
    (Object.keys(reporters) as ReportFormat[]).map((format) => [run.name, format, run] as const),
  ),
)('the run "%s" as %s is as before', async (name, format, run) => {
  await expect(await printGolden(run, format)).toMatchFileSnapshot(`golden/${name}.${extensions[format]}`);
});
