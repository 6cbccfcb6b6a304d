// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is what checklists are written with
import { describe, expect, test } from 'vitest';
import { InvalidFiles, type Problem } from '../../src/checklist/problems.ts';
import { checks } from '../../src/checks/index.ts';
import { UserError } from '../../src/errors.ts';
import { header, problemsIn } from './support.ts';

const good = `${header}  - id: first
    title: First
    do: Look.
`;
const kinds = Object.keys(checks).join(', ');
const withBaseline = `${header}  - id: before
    title: Before
    check: baseline
`;

describe('the problems of a checklist are listed with their places', () => {
  test('in the form that editors jump to', () => {
    const source = `${good}  - id: second
    title: Second
    do: Look.
  - id: third
    titel: Third
    do: Look.
`;
    expect(problemsIn(source)).toContain('mine.yaml:12:5: steps[2].titel: unknown field, did you mean "title"?');
  });

  test.each<[what: string, source: string, ...lines: string[]]>([
    // Names.
    [
      'a misspelt field of a step',
      `${good}    exepct: All is well.\n`,
      '8:5: steps[0].exepct: unknown field, did you mean "expect"?',
    ],
    [
      'a misspelt field of the file',
      good.replace('title:', 'sumary: Short.\ntitle:'),
      '3:1: sumary: unknown field, did you mean "summary"?',
    ],
    [
      'a field that nothing is like',
      `${good}colour: red\n`,
      '8:1: colour: unknown field; valid names: version, id, title, summary, needs, steps',
    ],
    [
      'a field of another kind of step',
      `${good}    within: 10m\n`,
      '8:5: steps[0].within: unknown field; valid names: id, title, who, do, open, expect, show, if-it-fails, sandbox, required, check',
    ],
    [
      'a misspelt check',
      `${good}    check: entitlement\n`,
      '8:12: steps[0].check: unknown check "entitlement", did you mean "entitlements"?',
    ],
    [
      'a check that nothing is like',
      `${good}    check: foo\n`,
      `8:12: steps[0].check: unknown check "foo"; valid names: ${kinds}`,
    ],
    [
      'a check named like a property of every object',
      `${good}    check: constructor\n`,
      `8:12: steps[0].check: unknown check "constructor"; valid names: ${kinds}`,
    ],
    [
      'a misspelt choice',
      `${withBaseline}  - id: after\n    title: After\n    check: entitlements\n    is: chnaged\n`,
      '11:9: steps[1].is: must be one of active, new, changed, not "chnaged", did you mean "changed"?',
    ],
    [
      'a person who has no part in it',
      `${good}    who: admin\n`,
      '8:10: steps[0].who: must be one of seller, buyer, saas-user, not "admin"',
    ],

    // What stands between steps.
    [
      'two steps with one id',
      `${good}  - id: first\n    title: Again\n    do: Look.\n`,
      '8:9: steps[1].id: "first" is already the ID of steps[0]',
    ],
    [
      'a misspelt reference',
      good.replace('Look.', 'Open ${product.titel}.'),
      '7:9: steps[0].do: unknown reference ${product.titel}, did you mean "product.title"?',
    ],
    [
      'a reference to another step',
      good.replace('Look.', 'Open ${steps.first.output}.'),
      '7:9: steps[0].do: unknown reference ${steps.first.output}; use product.*, seller.*, buyer, inputs.* or config.*',
    ],
    [
      'a misspelt reference in a line of a list',
      good.replace('Look.', '\n      - Look.\n      - Open ${product.ulr}.'),
      '9:9: steps[0].do[1]: unknown reference ${product.ulr}, did you mean "product.url"?',
    ],
    [
      'a misspelt reference in the texts of the checklist itself',
      good.replace('title: Mine', 'title: ${product.titel}'),
      '3:8: title: unknown reference ${product.titel}, did you mean "product.title"?',
    ],
    [
      'a step that shows a later one',
      `${good}    show: second\n  - id: second\n    title: Second\n    do: Look.\n`,
      '8:11: steps[0].show: "second" comes later; only an earlier step can be shown',
    ],
    [
      'a step that shows itself',
      `${good}    show: first\n`,
      '8:11: steps[0].show: "first" is this step; only an earlier step can be shown',
    ],
    [
      'a step that shows a missing one',
      `${good}  - id: second\n    title: Second\n    do: Look.\n    show: frist\n`,
      '11:11: steps[1].show: there is no step "frist", did you mean "first"?',
    ],
    [
      'a purchase without a baseline',
      `${good}    check: entitlements\n    is: new\n`,
      '9:9: steps[0].is: "new" needs a baseline to compare with: add a step with "check: baseline" before it',
    ],
    [
      'a change whose baseline comes too late',
      `${good}    check: entitlements\n    is: changed\n  - id: before\n    title: Before\n    check: baseline\n`,
      '9:9: steps[0].is: "changed" needs a baseline to compare with: add a step with "check: baseline" before it',
    ],
    [
      'a step with nothing to do and nothing to check',
      `${header}  - id: first\n    title: First\n    expect: All is well.\n`,
      '5:5: steps[0]: needs "do" (what a person does) or "check" (what the program checks)',
    ],

    // Wrong types.
    ['no steps', header.replace('steps:', 'steps: []'), '4:8: steps: must have at least one step'],
    ['steps left empty', header, '4:7: steps: must be a list, not empty'],
    ['steps left out', header.replace('steps:\n', ''), '1:1: steps: is missing'],
    [
      'steps that are no list',
      `${header}  first:\n    title: First\n`,
      '5:3: steps: must be a list, not a group of fields',
    ],
    [
      'steps that are no groups of fields',
      `${header}  - Look.\n  -\n  - [a]\n`,
      '5:5: steps[0]: must be a group of fields',
      '6:4: steps[1]: must be a group of fields',
      '7:5: steps[2]: must be a group of fields',
    ],
    ['a title left empty', good.replace(' First', ''), '6:11: steps[0].title: must be text, not empty'],
    ['a title of blanks', good.replace(' First', ' "  "'), '6:12: steps[0].title: must not be empty'],
    [
      'an id with a capital letter',
      good.replace('first', 'First step'),
      '5:9: steps[0].id: must be lowercase letters, digits and hyphens, such as "sign-up"',
    ],
    ['a list without lines', good.replace('Look.', '[]'), '7:9: steps[0].do: must have at least one line'],
    [
      'an advisory step in the old words for no',
      `${good}    required: no\n`,
      '8:15: steps[0].required: must be true or false, not "no"',
    ],
    [
      'a time without a unit',
      `${good}    check: entitlements\n    within: "10"\n`,
      '9:13: steps[0].within: must be a number of at most five digits and a unit, such as 30s, 10m or 2h',
    ],
    [
      'half a quantity',
      `${good}    check: entitlements\n    quantity: 1.5\n`,
      '9:15: steps[0].quantity: must be a whole number, not 1.5',
    ],
    ['a list as the whole file', '- id: first\n', '1:1: the file: must be a group of fields, not a list'],
    ['a text as the whole file', 'hello\n', '1:1: the file: must be a group of fields, not "hello"'],

    // What YAML makes of text.
    [
      'an account ID that YAML reads as a number',
      `${good}    expect: 444455556666\n`,
      '8:13: steps[0].expect: must be text, but YAML reads a number here (444455556666): put it in quotes',
    ],
    [
      'an account ID as the one line of what to do',
      good.replace('Look.', '444455556666'),
      '7:9: steps[0].do: must be text, but YAML reads a number here (444455556666): put it in quotes',
    ],
    [
      'an account ID among the lines of what to do',
      good.replace('Look.', '\n      - Sign in as\n      - 444455556666'),
      '9:9: steps[0].do[1]: must be text, but YAML reads a number here (444455556666): put it in quotes',
    ],
    [
      'a truth',
      `${good}    expect: true\n`,
      '8:13: steps[0].expect: must be text, but YAML reads yes or no here (true): put it in quotes',
    ],
    [
      'another version, alone: everything else may differ in it',
      good.replace('version: 1', 'version: 2').replace('id:', 'name:'),
      '1:10: version: 2 is not supported; this mp-verify supports version 1',
    ],
    ['no version', good.replace('version: 1\n', ''), '1:1: version: is missing'],

    // Not the YAML that a checklist is.
    ['a key twice', `${good}    title: Second\n`, '8:5: not YAML: Map keys must be unique'],
    ['a tab for indentation', good.replace('    do', '\tdo'), '7:1: not YAML: Tabs are not allowed as indentation'],
    ['a custom tag', good.replace('First', '!secret First'), '6:12: not YAML: Unresolved tag: !secret'],
    [
      'a tag that makes code in other readers',
      good.replace('First', '!!js/function "f"'),
      '6:12: not YAML: Unresolved tag: tag:yaml.org,2002:js/function',
    ],
    [
      '__proto__ in a step',
      `${good}    __proto__: {check: baseline}\n`,
      '8:5: steps[0].__proto__: unknown field; valid names: id, title, who, do, open, expect, show, if-it-fails, sandbox, required, check',
    ],
    [
      '__proto__ in the file',
      `${good}__proto__: {summary: x}\n`,
      '8:1: __proto__: unknown field; valid names: version, id, title, summary, needs, steps',
    ],
  ])('%s', (_, source, ...lines) => {
    expect(problemsIn(source)).toEqual(lines.map((line) => `mine.yaml:${line}`));
  });

  test.each<[what: string, source: string]>([
    ['nothing but a comment', '# to do\n'],
    ['an empty document', '---\n...\n'],
    ['null', 'null\n'],
  ])('%s is an empty file', (_, source) => {
    expect(problemsIn(source)).toEqual(['mine.yaml: the file is empty']);
  });

  test('something that is not YAML names the line where reading stopped', () => {
    for (const line of problemsIn('a: [b\nc: d\n')) expect(line).toMatch(/^mine\.yaml:\d+:\d+: not YAML: /);
  });

  test('an alias without an anchor is named, with its place', () => {
    const [line, ...more] = problemsIn(good.replace('Look.', '*stepz'));
    expect(line).toMatch(/^mine\.yaml:7:9: .*stepz/);
    expect(more).toEqual([]);
  });

  test('a second document is not left out in silence', () => {
    const [line, ...more] = problemsIn(`${good}---\n${good}`);
    expect(line).toMatch(/^mine\.yaml:8:1: .*document/);
    expect(more).toEqual([]);
  });

  test('lines end as on Windows without a change of place', () => {
    expect(problemsIn(`${good}    exepct: x\n`.replaceAll('\n', '\r\n'))).toEqual([
      'mine.yaml:8:5: steps[0].exepct: unknown field, did you mean "expect"?',
    ]);
  });

  test.each([
    ['the name of a field', `${good}    "tit\\nother.yaml:1:1: le": x\n`],
    ['a reference', good.replace('Look.', '"${prod\\r\\nuct}"')],
    ['a check', `${good}    check: "entitle\\nments"\n`],
    ['a choice', `${good}    who: "buy\\ner"\n`],
    ['an anchor', `${good}    expect: !<a%0Ab> x\n`],
  ])('a line break in %s does not break the line', (_, source) => {
    // `problemsIn` looks for line breaks.
    expect(problemsIn(source)).not.toHaveLength(0);
  });
});

describe('all problems are listed at once, from top to bottom', () => {
  test('in the file and in its steps', () => {
    const source = `version: 1
id: My Checklist
title: 42
needs: a buyer
steps:
  - id: first
    title: First
    do: Open \${product.ulr}.
    required: maybe
  - id: first
    title: Second
    check: entitlments
  - id: third
    title: Third
    check: entitlements
    is: new
    quantity: ten
colour: red
`;
    expect(problemsIn(source)).toEqual([
      'mine.yaml:2:5: id: must be lowercase letters, digits and hyphens, such as "sign-up"',
      'mine.yaml:3:8: title: must be text, but YAML reads a number here (42): put it in quotes',
      'mine.yaml:4:8: needs: must be a list, not "a buyer"',
      'mine.yaml:8:9: steps[0].do: unknown reference ${product.ulr}, did you mean "product.url"?',
      'mine.yaml:9:15: steps[0].required: must be true or false, not "maybe"',
      'mine.yaml:10:9: steps[1].id: "first" is already the ID of steps[0]',
      'mine.yaml:12:12: steps[1].check: unknown check "entitlments", did you mean "entitlements"?',
      'mine.yaml:16:9: steps[2].is: "new" needs a baseline to compare with: add a step with "check: baseline" before it',
      'mine.yaml:17:15: steps[2].quantity: must be a number, not "ten"',
      'mine.yaml:18:1: colour: unknown field; valid names: version, id, title, summary, needs, steps',
    ]);
  });

  test('a step with a wrong field still says what it wrongly shows', () => {
    expect(problemsIn(`${good}    exepct: x\n    show: second\n`)).toEqual([
      'mine.yaml:8:5: steps[0].exepct: unknown field, did you mean "expect"?',
      'mine.yaml:9:11: steps[0].show: there is no step "second"',
    ]);
  });

  test('every wrong line of a list is listed', () => {
    expect(problemsIn(good.replace('Look.', '\n      - 1\n      - Look.\n      - 2'))).toEqual([
      'mine.yaml:8:9: steps[0].do[0]: must be text, but YAML reads a number here (1): put it in quotes',
      'mine.yaml:10:9: steps[0].do[2]: must be text, but YAML reads a number here (2): put it in quotes',
    ]);
  });

  test('a mistake in the baseline is not also a missing baseline', () => {
    const after = '  - id: after\n    title: After\n    check: entitlements\n    is: new\n';
    expect(problemsIn(`${withBaseline}    exepct: x\n${after}`)).toEqual([
      'mine.yaml:8:5: steps[0].exepct: unknown field, did you mean "expect"?',
    ]);
  });
});

test('bad files end a command as one wrong command, with all their lines', () => {
  const problems: readonly Problem[] = [
    { file: 'a.yaml', at: { line: 3, column: 7 }, message: 'title: is missing' },
    { file: 'b.yaml', at: null, message: 'the file is empty' },
  ];
  const error = new InvalidFiles(problems);
  expect(error).toBeInstanceOf(UserError);
  expect(error.message).toBe('a.yaml:3:7: title: is missing\nb.yaml: the file is empty');
});
