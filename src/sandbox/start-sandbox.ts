import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { UserError } from '../errors.ts';
import type { RunningSandbox, SandboxOptions } from '../ports/sandbox.ts';
import { saasAddresses } from './addresses.ts';
import type { Fault } from './api/fault.ts';
import { callLog, type LoggedCall } from './call-log.ts';
import { defaultWorld } from './default-world.ts';
import { checkHostNames, listen } from './listen.ts';
import { limitCalls } from './quotas.ts';
import { provokedBy } from './saas/bugs.ts';
import { sampleSaas, usesSampleSaas } from './saas/sample-saas.ts';
import { sandboxApp } from './sandbox-app.ts';
import type { Scenario } from './scenario-file.ts';
import { scenarioFaults, scenarioWorld } from './scenario-world.ts';
import { practiceBuyer } from './shop.ts';
import type { SandboxWorld } from './world.ts';

/** The options of the port, and what tests replace. */
export interface LocalSandboxOptions extends Omit<SandboxOptions, 'onCall'> {
  readonly onCall?: (call: LoggedCall) => void;
  /** Epoch ms. Default: the real time. */
  readonly now?: () => number;
  readonly world?: SandboxWorld;
  /** Replaces the default world, and `fault` if that is not given. */
  readonly scenario?: Scenario;
  /** Returns the fault of the nth call (from 1) of an action, among calls with a known key. */
  readonly fault?: (action: string, nth: number) => Fault | null;
  /** Filters of SearchAgreements that get a ValidationException. Default: none. */
  readonly refusedFilters?: readonly string[];
}

export interface LocalSandbox extends RunningSandbox {
  readonly world: SandboxWorld;
}

/** Starts a local AWS Marketplace; see `SandboxPort.start`. */
export async function startSandbox(options: LocalSandboxOptions = {}): Promise<LocalSandbox> {
  const { port = 0, host = '127.0.0.1', allowHosts = [], delayMs = 3000, now = Date.now } = options;
  checkHostNames(allowHosts);
  const scenario = options.scenario ?? (await scenarioOf(options));
  const { world = scenario ? scenarioWorld(scenario, now(), delayMs) : defaultWorld(now()) } = options;
  const { saasBug = null, refusedFilters = [] } = options;
  const { fault = scenarioFaults([...(scenario?.faults ?? []), ...provokedBy(saasBug)]) } = options;
  if (options.fulfillmentUrl !== undefined) sendBuyersTo(options.fulfillmentUrl, world);
  const sentTo = otherSaas(world);
  if (options.saasBug !== undefined && sentTo.length > 0)
    throw new UserError(
      'no-sample-saas',
      `--saas-bug changes only the sample SaaS, but this sandbox sends buyers to ${sentTo.join(', ')}.`,
      `Omit --saas-bug or ${options.fulfillmentUrl === undefined ? 'a "fulfillment-url" of the scenario' : '--fulfillment-url'}.`,
    );
  let url = '';
  const saas = sampleSaas({ world, now, endpoint: () => url, bug: saasBug });
  const nths = new Map<string, number>();
  const nthFault = (action: string) => {
    const nth = (nths.get(action) ?? 0) + 1;
    nths.set(action, nth);
    return fault(action, nth);
  };
  const quotas = options.quotas ?? scenario?.quotas ?? null;
  const takeCall = quotas === null ? () => true : limitCalls(quotas, now);
  const isSample = usesSampleSaas(world);
  const buyers = Object.fromEntries(Object.entries(world.buyers).map(([id, { accountId }]) => [id, accountId]));
  const calls = callLog(world, now, options.onCall);
  const app = sandboxApp({
    world,
    now,
    delayMs,
    fault: nthFault,
    refusedFilters,
    calls,
    takeCall,
    allowHosts,
    saas: saas.app,
  });
  // Identifies this sandbox, so that a run never applies what it saw in one sandbox to another.
  const instance = randomUUID().slice(0, 8);
  const respond = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server = createServer((incoming, outgoing) => {
    // Tells every client that this is not AWS, which test buyers exist, and the quotas as a multiple of AWS's.
    outgoing.setHeader(
      'x-mp-verify-sandbox',
      [
        `instance=${instance}`,
        ...Object.entries(buyers).map(([id, buyer]) => `${id}=${buyer}`),
        ...(quotas === null ? [] : [`quotas=${quotas}`]),
        ...(isSample ? ['saas=sample'] : []),
      ].join(' '),
    );
    outgoing.setHeader('x-amzn-requestid', randomUUID());
    // The sandbox's time. mp-verify uses it to judge whether a contract has expired.
    outgoing.setHeader('date', new Date(now()).toUTCString());
    return respond(incoming, outgoing);
  });
  const listening = await listen(server, host, port);
  url = listening.url;
  return {
    ...listening,
    seller: world.seller,
    buyers,
    accessKeyIds: Object.fromEntries(
      [...Object.values(world.buyers), ...world.strangers].map(({ accountId, accessKeyId }) => [
        accountId,
        accessKeyId,
      ]),
    ),
    products: world.products.map(({ id, code, title }) => ({ id, code, title })),
    practiceBuyers: {
      purchase: practiceBuyer('purchase', world, now()),
      change: practiceBuyer('change', world, now()),
    },
    world,
    saas: isSample ? saasAddresses(url) : null,
    sentTo,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        void saas.close();
      }),
  };
}

async function scenarioOf({ scenarioFile, delayMs }: LocalSandboxOptions): Promise<Scenario | null> {
  if (scenarioFile === undefined) return null;
  const scenario = (await import('./scenario-file.ts')).readScenario(scenarioFile);
  return delayMs === undefined ? scenario : { ...scenario, delays: null };
}

/** Returns the fulfillment URLs of the products if none is the sample SaaS; otherwise none. */
function otherSaas({ products }: SandboxWorld): readonly string[] {
  const urls = products.flatMap(({ fulfillmentUrl }) => fulfillmentUrl ?? []);
  return urls.some((url) => url.startsWith('/')) ? [] : [...new Set(urls)];
}

function sendBuyersTo(fulfillmentUrl: string, world: SandboxWorld): void {
  if (!URL.canParse(fulfillmentUrl) || !/^https?:$/.test(new URL(fulfillmentUrl).protocol)) {
    const hint = 'use the URL of the registration page of your SaaS, such as http://localhost:3000/register';
    throw new UserError('bad-fulfillment-url', `${JSON.stringify(fulfillmentUrl)} is not an HTTP or HTTPS URL`, hint);
  }
  world.products = world.products.map((product) => ({ ...product, fulfillmentUrl }));
}
