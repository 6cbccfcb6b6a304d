import { describe, expect, test } from 'vitest';
import { answerTo, noAnswers } from '../../src/checklist/model.ts';
import { formatProblem } from '../../src/checklist/problems.ts';
import { parseAnswers } from '../../src/config/answers.ts';
import { builtIn } from '../checklist/support.ts';

const walked = [builtIn('new-signup'), builtIn('contract-change')];

function answersIn(source: string) {
  const answers = parseAnswers('said.yaml', source, walked);
  if ('answers' in answers) return answers;
  throw new Error(answers.map(formatProblem).join('\n'));
}

function problemsIn(source: string): readonly string[] {
  const problems = parseAnswers('said.yaml', source, walked);
  if ('answers' in problems) throw new Error(`nothing is wrong with:\n${source}`);
  return problems.map(formatProblem);
}

describe('an answers file', () => {
  test("returns people's answers, with note and name", () => {
    const source = `answers:
  new-signup:
    page: pass
    purchase: { verdict: fail, note: "No  button.", by: Aiko }
    sign-up: { verdict: skip }
buyers:
  new-signup: 4444-5555-6666
  contract-change: "001234567890"
inputs:
  plan: pro
`;
    expect(answersIn(source)).toEqual({
      answers: {
        'new-signup': {
          page: { verdict: 'pass', note: null, by: null },
          purchase: { verdict: 'fail', note: 'No  button.', by: 'Aiko' },
          'sign-up': { verdict: 'skip', note: null, by: null },
        },
      },
      buyers: { 'new-signup': '444455556666', 'contract-change': '001234567890' },
      inputs: { plan: 'pro' },
    });
  });

  test('may speak of checklists that are not walked, whatever it says of their steps', () => {
    const source = 'answers:\n  existing-user: { no-such-step: pass }\n  page: {}\n';
    expect(answersIn(source).answers).toHaveProperty('existing-user');
  });

  test('may hold nothing', () => {
    expect(answersIn('{}')).toEqual(noAnswers);
  });

  test('answers no step that it does not name', () => {
    const answers = answersIn('answers: { new-signup: { page: { verdict: pass, by: Aiko } } }');
    expect(answerTo(answers, 'new-signup', 'page')).toEqual({ verdict: 'pass', note: null, by: 'Aiko' });
    for (const name of ['purchase', 'constructor', '__proto__']) {
      expect(answerTo(answers, 'new-signup', name)).toBeNull();
      expect(answerTo(answers, name, 'name')).toBeNull();
      expect(answerTo(noAnswers, name, 'name')).toBeNull();
    }
  });
});

describe('the problems of an answers file are listed with their places', () => {
  test.each<[what: string, source: string, ...lines: string[]]>([
    [
      'a buyer that YAML reads as a number',
      'buyers:\n  new-signup: 444455556666\n',
      '2:15: buyers.new-signup: must be text, but YAML reads a number here (444455556666): put it in quotes',
    ],
    [
      'a buyer that is none',
      'buyers:\n  new-signup: "44445555"\n',
      '2:15: buyers.new-signup: "44445555" is not a valid buyer: an AWS account ID has 12 digits, but this has 8.',
    ],
    [
      'an input that YAML reads as a number',
      'inputs:\n  seats: 10\n',
      '2:10: inputs.seats: must be text, but YAML reads a number here (10): put it in quotes',
    ],
    [
      'an input that YAML reads as yes or no',
      'inputs:\n  trial: true\n',
      '2:10: inputs.trial: must be text, but YAML reads yes or no here (true): put it in quotes',
    ],
    [
      'a misspelt step',
      'answers:\n  new-signup:\n    purchse:\n      verdict: pass\n',
      '3:5: answers.new-signup.purchse: new-signup has no step "purchse", did you mean "purchase"?',
    ],
    [
      'a step that the program judges',
      'answers:\n  new-signup:\n    contract: pass\n',
      '3:5: answers.new-signup.contract: the program checks this step, so it cannot have an answer',
    ],
    [
      'a misspelt verdict',
      'answers:\n  new-signup:\n    page: passs\n',
      '3:11: answers.new-signup.page: must be one of pass, fail, skip, not "passs", did you mean "pass"?',
    ],
    [
      'a misspelt verdict beside a note',
      'answers:\n  new-signup:\n    page: { verdict: passs, note: Fine. }\n',
      '3:22: answers.new-signup.page.verdict: must be one of pass, fail, skip, not "passs", did you mean "pass"?',
    ],
    [
      'a note that YAML reads as a number',
      'answers:\n  new-signup:\n    page: { verdict: fail, note: 404 }\n',
      '3:34: answers.new-signup.page.note: must be text, but YAML reads a number here (404): put it in quotes',
    ],
    [
      'a note without a verdict',
      'answers:\n  new-signup:\n    page: { note: Fine. }\n',
      '3:11: answers.new-signup.page.verdict: is missing',
    ],
    [
      'a verdict that is a truth',
      'answers:\n  new-signup:\n    page: yes\n    purchase: true\n',
      '3:11: answers.new-signup.page: must be one of pass, fail, skip, not "yes"',
      '4:15: answers.new-signup.purchase: must be one of pass, fail, skip, not true',
    ],
    [
      'a misspelt field of an answer',
      'answers:\n  new-signup:\n    page: { verdict: pass, notes: Fine. }\n',
      '3:28: answers.new-signup.page.notes: unknown field, did you mean "note"?',
    ],
    [
      'no answers below a checklist',
      'answers:\n  new-signup:\n',
      '2:14: answers.new-signup: must be a group of fields, not empty',
    ],
    ['a misspelt section', 'anwers: {}\n', '1:1: anwers: unknown field, did you mean "answers"?'],
    [
      'an input that no input can be called',
      'inputs:\n  Plan_Name: pro\n',
      '2:3: inputs.Plan_Name: must be lowercase letters, digits and hyphens, such as "sign-up"',
    ],
    ['a list', '- new-signup\n', '1:1: the file: must be a group of fields, not a list'],
    ['a key twice', 'buyers: {}\nbuyers: {}\n', '2:1: not YAML: Map keys must be unique'],
  ])('%s', (_, source, ...lines) => {
    expect(problemsIn(source)).toEqual(lines.map((line) => `said.yaml:${line}`));
  });

  test('everything at once, from top to bottom', () => {
    const source = `answers:
  contract-change:
    sign-inn: pass
  new-signup:
    contract: pass
    page: ok
buyers:
  contract-change: 444455556666
  new-signup: "1"
inputs: {}
colour: red
`;
    expect(problemsIn(source).map((line) => line.replace(/^said\.yaml:(\d+):.*/, '$1'))).toEqual([
      '3',
      '5',
      '6',
      '8',
      '9',
      '11',
    ]);
  });

  test.each([
    ['a buyer', 'buyers:\n  new-signup: "444\\n555"\n'],
    ['a step', 'answers:\n  new-signup:\n    "pa\\nge": pass\n'],
    ['a verdict', 'answers:\n  new-signup:\n    page: "pa\\nss"\n'],
  ])('a line break in %s does not break the line', (_, source) => {
    expect(problemsIn(source).filter((line) => !/^said\.yaml:\d+:\d+: [^\r\n]+$/.test(line))).toEqual([]);
  });

  test('__proto__ is no step, and not passed over', () => {
    expect(problemsIn('answers:\n  new-signup:\n    __proto__: pass\n').join('\n')).toMatch(
      /^said\.yaml:3:5: answers\.new-signup\.__proto__: /,
    );
  });

  test('answers that contain themselves are refused', () => {
    expect(problemsIn('answers: &all\n  new-signup: *all\n')).not.toHaveLength(0);
    expect(problemsIn('answers:\n  new-signup: &step\n    page: *step\n')).not.toHaveLength(0);
  });
});
