import { expect } from 'vitest';
import type { LoggedCall } from '../../src/sandbox/call-log.ts';
import { fleetFile, fleetOf, scenarioOf } from '../fleet/fleet-machine.ts';
import { test } from './support/machine.ts';

const names = Array.from({ length: 300 }, (_, i) => `p${i + 1}`);

test('300 products are checked within the quotas of AWS, and AWS is asked once for what they share', async ({
  machine,
}) => {
  const calls: LoggedCall[] = [];
  const { url, env } = await machine.marketplace({
    scenario: scenarioOf({ products: names, quotas: 20 }),
    onCall: (call) => void calls.push(call),
  });
  await machine.write(
    'mp-verify.yaml',
    fleetFile(
      url,
      names.map((name) => `prod-${name}`),
    ),
  );
  const { code, stdout, stderr } = await machine.run(['run', 'regression', '--all', '--json'], { env });
  expect(code, stderr).toBe(0);
  expect(stderr.match(/^✓ pass {2}\d+\/300 /gm)).toHaveLength(300);
  expect(stdout + stderr).not.toMatch(/throttl/i);
  expect(fleetOf({ stdout }).tally).toEqual({ pass: 300, fail: 0, error: 0, incomplete: 0, waived: 0 });
  // Without pacing, most requests would be throttled. A few are in any case: a busy machine delivers some later than it
  // sends them. test/marketplace/pacer.test.ts shows with a clock of its own that otherwise none is.
  const throttled = calls.filter(({ answer }) => answer.includes('429'));
  expect(throttled.length).toBeLessThan(calls.length / 10);
  const asked = (operation: string) => calls.filter(({ action }) => action.endsWith(` ${operation}`)).length;
  expect([asked('GetCallerIdentity'), asked('ListEntities')]).toEqual([1, 0]);
  expect([asked('DescribeEntity'), asked('GetProduct')]).toEqual([300, 300]);
});

test('a fleet run that is killed keeps the products that are finished', async ({ machine }) => {
  const { url, env } = await machine.marketplace({ scenario: scenarioOf({ products: names, quotas: 20 }) });
  await machine.write(
    'mp-verify.yaml',
    fleetFile(
      url,
      names.map((name) => `prod-${name}`),
    ),
  );
  const cli = machine.start(['run', 'regression', '--all'], { env });
  await cli.until(/ 20\/300 /, 'stderr');
  await cli.kill();
  const { stdout } = await machine.run(['report', '--format', 'json'], { env });
  const { verdict, tally } = fleetOf({ stdout });
  expect(verdict).toBe('incomplete');
  expect(tally.pass).toBeGreaterThanOrEqual(20);
  const resumed = await machine.run(['resume', '--quiet'], { env });
  expect(resumed.code, resumed.stderr).toBe(0);
  expect(resumed.stdout).toMatch(/^PASS {2}Automated regression, 300 products/m);
});
