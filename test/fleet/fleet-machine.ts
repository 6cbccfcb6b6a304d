import { onTestFinished } from 'vitest';
import { type FleetReport, fleetDocument } from '../../src/checklist/fleet-report.ts';
import type { LoggedCall } from '../../src/sandbox/call-log.ts';
import { parseScenario, type Scenario } from '../../src/sandbox/scenario-file.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { type Ended, openMachine } from '../commands/machine.ts';

/** The account of every test buyer. */
export const tester = '444455556666';

export interface SellerOptions {
  /** The names of products with a contract of the test buyer, and of those without one. Their IDs are `prod-NAME`. */
  readonly products: readonly string[];
  readonly withoutContract?: readonly string[];
  readonly seller?: string;
  readonly quotas?: number;
  /** The title of every product. Default: one with its name. */
  readonly title?: string;
  /** Where buyers are sent, instead of to the sample SaaS. Without the sample SaaS, only configured products are compared. */
  readonly fulfillmentUrl?: string;
}

/** A sandbox with these products. */
export function scenarioOf({
  products,
  withoutContract = [],
  seller,
  quotas,
  title,
  fulfillmentUrl,
}: SellerOptions): Scenario {
  const all = [...products, ...withoutContract];
  const scenario = {
    ...(seller === undefined ? {} : { seller }),
    ...(quotas === undefined ? {} : { quotas }),
    buyers: { tester },
    products: all.map((name) => ({
      title: title ?? `Acme ${name}`,
      id: `prod-${name}`,
      dimensions: [{ key: 'seats' }, { key: 'users' }],
      ...(fulfillmentUrl === undefined ? {} : { 'fulfillment-url': fulfillmentUrl }),
    })),
    contracts: products.map((name) => ({
      buyer: 'tester',
      product: `prod-${name}`,
      dimensions: { seats: 5 },
      months: 12,
    })),
  };
  return parseScenario('scenario.yaml', JSON.stringify(scenario)) as Scenario;
}

/** How to ask the sample SaaS of the sandbox at `url`. */
export function saasOf(url: string) {
  return {
    'contract-api': {
      url: `${url}/saas/api/contract?account=\${buyer}&licence=\${licence}`,
      headers: { authorization: 'Bearer sandbox-only' },
      ...{ items: 'plans', plan: 'plan', quantity: 'quantity', 'end-date': 'endsAt', accounts: 'accounts' },
    },
  };
}

/** A fleet file for the sandbox at `url`. */
export function fleetFile(url: string, products: readonly unknown[], more: object = {}): string {
  const defaults = { buyers: { regression: tester }, saas: saasOf(url) };
  return JSON.stringify({ defaults, ...more, products });
}

/**
 * A machine with a fleet file. `products` are the entries of its `products:`, and `defaults` have a buyer and the sample
 * SaaS unless they are given.
 */
export async function openFleet(options: SellerOptions, products: readonly unknown[], more: object = {}) {
  const calls: LoggedCall[] = [];
  const on = {
    /** Called with each request to AWS that has been answered. */
    call: (_: LoggedCall): void => undefined,
    /** Returns the fault of the nth call of an action, from 1. */
    fault: (_action: string, _nth: number): 'access-denied' | null => null,
  };
  const machine = await openMachine({
    scenario: scenarioOf(options),
    fault: (action, nth) => on.fault(action, nth),
    onCall(call) {
      calls.push(call);
      on.call(call);
    },
  });
  const write = (entries: readonly unknown[], others: object = more) =>
    machine.write('mp-verify.yaml', fleetFile(machine.sandbox.url, entries, others));
  await write(products);
  return {
    machine,
    calls,
    on,
    write,
    run: machine.run,
    /** How often an API was asked. */
    asked: (operation: string) => calls.filter(({ action }) => action.endsWith(` ${operation}`)).length,
  };
}

/** Starts the sandbox of another seller. */
export async function openSeller(options: SellerOptions, now: () => number) {
  const calls: LoggedCall[] = [];
  const onCall = (call: LoggedCall) => void calls.push(call);
  const sandbox = await startSandbox({ delayMs: 0, now, scenario: scenarioOf(options), onCall });
  onTestFinished(sandbox.close);
  return {
    sandbox,
    asked: (operation: string) => calls.filter(({ action }) => action.endsWith(` ${operation}`)).length,
  };
}

/** Parses the document on stdout, and validates it against the published schema. */
export function fleetOf({ stdout }: Pick<Ended, 'stdout'>): FleetReport {
  return fleetDocument.parse(JSON.parse(stdout));
}

/** Returns `prod-aaa pass` for each product; what is waived, carried over or coded is said. */
export function productWords({ products }: FleetReport): readonly string[] {
  return products.map(({ listedAs, verdict, waived, code, carriedOver }) =>
    [listedAs, verdict, waived ? 'waived' : '', code ?? '', carriedOver ? 'carried over' : '']
      .filter(Boolean)
      .join(' '),
  );
}
