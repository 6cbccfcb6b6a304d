// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is what checklists are written with
import { describe, expect, test } from 'vitest';
import { assignBuyers, type GivenBuyers } from '../../src/checklist/buyers.ts';
import type { Checklist } from '../../src/checklist/model.ts';
import { checks } from '../../src/checks/index.ts';
import { UserError } from '../../src/errors.ts';
import { builtIn, checklistFrom, useCases } from './support.ts';

const [A, B, C] = ['111111111111', '222222222222', '333333333333'];
const [newSignup, existingUser, contractChange] = [builtIn(useCases[0]), builtIn(useCases[1]), builtIn(useCases[2])];
const all = [newSignup, existingUser, contractChange];
const sandbox = { 'new-signup': A, 'existing-user': B, 'contract-change': C };

function own(id: string, steps: string): Checklist {
  return checklistFrom(`version: 1\nid: ${id}\ntitle: ${id}\nsteps: [${steps}]`);
}
const bought = '{id: b, title: B, check: baseline}, {id: n, title: N, check: entitlements, is: new}';

/** Who gets whom, as `new-signup=111111111111`; `?` for nobody. */
function assigned(checklists: readonly Checklist[], given: Partial<GivenBuyers>): readonly string[] {
  const { buyers, missing } = assignBuyers(checklists, { byChecklist: {}, general: [], sandbox: {}, ...given }, checks);
  expect(missing.filter(({ id }) => buyers.has(id))).toEqual([]);
  return [...[...buyers].map(([id, buyer]) => `${id}=${buyer}`), ...missing.map(({ id }) => `${id}=?`)].sort();
}

describe('each use case has its own buyer', () => {
  test.each<[what: string, walked: Checklist[], given: Partial<GivenBuyers>, ...expected: string[]]>([
    [
      'named for it',
      all,
      { byChecklist: { 'new-signup': A, 'existing-user': B, 'contract-change': C } },
      ...[`contract-change=${C}`, `existing-user=${B}`, `new-signup=${A}`],
    ],
    [
      'in the order in which they are named',
      all,
      { general: [A, B, C] },
      ...[`contract-change=${C}`, `existing-user=${B}`, `new-signup=${A}`],
    ],
    [
      'the rest in order, where one is named for a use case',
      all,
      { byChecklist: { 'existing-user': C }, general: [A, B] },
      ...[`contract-change=${B}`, `existing-user=${C}`, `new-signup=${A}`],
    ],
    [
      'and a change takes the one of new-signup, if none is given',
      [newSignup, contractChange],
      { general: [A] },
      `contract-change=${A}`,
      `new-signup=${A}`,
    ],
    [
      'and a change takes the latest of two',
      all,
      { general: [A, B] },
      ...[`contract-change=${B}`, `existing-user=${B}`, `new-signup=${A}`],
    ],
    [
      'and a change may use a buyer that has purchased',
      all,
      { general: [A, B], byChecklist: { 'contract-change': A } },
      ...[`contract-change=${A}`, `existing-user=${B}`, `new-signup=${A}`],
    ],
    [
      'so existing-user never takes the one of new-signup',
      all,
      { byChecklist: { 'new-signup': A } },
      ...[`contract-change=${A}`, 'existing-user=?', `new-signup=${A}`],
    ],
    [
      'so none takes the buyer of a later use case',
      [contractChange, newSignup],
      { byChecklist: { 'new-signup': A } },
      'contract-change=?',
      `new-signup=${A}`,
    ],
    ['and without one there is none', all, {}, 'contract-change=?', 'existing-user=?', 'new-signup=?'],
    [
      'in the sandbox its test buyer',
      all,
      { sandbox },
      `contract-change=${C}`,
      `existing-user=${B}`,
      `new-signup=${A}`,
    ],
    ['in the sandbox, too, the one that is named', [contractChange], { sandbox, general: [A] }, `contract-change=${A}`],
    [
      'and a checklist of one’s own practises with a fresh one for a purchase',
      [own('mine', bought)],
      { sandbox },
      `mine=${A}`,
    ],
    [
      'and with one that has a contract for anything else',
      [own('mine', '{id: n, title: N, check: entitlements}')],
      { sandbox },
      `mine=${C}`,
    ],
    [
      'a text that speaks of the buyer needs one',
      [own('mine', '{id: a, title: A, do: "Ask ${buyer}."}')],
      {},
      'mine=?',
    ],
    ['a checklist without any needs none', [own('mine', '{id: a, title: A, check: product-page}')], { sandbox }],
    ['even one with the name of an object’s property', [own('constructor', bought)], {}, 'constructor=?'],
  ])('%s', (_, walked, given, ...expected) => {
    expect(assigned(walked, given)).toEqual(expected);
  });
});

describe('a buyer that a purchase uses up is not taken for another', () => {
  test.each<[what: string, given: Partial<GivenBuyers>]>([
    ['named twice', { general: [A, A] }],
    ['named for both', { byChecklist: { 'new-signup': A, 'existing-user': A } }],
    ['named once for one and once in general', { byChecklist: { 'existing-user': A }, general: [A] }],
    ['named for one, and the test buyer of the other', { byChecklist: { 'existing-user': A }, sandbox }],
  ])('%s', (_, given) => {
    expect(() => assigned(all, given)).toThrow(UserError);
    expect(() => assigned(all, given)).toThrow(
      /^existing-user cannot use the buyer 111111111111: new-signup already uses that account/,
    );
  });
});

test('a buyer that no checklist needs is an error', () => {
  expect(() => assigned([newSignup], { general: [A, B] })).toThrow(
    /No checklist in this run needs the buyer 222222222222/,
  );
  expect(() => assigned([newSignup], { general: [A, B] })).toThrow(UserError);
});
