import { expect } from 'vitest';
import type { Machine } from './machine.ts';

/** `mp-verify sandbox` as a process of its own. */
export interface SandboxProcess {
  /** The variables that it prints, which lead to it. */
  readonly env: Readonly<Record<string, string>>;
  /** Changes the contract of this test buyer, as the curl line does. */
  change(): Promise<void>;
  readonly buyer: string;
}

export async function sandboxProcess(machine: Machine): Promise<SandboxProcess> {
  const printed = await machine.start(['sandbox']).until(/Ctrl\+C stops it/);
  const env = Object.fromEntries(
    [...printed.matchAll(/^export (\w+)=(\S+)$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
  const [, buyer = ''] = /(\d{12}) {2}for mp-verify run contract-change /.exec(printed) ?? [];
  return {
    env,
    buyer,
    async change() {
      const body = new URLSearchParams({ buyer, quantity: '20' });
      const response = await fetch(`${env.AWS_ENDPOINT_URL_STS}/sandbox/change`, { method: 'POST', body });
      expect([response.status, await response.text()]).toEqual([200, expect.stringMatching(/^changed: /)]);
    },
  };
}
