import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { UserError } from '../errors.ts';
import type { Fault } from './api/fault.ts';
import { callLog, type LoggedCall } from './call-log.ts';
import { defaultWorld } from './default-world.ts';
import { checkHostNames, listen } from './listen.ts';
import { practiceBuyer } from './practice-buyer.ts';
import { provokedBy, type SaasBug } from './saas/bugs.ts';
import { saasAddresses } from './saas/saas-addresses.ts';
import { sampleSaas, usesSampleSaas } from './saas/sample-saas.ts';
import { sandboxApp } from './sandbox-app.ts';
import type { Scenario } from './scenario.ts';
import { scenarioFaults } from './scenario-faults.ts';
import { scenarioWorld } from './scenario-world.ts';
import type { SandboxAccount, World } from './world.ts';

export interface SandboxOptions {
  /** 0, the default, is a free port. */
  readonly port?: number;
  /** The address to listen on; 127.0.0.1 by default. */
  readonly host?: string;
  /** Names under which it may be reached too, as a container does: `host.docker.internal`. */
  readonly allowHosts?: readonly string[];
  /** From a purchase or a change until GetEntitlements shows it; 3000 by default. The agreement shows after a third of it. */
  readonly delayMs?: number;
  /** Epoch ms; the real time by default. */
  readonly now?: () => number;
  readonly world?: World;
  /** Instead of the default world, and of `fault` where that is not given. */
  readonly scenario?: Scenario;
  /** Asked at each call of an API with a known key: what goes wrong with the nth (from 1) of that action. */
  readonly fault?: (action: string, nth: number) => Fault | null;
  /** Names of SearchAgreements' filters that are answered with a ValidationException; none by default. */
  readonly refusedFilters?: readonly string[];
  /** In which way the sample SaaS is broken; not at all by default. */
  readonly saasBug?: SaasBug;
  /** Where buyers set up their account instead of at the sample SaaS, for every product: http or https. */
  readonly fulfillmentUrl?: string;
  /** Hears of each call when it is answered. */
  readonly onCall?: (call: LoggedCall) => void;
}

export interface Sandbox {
  /** `http://127.0.0.1:PORT`, or of the address that it listens on. */
  readonly url: string;
  /** It listens on an address that other machines may reach. */
  readonly isExposed: boolean;
  readonly seller: SandboxAccount;
  /** Test buyers' account ids by the id of the checklist they are for. */
  readonly buyers: Readonly<Record<string, string>>;
  /** Of the accounts beside the seller, by account id: the buyers, and one that has nothing to do with them. */
  readonly accessKeyIds: Readonly<Record<string, string>>;
  /** Account ids: who can buy, and whose contract can be changed, by a line to paste; null: nobody. */
  readonly practiceBuyers: { readonly purchase: string | null; readonly change: string | null };
  readonly world: World;
  /** Of the sample SaaS; null where buyers are sent to another one. */
  readonly saas: ReturnType<typeof saasAddresses> | null;
  /** Ends every connection, also where an answer is still due. */
  close(): Promise<void>;
}

/** Starts a local AWS Marketplace. Rejects with `UserError` where the port or the address cannot be had. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { port = 0, host = '127.0.0.1', allowHosts = [], delayMs = 3000, now = Date.now, scenario } = options;
  checkHostNames(allowHosts);
  const { world = scenario ? scenarioWorld(scenario, now(), delayMs) : defaultWorld(now()) } = options;
  const { saasBug = null, refusedFilters = [] } = options;
  const { fault = scenarioFaults([...(scenario?.faults ?? []), ...provokedBy(saasBug)]) } = options;
  if (options.fulfillmentUrl !== undefined) sendBuyersTo(options.fulfillmentUrl, world);
  let url = '';
  const saas = sampleSaas({ world, now, endpoint: () => url, bug: saasBug });
  const nths = new Map<string, number>();
  const nthFault = (action: string) => {
    const nth = (nths.get(action) ?? 0) + 1;
    nths.set(action, nth);
    return fault(action, nth);
  };
  const isSample = usesSampleSaas(world);
  const buyers = Object.fromEntries(Object.entries(world.buyers).map(([id, { accountId }]) => [id, accountId]));
  const calls = callLog(world, now, options.onCall);
  const app = sandboxApp({ world, now, delayMs, fault: nthFault, refusedFilters, calls, allowHosts, saas: saas.app });
  // A run must not take what it saw in another sandbox for something of this one.
  const instance = randomUUID().slice(0, 8);
  const respond = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server = createServer((incoming, outgoing) => {
    // Whoever asks can tell that this is no AWS, and who may be practised with.
    outgoing.setHeader(
      'x-mp-verify-sandbox',
      [
        `instance=${instance}`,
        ...Object.entries(buyers).map(([id, buyer]) => `${id}=${buyer}`),
        ...(isSample ? ['saas=sample'] : []),
      ].join(' '),
    );
    outgoing.setHeader('x-amzn-requestid', randomUUID());
    // Of its own world: whether a contract has expired is told by it.
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
    practiceBuyers: {
      purchase: practiceBuyer('purchase', world, now()),
      change: practiceBuyer('change', world, now()),
    },
    world,
    saas: isSample ? saasAddresses(url) : null,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        void saas.close();
      }),
  };
}

function sendBuyersTo(fulfillmentUrl: string, world: World): void {
  if (!URL.canParse(fulfillmentUrl) || !/^https?:$/.test(new URL(fulfillmentUrl).protocol)) {
    const hint = 'give the registration page of your SaaS, as in http://localhost:3000/register';
    throw new UserError('bad-fulfillment-url', `${JSON.stringify(fulfillmentUrl)} is no web address`, hint);
  }
  world.products = world.products.map((product) => ({ ...product, fulfillmentUrl }));
}
