import { DOMParser, type Element } from '@xmldom/xmldom';
import fc from 'fast-check';
import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { describe, expect, test } from 'vitest';
import type { Entry } from '../../src/checklist/entries.ts';
import { type AnyReport, isFleet } from '../../src/checklist/fleet-report.ts';
import type { Status } from '../../src/checklist/model.ts';
import type { Report } from '../../src/checklist/report-document.ts';
import { fleetReporters } from '../../src/reporters/fleet.ts';
import { reporters } from '../../src/reporters/index.ts';
import { safe } from '../../src/text/safe.ts';
import { checklistOf } from '../support/checklist-of.ts';
import { allHostile, rawIn } from '../support/hostile.ts';
import { material } from '../support/report-material.ts';
import { fleetReport, type SampleProduct, sampleProducts } from '../support/sample-fleet.ts';
import { hostileFleet } from './hostile-report.ts';
import { attempt, byHand, failed, inSandbox, page, passed, reportOf, useCase } from './reports.ts';

const junit = (report: AnyReport) =>
  isFleet(report) ? fleetReporters.junit(report, material) : reporters.junit(report, material);

interface Node {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Node[];
  /** Its own text; without the line breaks between elements. */
  readonly text: string;
}

/** As a strict streaming parser reads it: it rejects what XML 1.0 forbids. */
function bySaxes(xml: string): Node {
  type Growing = { name: string; attributes: Record<string, string>; children: Growing[]; text: string };
  const root: Growing = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }: SaxesTagPlain) => {
    const node: Growing = { name, attributes, children: [], text: '' };
    open.at(-1)?.children.push(node);
    open.push(node);
  });
  parser.on('text', (text) => {
    const node = open.at(-1);
    if (node) node.text += text;
  });
  parser.on('closetag', () => {
    const node = open.pop();
    if (node && node.children.length > 0) node.text = node.text.trim();
  });
  parser.write(xml).close();
  const [document] = root.children;
  if (!document) throw new Error('no element');
  return document;
}

/** The same by another parser, which builds a DOM. */
function byXmldom(xml: string): Node {
  const onError = (level: string, message: string) => {
    if (level !== 'warning') throw new Error(message);
  };
  const read = (element: Element): Node => {
    const children = [...element.childNodes].filter((each): each is Element => each.nodeType === each.ELEMENT_NODE);
    const own = [...element.childNodes].filter((each) => each.nodeType !== each.ELEMENT_NODE);
    const text = own.map((each) => each.nodeValue ?? '').join('');
    return {
      name: element.tagName,
      attributes: Object.fromEntries([...element.attributes].map(({ name, value }) => [name, value])),
      children: children.map(read),
      text: children.length > 0 ? text.trim() : text,
    };
  };
  const { documentElement } = new DOMParser({ onError }).parseFromString(xml, 'text/xml');
  if (!documentElement) throw new Error('no element');
  return read(documentElement);
}

/** The document, which both parsers read alike. */
function read(report: AnyReport): Node {
  const xml = junit(report);
  const document = bySaxes(xml);
  expect(byXmldom(xml)).toEqual(document);
  return document;
}

const suitesIn = ({ children }: Node) => children.filter(({ name }) => name === 'testsuite');
const casesIn = ({ children }: Node) => children.filter(({ name }) => name === 'testcase');

/** `id: tag` of each step. */
function tags(report: AnyReport): readonly string[] {
  return suitesIn(read(report))
    .flatMap(casesIn)
    .map(({ attributes, children }) => `${attributes.name}: ${children.map(({ name }) => name).join(' ')}`);
}

test('is a document for a CI server', () => {
  expect(junit(reportOf(failed))).toMatchInlineSnapshot(`
    "<?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="mp-verify new-signup-7" tests="5" failures="1" errors="1" time="4.000">
      <testsuite name="new-signup" tests="5" failures="1" errors="1" skipped="0" time="4.000" timestamp="2026-11-23T09:00:00Z">
        <properties>
          <property name="verdict" value="fail"/>
          <property name="run" value="new-signup-7"/>
          <property name="product" value="Acme Notes"/>
          <property name="seller account" value="111122223333"/>
          <property name="buyer" value="444455556666"/>
          <property name="confirmed by" value="seen by the program: 3 steps, on a person&apos;s word: 1, disagreed: 0"/>
          <property name="tool" value="mp-verify 0.1.0"/>
        </properties>
        <testcase classname="prod-lp5dq7gziiuyi.new-signup" name="product" time="1.000">
          <system-out>Find the product
    The product page is found.
    Confirmed by the program, 2026-11-23 09:00 UTC</system-out>
        </testcase>
        <testcase classname="prod-lp5dq7gziiuyi.new-signup" name="before" time="1.000">
          <system-out>What the buyer has
    The buyer has no active contract.
    Confirmed by the program, 2026-11-23 09:01 UTC</system-out>
        </testcase>
        <testcase classname="prod-lp5dq7gziiuyi.new-signup" name="buy" time="1.000">
          <system-out>Buy a contract
    Confirmed by a person (kim), 2026-11-23 09:02 UTC</system-out>
        </testcase>
        <testcase classname="prod-lp5dq7gziiuyi.new-signup" name="grants" time="1.000">
          <failure type="fail" message="FAIL: AWS grants the contract: quantity: expected 10, AWS names 1.">AWS grants the contract
    quantity: expected 10, AWS names 1.
    entitlement: expected an entitlement under a new license, actual an entitlement under a new license
    quantity: expected 10, actual 1
    Confirmed by the program, 2026-11-23 09:03 UTC
    Note: Asked Lee.
    Earlier: FAIL, 2026-11-23 09:03 UTC: quantity: expected 10, AWS names 1.</failure>
        </testcase>
        <testcase classname="prod-lp5dq7gziiuyi.new-signup" name="inspect" time="0.000">
          <error type="stopped-before" message="pending: Inspect it: Not reached, because step 4 (AWS grants the contract) failed.">Inspect it
    Not reached, because step 4 (AWS grants the contract) failed.</error>
        </testcase>
      </testsuite>
    </testsuites>
    "
  `);
});

const statuses: readonly Status[] = ['pass', 'fail', 'error', 'skip', 'pending', 'not-applicable'];
const oneStep = (required: boolean) =>
  checklistOf(`\n  - { id: product, title: Find it, check: product-page, required: ${required} }`, useCase.id);
const ended = (status: Status, required: boolean) =>
  reportOf(
    status === 'pending' ? [] : [attempt('product', 0, { status, code: 'some-code', reason: 'So it is.' })],
    {},
    undefined,
    [oneStep(required)],
  );

describe('a required step', () => {
  test.each<[Status, string]>([
    ['pass', 'system-out'],
    ['fail', 'failure'],
    ['error', 'error'],
    ['skip', 'error'],
    ['pending', 'error'],
    ['not-applicable', 'skipped'],
  ])('with the status %s is %s', (status, tag) => {
    expect(tags(ended(status, true))).toEqual([`product: ${tag}`]);
  });
});

test.each(statuses)('an advisory step with the status %s turns nothing red', (status) => {
  expect(tags(ended(status, false))).toEqual([`product: ${status === 'pass' ? 'system-out' : 'skipped'}`]);
});

const anySteps = fc.array(fc.record({ status: fc.constantFrom(...statuses), required: fc.boolean() }), {
  minLength: 1,
  maxLength: 8,
});

test('there are red cases exactly where the run has not passed, and the counts are those of the elements', () => {
  fc.assert(
    fc.property(anySteps, (steps) => {
      const yaml = steps.map(
        ({ required }, i) => `\n  - { id: s-${i}, title: Step, check: product-page, required: ${required} }`,
      );
      const entries = steps.flatMap(({ status }, i) =>
        status === 'pending' ? [] : [attempt(`s-${i}`, i, { status })],
      );
      const report = reportOf(entries, {}, undefined, [checklistOf(yaml.join(''), useCase.id)]);
      const document = read(report);
      const [suite] = suitesIn(document);
      if (!suite) throw new Error('no suite');
      const found = (tag: string) =>
        casesIn(suite).filter(({ children }) => children.some(({ name }) => name === tag)).length;
      const counted = {
        tests: String(steps.length),
        failures: String(found('failure')),
        errors: String(found('error')),
      };
      expect(suite.attributes).toMatchObject({ ...counted, skipped: String(found('skipped')) });
      expect(document.attributes).toMatchObject(counted);
      expect(found('failure') + found('error') === 0).toBe(report.verdict === 'pass');
      expect(found('failure') > 0).toBe(report.verdict === 'fail');
    }),
  );
});

test('each checklist is a suite, and a case is named by ids that stay the same when titles are reworded', () => {
  const other = { ...useCase, id: 'existing-user' };
  const named = (checklists: (typeof useCase)[]) =>
    suitesIn(read(reportOf(passed, {}, undefined, checklists))).map((suite) => [
      suite.attributes.name,
      casesIn(suite).map(({ attributes }) => `${attributes.classname} ${attributes.name}`),
    ]);
  const ids = (id: string) => useCase.steps.map((step) => `${page.productId}.${id} ${step.id}`);
  expect(named([useCase, other])).toEqual([
    ['new-signup', ids('new-signup')],
    ['existing-user', ids('existing-user')],
  ]);
  const reworded = { ...useCase, title: 'New', steps: useCase.steps.map((step) => ({ ...step, title: 'New' })) };
  expect(named([reworded])).toEqual(named([useCase]));
});

test('a suite of the sandbox says so in its name', () => {
  const document = read(reportOf(passed, inSandbox));
  const names = [document, ...suitesIn(document)].map(({ attributes }) => attributes.name);
  expect(names).toEqual(['mp-verify new-signup-7 SANDBOX', 'new-signup SANDBOX']);
});

test.each([
  [0, '0.000'],
  [1, '0.001'],
  [80_000, '80.000'],
  [1e15, '1000000000000.000'],
])('the time of %i ms is %s', (durationMs, time) => {
  const document = read(reportOf([attempt('product', 0, { durationMs: 0 })]));
  const report = reportOf([attempt('product', 0, { durationMs: 0 })]);
  const [checklist] = report.checklists;
  const [step, ...steps] = checklist?.steps ?? [];
  if (!checklist || !step) throw new Error('no step');
  const long = { ...report, checklists: [{ ...checklist, steps: [{ ...step, durationMs }, ...steps] }] };
  const [suite] = suitesIn(read(long));
  expect(document.attributes.time).toBe('0.000');
  expect([suite?.attributes.time, suite && casesIn(suite)[0]?.attributes.time]).toEqual([time, time]);
});

test('holds what was found, expected and actual, notes and the operator', () => {
  const entries: Entry[] = [
    ...failed.slice(0, -1),
    attempt('inspect', 6, { ...byHand, status: 'fail', reason: 'It shows Basic.', note: 'Asked Lee.\nTwice.' }),
  ];
  const [suite] = suitesIn(read(reportOf(entries)));
  const texts = suite ? casesIn(suite).map(({ children }) => children[0]) : [];
  expect(texts[3]?.attributes.message).toBe('FAIL: AWS grants the contract: quantity: expected 10, AWS names 1.');
  expect(texts[3]?.text).toContain('\nquantity: expected 10, actual 1\n');
  expect(texts[4]?.text).toBe(
    'Inspect it\nIt shows Basic.\nConfirmed by a person (kim), 2026-11-23 09:06 UTC\nNote: Asked Lee.\n| Twice.',
  );
});

describe('any text', () => {
  /** A report in which every text that comes from outside is that one. */
  function reportWith(text: string): Report {
    const entries: Entry[] = [
      attempt('product', 0, { ...byHand, operator: text, reason: text, note: text }),
      attempt('grants', 3, { status: 'fail', code: text, reason: text, expected: { [text]: text }, actual: {} }),
    ];
    const steps = useCase.steps.map((step) => ({ ...step, title: text }));
    const product = { ...page, title: text };
    return reportOf(entries, { product, endpoint: text }, undefined, [{ ...useCase, steps }]);
  }
  const shown = (text: string) =>
    safe(text).replace(/[\ufffe\uffff]/g, (found) => `\\u${found.charCodeAt(0).toString(16)}`);

  test('comes back from both parsers, but for what XML cannot hold and what could hide something', () => {
    const unit = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.constant(allHostile));
    const anyText = fc.oneof(
      fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
      fc
        .array(fc.constantFrom('<', '>', '&', '"', "'", ']]>', '&amp;', '\n', '\t', ' ', 'true', '\ufffe', '#text'))
        .map((all) => all.join('')),
      unit,
    );
    fc.assert(
      fc.property(anyText, (text) => {
        const [suite] = suitesIn(read(reportWith(text)));
        if (!suite) throw new Error('no suite');
        const [passedCase, , , failedCase] = casesIn(suite).map(({ children }) => children[0]);
        const inLines = text.split('\n').map(shown).join('\n| ');
        expect(passedCase?.text).toBe(
          `${inLines}\n${inLines}\nConfirmed by a person (${inLines}), 2026-11-23 09:00 UTC${text === '' ? '' : `\nNote: ${inLines}`}`,
        );
        expect(failedCase?.attributes).toEqual({
          type: shown(text),
          message: `FAIL: ${shown(text)}${text === '' ? '' : `: ${shown(text)}`}`,
        });
      }),
    );
  });

  test('never holds control characters', () => {
    expect(rawIn(junit(reportWith(allHostile)).replaceAll(/^FORGED/gm, ''))).toEqual([]);
  });
});

describe('a fleet', () => {
  const suiteOf = (product: SampleProduct) => {
    const [suite] = suitesIn(read(fleetReport({ products: [product] })));
    if (!suite) throw new Error('no suite');
    return suite;
  };
  const inspect = (product: SampleProduct) => casesIn(suiteOf(product)).at(-1)?.children[0];
  const waiver = { until: '2027-01-15', reason: 'MP-412' };

  test('has a suite for each product, which says whose it is', () => {
    const document = read(fleetReport());
    expect(suitesIn(document).map(({ attributes }) => attributes.name)).toEqual([
      'prod-lp5dq7gziiuyi Acme Notes',
      'prod-4cdmx2ngkzvtw Acme CRM',
      'prod-ccc2ioqvhmpwy Acme Mail',
      'prod-w7i5q3xkylsgm',
      'prod-zmvzfhc4t3eai',
      'prod-6yokv5ulwdqno Acme Wiki',
      'prod-rl2dhpbgxswc4 Acme Maps',
      'prod-5xjtnu3ymqoae Acme Chat',
      'prod-heq6vsw3kbuza Acme Vault',
      'prod-jn4o2fcxgtdyi',
    ]);
    const properties = suitesIn(document)[2]?.children[0]?.children ?? [];
    expect(Object.fromEntries(properties.map(({ attributes }) => [attributes.name, attributes.value]))).toEqual({
      verdict: 'fail',
      run: 'regression-7',
      product: 'Acme Mail',
      account: 'main',
      'seller account': '111122223333',
      owner: 'team-mail',
      buyer: '444455556666',
      waiver: 'waived until 2027-01-15: MP-412: no test contract yet',
      tool: 'mp-verify 0.1.0',
    });
  });

  test('names a case by its product, checklist and step', () => {
    const names = (checklists: readonly string[]) => {
      const report = fleetReport({ products: [{ product: 'prod-a' }], checklists });
      return suitesIn(read(report))
        .flatMap(casesIn)
        .map(({ attributes }) => `${attributes.classname} ${attributes.name}`);
    };
    expect(names(['regression'])[0]).toBe('prod-a.regression product');
    expect(names(['one', 'two']).filter((name) => name.endsWith('product'))).toEqual([
      'prod-a.one one/product',
      'prod-a.two two/product',
    ]);
  });

  test('skips what a waiver excuses, with the waiver', () => {
    const product = { product: 'prod-a', ends: 'fail', waiver } as const;
    expect(inspect({ ...product, waived: true })).toMatchObject({
      name: 'skipped',
      attributes: {
        message:
          'FAIL: The SaaS shows the same contract: quantity: expected 10, the SaaS shows 1. (waived until 2027-01-15: MP-412)',
      },
    });
    expect(inspect({ ...product, waived: false })?.name).toBe('failure');
  });

  test.each([
    ['unknown', 'unknown-product', 'could not check: prod-a: AWS has no product prod-zmvzfhc4t3eai'],
    ['no-buyer', 'missing-buyer', 'incomplete: prod-a: The checklist regression needs a test buyer'],
    ['not-compared', 'nothing-compared', 'incomplete: Acme: mp-verify.yaml configures no contract API'],
    ['not-reached', 'product-not-reached', 'incomplete: prod-a: This product was not reached.'],
  ] as const)('has one more case for a product that was not walked or compared: %s', (ends, type, message) => {
    const [first, ...steps] = casesIn(suiteOf({ product: 'prod-a', title: 'Acme', ends }));
    expect(first).toMatchObject({
      attributes: { classname: 'prod-a', name: 'verdict' },
      children: [{ name: 'error', attributes: { type, message: expect.stringContaining(message) } }],
    });
    expect(steps.flatMap(({ children }) => children).filter(({ name }) => name === 'error')).toEqual([]);
  });

  test('has red cases exactly where it has not passed', () => {
    const ends = ['pass', 'fail', 'error', 'warning', 'not-compared', 'unknown', 'no-buyer', 'not-reached'] as const;
    const some = fc.record({ ends: fc.constantFrom(...ends), waived: fc.boolean(), withoutSaas: fc.boolean() });
    fc.assert(
      fc.property(fc.array(some, { minLength: 1, maxLength: 6 }), (all) => {
        const products = all.map((each, i) => ({ ...each, product: `prod-${i}`, waiver: each.waived ? waiver : null }));
        const report = fleetReport({ products });
        const document = read(report);
        const found = (tag: string) =>
          suitesIn(document)
            .flatMap(casesIn)
            .filter(({ children }) => children.some(({ name }) => name === tag)).length;
        const red = found('failure') + found('error');
        expect(document.attributes).toMatchObject({ failures: `${found('failure')}`, errors: `${found('error')}` });
        expect([red === 0, found('failure') > 0]).toEqual([report.verdict === 'pass', report.verdict === 'fail']);
      }),
    );
  });

  test.each([allHostile, '<a/> & ]]> "\'', '\ufffe\0'])(
    'comes back from both parsers, whatever its texts are',
    (text) => {
      const report = hostileFleet(text);
      const suites = suitesIn(read(report));
      expect(suites.map((suite) => casesIn(suite).length)).toEqual([5, 5, 7]);
      const properties = suites[2]?.children[0]?.children ?? [];
      const owner = properties.find(({ attributes }) => attributes.name === 'owner')?.attributes.value;
      expect(owner).toBe(safe(text).replaceAll('\ufffe', '\\ufffe'));
      expect(rawIn(junit(report).replaceAll(/^FORGED/gm, ''))).toEqual([]);
    },
  );

  test('in the sandbox says so in every name', () => {
    const document = read(fleetReport({ products: sampleProducts.slice(0, 1), sandbox: true }));
    const names = [document, ...suitesIn(document)].map(({ attributes }) => attributes.name);
    expect(names).toEqual(['mp-verify regression-7 SANDBOX', 'prod-lp5dq7gziiuyi Acme Notes SANDBOX']);
  });
});
