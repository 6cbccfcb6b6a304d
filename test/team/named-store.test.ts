import { expect, test } from 'vitest';
import { documentOf, type Ended } from '../commands/machine.ts';
import { at, passes } from '../support/script-terminal.ts';
import { keepWalk } from '../support/walked-run.ts';
import { team } from './people.ts';

const start = 'run new-signup --buyer 444455556666';
const early = '2026-11-10T09:00:00.000Z';

/** The commands in a text that need a store, each with the rest of its line. */
function commandsIn(text: string): readonly string[] {
  return [...text.matchAll(/mp-verify (?:resume|report|status|runs?)\b.*/g)].map(([line]) => line);
}

/** Mina names the store with a flag. There is another run of the same id on her machine. */
async function named() {
  const people = await team();
  const { s3, mina } = people;
  await mina.write('mp-verify.yaml', 'product: Acme Notes\n');
  mina.variables = { AWS_ENDPOINT_URL_S3: s3.url };
  await keepWalk(mina.store, { at: early, ends: 'fail' });
  return { ...people, flag: `--store s3://${s3.bucket}/prod` };
}

test('commands repeat the store that was named by a flag, wherever they are printed', async () => {
  const { mina, flag } = await named();
  const begun = await mina.run(`${start} ${flag} --json`, [...passes('page'), at('purchase').press('q')]);
  expect(begun.outcome).toBe('incomplete');
  expect(documentOf(begun).run.resume).toBe(`mp-verify resume new-signup-1 ${flag}`);

  const printed: Ended[] = [begun];
  let refused: Ended | null = null;
  const meanwhile = async () => {
    refused = await mina.run(`resume new-signup-1 ${flag}`);
  };
  printed.push(await mina.run(`resume ${flag}`, [{ meanwhile, key: 'q' }]));
  expect(refused).toMatchObject({ code: 4 });
  if (refused !== null) printed.push(refused);
  for (const line of ['report', 'runs show new-signup', 'runs --verdict pass', 'report new-signup-9', 'status'])
    printed.push(await mina.run(`${line} ${flag}`));
  printed.push(await mina.run(`${start} ${flag}`, ['q']));
  printed.push(await mina.run(`runs delete new-signup --yes ${flag}`));
  printed.push(await mina.run(`runs compare new-signup new-signup-9 ${flag}`));
  const commands = printed.flatMap(({ stdout, stderr }) => [stdout, stderr]).flatMap(commandsIn);
  expect(commands.length).toBeGreaterThan(8);
  for (const command of commands) expect(command).toContain(flag);

  // The command that was printed leads to this run.
  const pasted = documentOf(begun).run.resume?.replace('mp-verify ', '') ?? '';
  expect((await mina.run(pasted, [at('purchase').press('q')])).outcome).toBe('incomplete');
  expect((await mina.run(`report new-signup-1 --redact ${flag}`)).stdout).not.toContain('acme-verify');
});

test('commands repeat a configuration that was named by a flag, and "local"', async () => {
  const { mina, ben } = await named();
  await mina.write(
    'team.yaml',
    `store: { url: "s3://acme-verify/prod", endpoint-url: "${mina.variables.AWS_ENDPOINT_URL_S3}" }\n`,
  );
  const begun = await mina.run(`${start} --config team.yaml --json`, [at('page').press('q')]);
  expect(documentOf(begun).run.resume).toBe('mp-verify resume new-signup-1 --config team.yaml');
  const local = await ben.run(`${start} --store local --json`, [at('page').press('q')]);
  expect(documentOf(local).run.resume).toBe('mp-verify resume new-signup-1 --store local');
});

test('commands repeat nothing if the store comes from the file or the environment', async () => {
  const { s3, mina, ben } = await team();
  const begun = await ben.run(`${start} --json`, [at('page').press('q')]);
  expect(documentOf(begun).run.resume).toBe('mp-verify resume new-signup-1');
  mina.variables = { MP_VERIFY_STORE: `s3://${s3.bucket}/other`, AWS_ENDPOINT_URL_S3: s3.url };
  const other = await mina.run(`${start} --json`, [at('page').press('q')]);
  expect(documentOf(other).run.resume).toBe('mp-verify resume new-signup-1');
});

test('what runs push says about a run of this machine does not lead to the shared one', async () => {
  const { mina, ben } = await team();
  await keepWalk(ben.store, { at: early });
  const broken = { ...ben.runs, read: () => ben.runs.read('new-signup-9'), ids: ben.runs.ids };
  Object.assign(ben, { store: broken });
  const { stderr } = await ben.run('runs push new-signup-2 --store s3://acme-verify/prod');
  expect(commandsIn(stderr)).toEqual(['mp-verify runs --store local']);
  expect((await mina.run('runs show new-signup-9')).stderr).toContain('mp-verify runs\n');
});
