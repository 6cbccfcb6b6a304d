import { expect } from 'vitest';
import type { Machine } from './machine.ts';

/** `mp-verify sandbox` as a process of its own. */
export interface SandboxProcess {
  /** The variables that it prints, which lead to it. */
  readonly env: Readonly<Record<string, string>>;
  /** Its address. */
  readonly url: string;
  /** Test buyers by the use case that they are for. */
  readonly buyers: Readonly<Record<string, string>>;
  /** Changes the contract of contract-change's test buyer, as the curl line does. */
  change(): Promise<void>;
}

export async function sandboxProcess(machine: Machine, ...options: readonly string[]): Promise<SandboxProcess> {
  const printed = await machine.start(['sandbox', ...options]).until(/Ctrl\+C stops it/);
  const env = Object.fromEntries(
    [...printed.matchAll(/^export (\w+)=(\S+)$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
  const buyers = Object.fromEntries(
    [...printed.matchAll(/(\d{12}) {2}for mp-verify run (\S+) /g)].map(([, buyer = '', id = '']) => [id, buyer]),
  );
  const url = env.AWS_ENDPOINT_URL_STS ?? '';
  return {
    env,
    url,
    buyers,
    async change() {
      const body = new URLSearchParams({ buyer: buyers['contract-change'] ?? '', quantity: '20' });
      const response = await fetch(`${url}/sandbox/change`, { method: 'POST', body });
      expect([response.status, await response.text()]).toEqual([200, expect.stringMatching(/^changed: /)]);
    },
  };
}
