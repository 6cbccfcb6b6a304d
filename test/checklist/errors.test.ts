import { expect, test } from 'vitest';
import { InvalidFiles } from '../../src/checklist/problems.ts';
import { CouldNotCheck, errorOutcome, exitCode, Interrupted, type Outcome, UserError } from '../../src/errors.ts';

const codes = {
  pass: 0,
  fail: 1,
  usage: 2,
  incomplete: 3,
  error: 4,
  bug: 70,
  SIGHUP: 129,
  SIGINT: 130,
  SIGTERM: 143,
} as const satisfies Record<Outcome, number>;

test.each(Object.entries(codes) as [Outcome, number][])('%s exits with %i', (outcome, code) => {
  expect(exitCode(outcome)).toBe(code);
});

test.each<[what: string, thrown: unknown, code: number]>([
  ['a wrong command', new UserError('bad-buyer', 'This is no buyer.'), 2],
  ['invalid files', new InvalidFiles([]), 2],
  ['AWS out of reach', new CouldNotCheck('network', 'AWS could not be reached.'), 4],
  ['AWS out of reach for a moment', new CouldNotCheck('throttled', 'AWS is busy.', null, true), 4],
  ['a hang-up', new Interrupted('SIGHUP'), 129],
  ['Ctrl+C', new Interrupted('SIGINT'), 130],
  ['a signal to stop', new Interrupted('SIGTERM'), 143],
  ['an unexpected error', new TypeError('x is undefined'), 70],
  ['an error that only looks like ours', Object.assign(new Error('x'), { name: 'UserError', code: 'bad-buyer' }), 70],
  ['something that is no error', 'x', 70],
  ['nothing', undefined, 70],
])('%s (%s) ends with the exit code %i', (_, thrown, code) => {
  expect(exitCode(errorOutcome(thrown))).toBe(code);
});
