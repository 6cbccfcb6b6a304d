import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { openGithubJob, withoutCommands } from '../../src/system/github-job.ts';
import { jsonText } from '../../src/text/safe.ts';
import { commandsIn } from '../support/runner-commands.ts';

function streams() {
  const written: string[] = [];
  const stream = () => ({ write: (text: string) => written.push(text) > 0 });
  return { written, stdout: stream(), stderr: stream() };
}

const inJob = { GITHUB_ACTIONS: 'true' };

test.each([{}, { GITHUB_ACTIONS: '' }, { GITHUB_ACTIONS: 'false' }])('%o is no job, and nothing is disarmed', (env) => {
  const { written, stdout, stderr } = streams();
  expect(openGithubJob(env, stdout, stderr)).toBeNull();
  stdout.write('::error::x');
  expect(written).toEqual(['::error::x']);
});

test('only the job itself can write a command', () => {
  const { written, stdout, stderr } = streams();
  const job = openGithubJob(inJob, stdout, stderr);
  stdout.write('::error::x\n  ::error::y\n');
  stderr.write('a ##[error]b\n');
  job?.command('::error::mine');
  expect(written).toEqual(['\\u003a:error::x\n  \\u003a:error::y\n', 'a ##\\u005berror]b\n', '::error::mine\n']);
});

const pieces = fc.constantFrom(
  '::',
  ':',
  '#',
  '##[',
  '[',
  ']',
  'error',
  'add-mask',
  ' ',
  '\t',
  '\n',
  '\u00a0',
  '\x1b[1m',
  'x',
);
const anyText = fc.array(pieces).map((all) => all.join(''));

test('no text is a command', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(commandsIn(withoutCommands(text))).toEqual([]);
    }),
  );
});

test('ordinary text stays', () => {
  const text = 'New::Class, a: b, # ## [x]\n  fix it, then: mp-verify resume\n';
  expect(withoutCommands(text)).toBe(text);
});

test('a JSON document stays the same document', () => {
  fc.assert(
    fc.property(fc.oneof(anyText, fc.string()), (text) => {
      expect(JSON.parse(withoutCommands(jsonText({ [text]: [text] })))).toEqual({ [text]: [text] });
    }),
  );
});

test('a summary is appended, and gets what is left of 1 MiB', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mp-verify-job-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'summary.md');
  await writeFile(path, 'before\n');
  const { stdout, stderr } = streams();
  const job = openGithubJob({ ...inJob, GITHUB_STEP_SUMMARY: path }, stdout, stderr);
  await job?.appendSummary((maxBytes) => `${maxBytes}\n`);
  expect(await readFile(path, 'utf8')).toBe(`before\n${1024 * 1024 - 1 - 7}\n`);
});

test('a job without a summary has no use for one', async () => {
  const { stdout, stderr } = streams();
  const asked: number[] = [];
  await openGithubJob(inJob, stdout, stderr)?.appendSummary((maxBytes) => String(asked.push(maxBytes)));
  expect(asked).toEqual([]);
});
