import { expect } from 'vitest';
import { browser, signIn, switchTo } from '../../sandbox-pages/support.ts';
import type { Pty } from './pty.ts';

/** A use case as an operator meets it on the screen. */
export interface UseCase {
  readonly id: string;
  readonly title: string;
  readonly steps: number;
  /** The steps at which a person is asked, by number. */
  readonly manual: readonly number[];
  /** The one of them whose work the sandbox's curl line does. */
  readonly practised: number;
}

export const newSignup: UseCase = {
  id: 'new-signup',
  title: 'New sign-up after purchase',
  steps: 13,
  manual: [7, 8, 9, 10, 11, 13],
  practised: 8,
};
const existingUser: UseCase = {
  id: 'existing-user',
  title: 'Existing user signs in after purchase',
  steps: 12,
  manual: [7, 8, 9, 10, 12],
  practised: 8,
};
export const contractChange: UseCase = {
  id: 'contract-change',
  title: 'Contract changed on AWS Marketplace',
  steps: 9,
  manual: [5, 6, 8, 9],
  practised: 6,
};
export const useCases = [newSignup, existingUser, contractChange];

/** The step's question is on the screen, and its line of keys is the last of it: a key typed now is heard. */
export function question(number: number, { steps }: UseCase): RegExp {
  return new RegExp(`\\? ${number}/${steps}  [\\s\\S]*\\[q\\]uit$`);
}

/** What is asked once a step has failed. */
export const afterFailure = /\[r\] look again[\s\S]*\[q\]uit$/;

/** Does what the curl line on the screen says, by the URL and the fields that it shows; then sets up the account. */
async function practise(transcript: string): Promise<void> {
  const [, fields = '', url = ''] = [...transcript.matchAll(/curl((?:\s+-d\s+\S+)+)\s+(http:\S+)/g)].at(-1) ?? [];
  const body = new URLSearchParams([...fields.matchAll(/-d\s+(\S+)/g)].map(([, field = '']) => field).join('&'));
  const response = await fetch(url, { method: 'POST', body });
  expect([response.status, await response.text()]).toEqual([200, expect.stringMatching(/^(bought|changed): /)]);
  if (url.endsWith('purchase')) await setUpAccount(new URL(url).origin, body.get('buyer') ?? '');
}

/** Goes on from the newest contract to the sample SaaS, as the buyer of new-signup or of existing-user. */
export async function setUpAccount(url: string, buyer: string): Promise<void> {
  const person = browser(url);
  const { source } = await switchTo(person, buyer, '/marketplace/contracts');
  const contract = /href="(\/marketplace\/contracts\/agmt-[^"]+)"/.exec(source)?.[1] ?? '';
  const signUp = await person.submit(await person.open(contract), 'Set up your account');
  const account = { email: 'aiko@gmail.com', password: 'correct horse' };
  const end =
    buyer === '444455556666'
      ? await person.submit(signUp, 'Sign up', account)
      : await signIn(person, 'existing-user@acme.example');
  expect(end.text).toMatch(/Your account was created|Signed in as existing-user@acme.example/);
}

/** Says pass at these questions. Nothing is bought or changed. */
export async function pass(pty: Pty, useCase: UseCase, numbers: readonly number[]): Promise<void> {
  for (const number of numbers) {
    await pty.until(question(number, useCase));
    pty.keys('p');
  }
}

/** Says pass at every question of the use case, and buys and sets up, or changes, where that is what to do. */
export async function walkByKeys(pty: Pty, useCase: UseCase): Promise<void> {
  for (const number of useCase.manual) {
    const transcript = await pty.until(question(number, useCase));
    if (number === useCase.practised) await practise(transcript);
    pty.keys('p');
  }
}

/** Takes the summary of a walk that came to its end, and gives the terminal back. */
export async function finish(pty: Pty): Promise<number> {
  await pty.until(/disagreed: \d+\n {2}\[n\]ote \[b\]ack \[q\]uit: all is saved$/);
  pty.keys('q');
  return pty.exit();
}
