import { expect, test } from 'vitest';
import { s3StandIn } from '../../support/s3-stand-in.ts';
import { attempt, record } from '../support.ts';
import { shared, slotsOf, stepsOf } from './support.ts';

const id = 'new-signup-1';

test.each([8, 50])('%i who take a run from each other leave it whole: every answer once, in order', async (writers) => {
  const s3 = await s3StandIn();
  await (await shared(s3)).create('new-signup', record);
  const saved: string[] = [];
  await Promise.all(
    Array.from({ length: writers }, async (_, writer) => {
      const runs = await shared(s3, { name: `writer-${writer}` });
      for (let holder = 1; ; ) {
        const run = await runs.takeOver(id, holder).catch((error: unknown) => {
          const { code, values } = error as { readonly code: string; readonly values: { readonly holder: number } };
          expect(['run-in-use', 'lock-lost']).toContain(code);
          holder = values.holder ?? holder + 1;
          return null;
        });
        if (run === null) continue;
        try {
          for (const n of [1, 2, 3]) {
            await run.append(attempt(`${writer}-${n}`));
            saved.push(`${writer}-${n}`);
          }
        } catch (error) {
          expect(error).toMatchObject({ code: 'lock-lost' });
        }
        return run.close();
      }
    }),
  );
  const found = stepsOf((await (await shared(s3)).read(id)).entries);
  expect(found.toSorted()).toEqual(saved.toSorted());
  for (let writer = 0; writer < writers; writer++) {
    const mine = found.filter((step) => step.startsWith(`${writer}-`));
    expect(mine).toEqual(mine.toSorted());
  }
  slotsOf(id, s3);
});
