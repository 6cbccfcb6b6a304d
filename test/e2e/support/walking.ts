import { expect } from 'vitest';
import type { Checklist } from '../../../src/checklist/model.ts';
import { builtIn } from '../../checklist/support.ts';
import { browser, signIn, switchTo } from '../../sandbox-pages/support.ts';
import type { Pty } from './pty.ts';

export const newSignup = builtIn('new-signup');
export const contractChange = builtIn('contract-change');
export const useCases = [newSignup, builtIn('existing-user'), contractChange];

/** The steps at which a person is asked. */
export function manualSteps({ steps }: Checklist): readonly string[] {
  return steps.filter((step) => step.do.length > 0).map(({ id }) => id);
}

/** An operator at one step of a walk. */
interface AtStep {
  /** The transcript as soon as this step's question takes keys. Fails, with the screen, when another step's question does. */
  asked(): Promise<string>;
  /** One key at this step's question: `p`, or after a failure `r`. */
  press(key: string): Promise<void>;
  /** `f` or `s`, and why. */
  fails(why: string): Promise<void>;
  skips(why: string): Promise<void>;
  /** `n`, and the note; the question stays. */
  notes(text: string): Promise<void>;
}

/** How many lines of the transcript began a step, or told of one, when a key last answered a question. */
const answered = new WeakMap<Pty, number>();
/** `? 5/9  Title`, `✗ FAIL  5/9  Title`: what is asked last is about the step that was named last. */
const named = /^\S+(?: \w+)? +(\d+)\/\d+ {2}/gm;
/** These leave the question as it is. */
const asides = ['n', 'c', 'o', 'f', 's'];

/** An operator before the terminal: `at('purchase').press('p')`. */
export function operator(pty: Pty, { steps }: Checklist): (step: string) => AtStep {
  return (step) => {
    const number = steps.findIndex(({ id }) => id === step) + 1;
    if (number === 0) throw new Error(`there is no step ${step}`);
    const names = (transcript: string) => [...transcript.matchAll(named)].map(([, at]) => Number(at));

    /** A question takes keys when its line of keys, which ends in `[q]uit`, is the last of the screen. */
    const asked = () =>
      pty.until((transcript) => {
        const seen = names(transcript);
        if (!transcript.endsWith('[q]uit') || seen.length <= (answered.get(pty) ?? 0)) return false;
        if (seen.at(-1) === number) return true;
        throw new Error(`Step ${steps[(seen.at(-1) ?? 0) - 1]?.id} is asked instead of ${step}`);
      });
    const press = async (key: string) => {
      const transcript = await asked();
      if (!asides.includes(key)) answered.set(pty, names(transcript).length);
      pty.keys(key);
    };
    const tell = async (key: string, prompt: RegExp, text: string) => {
      await press(key);
      const transcript = await pty.until(prompt);
      if (key !== 'n') answered.set(pty, names(transcript).length);
      pty.keys(`${text}\r`);
    };
    return {
      asked,
      press,
      fails: (why) => tell('f', /\? What is wrong\?$/, why),
      skips: (why) => tell('s', /\? Why skip this step\?$/, why),
      async notes(text) {
        await tell('n', /\? Note \(@FILE attaches a file; Escape cancels\):$/, text);
        await pty.until((transcript) => transcript.endsWith('[q]uit'));
      },
    };
  };
}

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
export async function pass(pty: Pty, useCase: Checklist, ...steps: readonly string[]): Promise<void> {
  const at = operator(pty, useCase);
  for (const step of steps) await at(step).press('p');
}

/**
 * Says pass at every question of the use case, or at these, and buys and sets up, or changes, where the sandbox has a line
 * for that.
 */
export async function walkByKeys(pty: Pty, useCase: Checklist, ...steps: readonly string[]): Promise<void> {
  const at = operator(pty, useCase);
  for (const step of steps.length > 0 ? steps : manualSteps(useCase)) {
    const transcript = await at(step).asked();
    if (step === 'purchase' || step === 'change') await practise(transcript);
    await at(step).press('p');
  }
}

/** Takes the summary of a walk that came to its end, and gives the terminal back. */
export async function finish(pty: Pty): Promise<number> {
  await pty.until(/disagreed: \d+\n {2}\[n\]ote \[b\]ack\s+\[q\]uit, everything is saved$/);
  pty.keys('q');
  return pty.exit();
}

/** Ends the walk at a step's question. */
export async function quit(pty: Pty, useCase: Checklist, step: string): Promise<number> {
  await operator(pty, useCase)(step).press('q');
  return pty.exit();
}
