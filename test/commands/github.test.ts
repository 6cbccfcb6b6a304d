import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commandsIn } from '../support/runner-commands.ts';
import { documentOf, openMachine } from './machine.ts';

const wrong = `version: 1
id: mine
title: Mine
steps:
  - { id: product, title: Find it, check: product-page }
  - id: holds
    title: The buyer has a contract
    check: entitlements
    is: active
    within: 1s
`;

/** A machine that is a job of GitHub Actions. */
async function openJob(environment: Readonly<Record<string, string>> = {}) {
  const machine = await openMachine();
  machine.env = {
    GITHUB_ACTIONS: 'true',
    GITHUB_WORKSPACE: machine.folder,
    GITHUB_STEP_SUMMARY: join(machine.folder, 'summary.md'),
    ...environment,
  };
  await machine.write('mine.yaml', wrong);
  const summary = () => readFile(join(machine.folder, 'summary.md'), 'utf8').catch(() => null);
  return { machine, summary };
}

const line = 'run ./mine.yaml --sandbox --no-input --buyer 444455556666';

describe('in a job of GitHub Actions', () => {
  test('a failure is annotated at its line, and the summary is the Markdown report', async () => {
    const { machine, summary } = await openJob();
    const { code, stderr, stdout } = await machine.run(`${line} --report markdown=report.md`);
    expect(code).toBe(1);
    expect(commandsIn(stdout)).toEqual([]);
    expect(commandsIn(stderr)).toEqual([
      {
        name: 'error',
        properties: { file: 'mine.yaml', line: '6', title: 'FAIL: The buyer has a contract (SANDBOX)' },
        message: expect.stringMatching(/^Step 2 \(holds\) of mine\n.*no entitlement/s),
      },
    ]);
    expect(await summary()).toBe(await readFile(join(machine.folder, 'report.md'), 'utf8'));
  });

  test('stdout with --json stays one document', async () => {
    const { machine, summary } = await openJob();
    expect(documentOf(await machine.run(`${line} --json`)).verdict).toBe('fail');
    expect(await summary()).toContain('FAIL SANDBOX');
  });

  test('a resumed run adds its report below', async () => {
    const { machine, summary } = await openJob();
    await machine.run(line);
    const { stderr } = await machine.run('resume --no-input');
    expect((await summary())?.match(/^\*\*✗ FAIL/gm)).toHaveLength(2);
    expect(commandsIn(stderr)).toHaveLength(1);
  });

  test.each(['run', 'resume'])('%s --no-github writes neither', async (command) => {
    const { machine, summary } = await openJob();
    if (command === 'resume') await machine.run(`${line} --no-github`);
    const { stderr } = await machine.run(command === 'run' ? `${line} --no-github` : 'resume --no-input --no-github');
    expect([commandsIn(stderr), await summary()]).toEqual([[], null]);
  });

  test('report writes neither', async () => {
    const { machine, summary } = await openJob();
    await machine.run(`${line} --no-github`);
    const { stderr } = await machine.run('report');
    expect([commandsIn(stderr), await summary()]).toEqual([[], null]);
  });

  test.each([
    ['outside of the repository', { GITHUB_WORKSPACE: '/elsewhere' }],
    ['without a known repository', { GITHUB_WORKSPACE: '' }],
  ])('a checklist %s has no line', async (_, environment) => {
    const { machine } = await openJob(environment);
    const { stderr } = await machine.run(line);
    expect(commandsIn(stderr).map(({ properties }) => Object.keys(properties))).toEqual([['title']]);
  });

  test('a summary that cannot be written changes no result', async () => {
    const { machine } = await openJob({ GITHUB_STEP_SUMMARY: '/nowhere/at/all' });
    const { code, stderr } = await machine.run(line);
    expect(code).toBe(1);
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain('Cannot write /nowhere/at/all');
  });

  test('what other commands have written counts towards the limit of 1 MiB', async () => {
    const { machine, summary } = await openJob();
    await machine.write('summary.md', 'x'.repeat(1_048_000));
    await machine.run(line);
    expect(Buffer.byteLength((await summary()) ?? '')).toBeLessThan(1_048_576);
  });

  test('no foreign text is a workflow command, however it is wrapped', async () => {
    for (const evil of ['::error::x', '##[error]x', '::add-mask::x', '##[add-mask]x', '::stop-commands::x']) {
      const { machine } = await openJob();
      const title = `${evil} ${'filler '.repeat(9)}${evil} ${'long '.repeat(20)}${evil}`;
      await machine.write(
        'mine.yaml',
        wrong.replaceAll(/title: .*$/gm, (found) => (found.includes('Find') ? found : `title: "${title}"`)),
      );
      await machine.write('answers.yaml', 'answers: {}');
      for (const command of [line, `${line} --json`, 'report', 'runs show mine', `run "${evil}"`, 'show ./mine.yaml']) {
        const { stdout, stderr } = await machine.run(command);
        const found = [...commandsIn(stdout), ...commandsIn(stderr)];
        expect(
          found.filter(({ properties }) => properties.title === undefined),
          command,
        ).toEqual([]);
      }
    }
  });

  test('a JSON document says the same', async () => {
    const { machine } = await openJob();
    await machine.write('mine.yaml', wrong.replace('title: Mine', 'title: "##[error]x"'));
    const ended = await machine.run(`${line} --json`);
    expect(documentOf(ended).checklists[0]?.title).toBe('##[error]x');
    expect(commandsIn(ended.stdout)).toEqual([]);
  });
});

test('elsewhere there is no summary, and nothing is disarmed', async () => {
  const { machine, summary } = await openJob({ GITHUB_ACTIONS: '' });
  await machine.write('mine.yaml', wrong.replace('title: Mine', 'title: "::error::x"'));
  const { stdout, stderr } = await machine.run(line);
  expect(stdout).toContain('::error::x');
  expect([commandsIn(stderr).filter(({ properties }) => properties.file), await summary()]).toEqual([[], null]);
});
