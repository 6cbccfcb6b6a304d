import type { Host, Terminal } from '../../src/ports/host.ts';
import type { Marketplace } from '../../src/ports/marketplace.ts';
import { plainPaint } from '../../src/text/styles.ts';

const styles = { columns: 80, paint: plainPaint };

/** What the operator does at the next question: types a line, chooses, or leaves it open. An error is rejected with. */
export type Move = string | null | Error;

/** A world with one folder, in memory, and an operator who follows a script; null for a script: nobody is there. */
export function fakeHost(
  script: readonly Move[] | null,
  marketplace: () => Pick<Marketplace, 'caller' | 'listProducts'>,
  files: Record<string, string> = {},
  known: readonly string[] = ['mp-seller', 'mp-buyer', 'corp'],
) {
  const left = [...(script ?? [])];
  const said: string[] = [];
  const printed: string[] = [];
  const questions: string[] = [];
  const profiles: (string | null)[] = [];
  const next = async (question: string, wrong: (answer: string) => string | null) => {
    for (;;) {
      questions.push(question);
      if (left.length === 0) throw new Error(`unexpected question: ${question}`);
      const move = left.shift() ?? null;
      if (move instanceof Error) throw move;
      const flaw = move === null ? null : wrong(move);
      if (flaw === null) return move;
      said.push(flaw);
    }
  };
  const terminal: Partial<Terminal> = {
    interactive: script !== null,
    styles: () => styles,
    write: (text) => void said.push(text),
    progress: () => ({ stop: () => undefined }),
    line: ({ message, check }) => next(message, (text) => check?.(text) ?? null),
    choose: ({ message, choices }) =>
      next([message, ...choices.map(({ name }) => name)].join('\n'), (value) =>
        choices.some((choice) => choice.value === value) ? null : 'no such choice',
      ),
  };
  const host = {
    profiles: async () => known,
    absolute: (path: string) => `/home/aiko/app/${path}`,
    files: {
      exists: async (path: string) => path in files,
      ownership: async (path: string) => (path in files ? 'own' : null),
      create: async (path: string, text: string) => {
        files[path] = text;
      },
    },
    stdout: { isTerminal: false, write: (text: string) => void printed.push(text), styles: () => styles },
    openTerminal: async () => terminal,
    connect: async ({ profile }: { readonly profile: string | null }) => {
      profiles.push(profile);
      return marketplace();
    },
  } as unknown as Host;
  return {
    host,
    files,
    questions,
    profiles,
    left,
    said: () => said.join('\n'),
    printed: () => printed.join(''),
  };
}
