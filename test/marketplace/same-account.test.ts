import { writeFile } from 'node:fs/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { defaultWorld } from '../../src/sandbox/default-world.ts';
import { notes, openSandbox, start } from '../sandbox/support.ts';
import { connected, sellerKey, troubleOf, useMachine } from './support.ts';

const world = defaultWorld(start);
const [other] = Object.values(world.buyers);
const code = notes.code ?? '';

afterEach(() => {
  vi.useRealTimers();
});

/** A profile whose credential_process hands out whatever key is in its file, to be asked for again each time. */
async function handingOut() {
  const { home } = await useMachine();
  const file = `${home}/key`;
  const script = `const [AccessKeyId, Expiration] = require('fs').readFileSync('${file}', 'utf8').split(' ');
process.stdout.write(JSON.stringify({ Version: 1, AccessKeyId, SecretAccessKey: 'canary', Expiration }));`;
  await writeFile(`${home}/hand-out.cjs`, script);
  const config = `[profile mp-seller]\ncredential_process = node ${home}/hand-out.cjs\n`;
  await writeFile(`${home}/config`, config);
  vi.stubEnv('AWS_CONFIG_FILE', `${home}/config`);
  const real = Date.now();
  vi.useFakeTimers({ toFake: ['Date'], now: real });
  let hours = 0;
  /** From an hour on, when what was handed out before has ended. */
  const hand = async (key: string) => {
    vi.setSystemTime(real + hours * 3_600_000);
    hours++;
    await writeFile(file, `${key} ${new Date(real + hours * 3_600_000 - 1_000).toISOString()}`);
  };
  await hand(sellerKey);
  const asked: string[] = [];
  const fault = (action: string) => {
    asked.push(action);
    return null;
  };
  const sandbox = await openSandbox({ world, fault });
  return { hand, asked, marketplace: await connected(sandbox.url, { profile: 'mp-seller' }) };
}

test('credentials that become another account’s in mid-run ask nothing more, and both accounts are named', async () => {
  const { hand, asked, marketplace } = await handingOut();
  await marketplace.caller();
  await marketplace.entitlements(code, '666677778888');
  await hand(other?.accessKeyId ?? '');
  asked.length = 0;
  const { code: what, transient, message } = await troubleOf(marketplace.entitlements(code, '666677778888'));
  expect([what, transient]).toEqual(['wrong-account', false]);
  expect(message).toContain(world.seller.accountId);
  expect(message).toContain(other?.accountId);
  await troubleOf(marketplace.findListing(notes.id));
  expect(asked).toEqual(['GetCallerIdentity']);
});

test('a key is asked for its account once', async () => {
  const { hand, asked, marketplace } = await handingOut();
  await marketplace.caller();
  for (let look = 0; look < 3; look++) {
    await hand(sellerKey);
    await marketplace.entitlements(code, '666677778888');
  }
  expect(asked.filter((action) => action === 'GetCallerIdentity')).toHaveLength(1);
});

test('after a new sign-in another account may ask', async () => {
  const { hand, marketplace } = await handingOut();
  await marketplace.caller();
  await hand(other?.accessKeyId ?? '');
  await marketplace.refreshCredentials();
  expect(await marketplace.caller()).toMatchObject({ accountId: other?.accountId });
});
