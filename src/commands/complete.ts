import type { Command } from 'commander';
import type { Outcome } from '../errors.ts';
import type { Host } from '../ports/host.ts';
import { completions } from './completions.ts';

/** Answers what `completion` asks at each Tab: a line a word, its description behind a tab. */
export async function complete(words: readonly string[], program: Command, host: Host): Promise<Outcome> {
  const builtIns = async () => (await host.files.builtIns()).map(({ id }) => id);
  // A Tab is no place to hear that runs can't be read.
  const runs = () => host.runs.ids().catch(() => []);
  const values = { id: builtIns, checklist: async () => [...(await builtIns()), 'use-cases'], run: runs };
  for (const { word, description } of await completions(program, words, values))
    host.stdout.write(description === '' ? `${word}\n` : `${word}\t${description}\n`);
  return 'pass';
}
