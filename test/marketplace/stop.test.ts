import { createServer } from 'node:http';
import { expect, test, vi } from 'vitest';
import { Interrupted } from '../../src/errors.ts';
import type { Marketplace } from '../../src/ports/marketplace.ts';
import { notes, openSandbox } from '../sandbox/support.ts';
import { listening } from '../support/listening.ts';
import { connected, keys, openServer, pending, questions, useMachine } from './support.ts';

const everyQuestion: readonly [string, (marketplace: Marketplace) => Promise<unknown>][] = [
  ['caller', questions.STS],
  ['listProducts', questions.Catalog],
  ['describeProduct', (marketplace) => marketplace.describeProduct(notes.id)],
  ['describeProducts', (marketplace) => marketplace.describeProducts([notes.id])],
  ['entitlements', questions.Entitlement],
  ['findListing', (marketplace) => marketplace.findListing(notes.id)],
];

/** A run that can be stopped, and how a question ended. */
function stoppable() {
  const stopping = new AbortController();
  const reason = new Interrupted('SIGINT');
  return {
    signal: stopping.signal,
    reason,
    stop: () => stopping.abort(reason),
    ending: (question: Promise<unknown>) => question.catch((error: unknown) => error),
  };
}

test.each(everyQuestion)('%s is not even asked when the run is stopped already', async (_name, ask) => {
  await useMachine({ env: keys });
  const { signal, reason, stop, ending } = stoppable();
  const { url, received } = await openServer(() => pending);
  const marketplace = await connected(url, { signal });
  stop();
  expect(await ending(ask(marketplace))).toBe(reason);
  expect(received).toEqual([]);
});

test.each(everyQuestion)(
  '%s ends at once, its connection too, when the run is stopped while AWS is silent',
  async (_name, ask) => {
    await useMachine({ env: keys });
    const { signal, reason, stop, ending } = stoppable();
    const connections: Promise<unknown>[] = [];
    const server = createServer(({ socket }) => {
      connections.push(new Promise((resolve) => socket.once('close', resolve)));
      setImmediate(stop);
    });
    const url = await listening(server);
    expect(await ending(ask(await connected(url, { signal })))).toBe(reason);
    expect(connections).toHaveLength(1);
    await Promise.all(connections);
  },
);

test.each(everyQuestion)('%s ends at once when the run is stopped between two tries', async (_name, ask) => {
  await useMachine({ env: keys });
  vi.spyOn(Math, 'random').mockReturnValue(1);
  const { signal, reason, stop, ending } = stoppable();
  const { url } = await openSandbox({
    fault: () => {
      // The answer goes out first, so that the pause has begun or is about to.
      setTimeout(stop, 0);
      return 'throttling';
    },
  });
  expect(await ending(ask(await connected(url, { signal })))).toBe(reason);
});

test.each(everyQuestion.slice(0, 2))(
  '%s ends at once when the run is stopped while credentials are fetched',
  async (_name, ask) => {
    const { signal, reason, stop, ending } = stoppable();
    const slow = await openServer(() => {
      stop();
      return pending;
    });
    const command = `node -e "fetch('${slow.url}').catch(() => {})"`;
    await useMachine({ files: { '.aws/config': `[profile mp-seller]\ncredential_process = ${command}\n` } });
    const { url } = await openSandbox();
    expect(await ending(ask(await connected(url, { signal, profile: 'mp-seller' })))).toBe(reason);
  },
);
