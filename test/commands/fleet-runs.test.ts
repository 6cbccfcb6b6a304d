import { expect, test } from 'vitest';
import { fleetDocument } from '../../src/checklist/fleet-report.ts';
import { keepFleet } from '../support/sample-fleet.ts';
import { openMachine } from './look-back-machine.ts';

test('report prints a fleet run again', async () => {
  const machine = await openMachine();
  const id = await keepFleet(machine.runs);
  const { outcome, stdout, stderr } = await machine.run(['report', id]);
  expect([outcome, stderr]).toEqual(['pass', '']);
  expect(stdout).toContain('Automated regression, 10 products');
  expect(stdout).toContain('✗ FAIL             Acme CRM            prod-4cdmx2ngkzvtw');
  const json = await machine.run(['report', id, '--format', 'json']);
  expect(fleetDocument.parse(JSON.parse(json.stdout))).toMatchObject({ run: { id }, verdict: 'fail' });
});
