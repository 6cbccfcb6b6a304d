import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { type ApiOptions, callApi } from './api/call-api.ts';
import { describeCaller, isForm } from './api/caller.ts';
import { batchDescribeEntities, describeEntity, listChangeSets } from './api/catalog.ts';
import { listEntities } from './api/catalog-search.ts';
import { cborWire } from './api/cbor.ts';
import { getProduct, listPurchaseOptions } from './api/discovery.ts';
import type { Operation } from './api/operation.ts';
import { isSigned, rootOperations, rpcOperation, unknownAction, unknownOperation } from './api/operations.ts';
import { hintsFor } from './hints.ts';
import { isOwnHost } from './listen.ts';
import { callPages } from './pages/call-pages.ts';
import { shopPages } from './pages/shop-pages.ts';
import { style } from './pages/style.ts';
import { changeContract, purchase } from './shop.ts';

interface AppOptions extends ApiOptions {
  /** The sample SaaS. */
  readonly saas: Hono;
  readonly delayMs: number;
  readonly refusedFilters: readonly string[];
  readonly allowHosts: readonly string[];
}

type ServerEnv = { Bindings: HttpBindings };

/** The routes of the sandbox: AWS's APIs, the shop, the sample SaaS, and pages about the sandbox. */
export function sandboxApp(options: AppOptions): Hono<ServerEnv> {
  const app = new Hono<ServerEnv>();
  const rootOperation = rootOperations(options.refusedFilters);
  const api = (operation: Operation) => (context: Context<ServerEnv>) => callApi(operation, context, options);
  const shop = (sell: typeof purchase) => async (context: Context<ServerEnv>) => {
    if (!isForm(context.req.header('content-type')))
      return context.text('error: send a form, such as curl -d buyer=ACCOUNT\n', 415);
    const form = new URLSearchParams(await context.req.text());
    return context.text(`${sell(form, { ...options, now: options.now() })}\n`);
  };

  app.use(async ({ req, text, env }, next) => {
    const host = req.header('host') ?? '';
    const { origin = `http://${host}` } = req.header();
    // No web page may call the sandbox, neither through a host name that resolves to loopback nor from another origin.
    // Only the registration page accepts posts from other origins, as it would from AWS Marketplace.
    const isPage = req.path === '/saas/registration';
    const isHost = isOwnHost(host, env.incoming.socket.localAddress, options.allowHosts);
    if (isHost && (isPage || origin === `http://${host}`)) return next();
    const trouble = isHost ? `refused: from a page of ${origin}` : `refused: called as ${host}, see --allow-host`;
    const asked = { userAgent: req.header('user-agent'), action: `${req.method} ${req.path}` };
    options.calls.add({ ...asked, who: describeCaller(req, options.world, options.now()), status: 403, trouble });
    const more = isHost ? '' : '; to allow another host: mp-verify sandbox --allow-host NAME';
    return text(`the sandbox accepts requests only from this machine, not from other hosts or origins${more}\n`, 403);
  });
  app.use(async ({ req, text }, next) => {
    // Node enforces the announced length. Every SDK and browser announces one.
    if (req.header('transfer-encoding') !== undefined) return text('send the body with a content-length\n', 411);
    return Number(req.header('content-length') ?? 0) > 1024 * 1024 ? text('at most 1 MiB\n', 413) : next();
  });

  app.post('/ListEntities', api(listEntities));
  app.get('/DescribeEntity', api(describeEntity));
  app.post('/BatchDescribeEntities', api(batchDescribeEntities));
  app.post('/ListChangeSets', api(listChangeSets));
  app.post('/2026-02-05/getProduct', api(getProduct));
  app.post('/2026-02-05/listPurchaseOptions', api(listPurchaseOptions));
  app.post('/', async (context, next) => {
    const operation = await rootOperation(context);
    return operation === undefined ? next() : api(operation)(context);
  });
  app.post('/service/:service/operation/:action', (context, next) => {
    const operation = rpcOperation(context.req);
    return operation === undefined ? next() : callApi(operation, context, options, cborWire);
  });
  app.post('/sandbox/purchase', shop(purchase));
  app.post('/sandbox/change', shop(changeContract));
  app.get('/sandbox/style.css', ({ body }) => body(style, 200, { 'content-type': 'text/css; charset=utf-8' }));
  // For mp-verify, which may be another process: what the calls say about a failed step.
  app.get('/sandbox/hints', ({ req, json }) => {
    const { action = '', buyer = '' } = req.query();
    return json({ hints: hintsFor(action, buyer, options.calls.all(), options.world, options.now()) });
  });
  app.route('/sandbox', callPages(options.calls));
  // In a browser, the printed endpoint opens the shop.
  app.get('/', (context, next) => (isSigned(context.req) ? next() : context.redirect('/marketplace')));
  app.route('/marketplace', shopPages(options));
  app.route('/saas', options.saas);

  app.notFound(({ req, text }) => {
    if (!isSigned(req))
      return text("mp-verify's sandbox, a local AWS Marketplace: there is no page at this address\n", 404);
    const who = describeCaller(req, options.world, options.now());
    const [userAgent, action] = [req.header('user-agent'), unknownAction(req)];
    options.calls.add({ who, userAgent, action, status: 404, trouble: 'not in the sandbox' });
    return unknownOperation(req);
  });
  app.onError((error, { text }) =>
    error instanceof HTTPException
      ? text(`error: ${error.message}\n`, error.status)
      : text(`the sandbox failed, which is a bug in mp-verify: ${error.message}\n`, 500),
  );
  return app;
}
