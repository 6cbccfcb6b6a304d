// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is what checklists are written with
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { checklistFrom } from './support.ts';

const source = `# A checklist with everything in it.
version: 1
id: everything
title: >
  All the fields
  of a step
summary: What there is.
needs:
  - A buyer.
steps:
  - id: before
    title: Before
    check: baseline
    is: active
  - id: change
    title: "Change \${product.title} for \${buyer}"
    who: buyer
    open: \${inputs.page}
    sandbox: change
    do:
      - One.
      - |
        Two,
        in two lines.
    expect: "444455556666"
    if-it-fails: Try again.
    required: false
  - id: after
    title: After
    do: Look.
    show: before
    check: entitlements
    is: changed
    dimension: pro_plan
    quantity: 0
    within: 10m
`;

test('a good file becomes a checklist in which nothing is left to look up', () => {
  expect(checklistFrom(source)).toEqual({
    id: 'everything',
    title: 'All the fields of a step',
    summary: 'What there is.',
    needs: ['A buyer.'],
    sha256: createHash('sha256').update(source).digest('hex'),
    steps: [
      {
        id: 'before',
        title: 'Before',
        who: 'seller',
        required: true,
        do: [],
        open: null,
        expect: null,
        show: null,
        ifItFails: null,
        sandbox: null,
        check: { kind: 'baseline', fields: { is: 'active' }, within: null, baseline: true },
      },
      {
        id: 'change',
        title: 'Change ${product.title} for ${buyer}',
        who: 'buyer',
        required: false,
        do: ['One.', 'Two, in two lines.'],
        open: '${inputs.page}',
        expect: '444455556666',
        show: null,
        ifItFails: 'Try again.',
        sandbox: 'change',
        check: null,
      },
      {
        id: 'after',
        title: 'After',
        who: 'seller',
        required: true,
        do: ['Look.'],
        open: null,
        expect: null,
        show: 'before',
        ifItFails: null,
        sandbox: null,
        check: {
          kind: 'entitlements',
          fields: { is: 'changed', dimension: 'pro_plan', quantity: 0 },
          within: 600_000,
          findsGrants: true,
        },
      },
    ],
  });
});

test('a check of entitlements that says nothing else wants an active one, and looks once', () => {
  const { steps } = checklistFrom('version: 1\nid: a\ntitle: A\nsteps: [{id: now, title: Now, check: entitlements}]');
  expect(steps[0]?.check).toEqual({
    kind: 'entitlements',
    fields: { is: 'active', dimension: undefined, quantity: undefined },
    within: null,
    findsGrants: true,
  });
});

test('a byte more makes another checklist in the report', () => {
  expect(checklistFrom(`${source}\n`).sha256).not.toBe(checklistFrom(source).sha256);
});

test('aliases are read where they do not grow', () => {
  const { steps } = checklistFrom(
    'version: 1\nid: a\ntitle: &name Shared\nsteps: [{id: one, title: *name, do: Look.}, {id: two, title: *name, do: Look.}]',
  );
  expect(steps.map(({ title }) => title)).toEqual(['Shared', 'Shared']);
});
