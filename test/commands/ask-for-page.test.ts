import { describe, expect, test } from 'vitest';
import { at } from '../support/script-terminal.ts';
import { documentOf, openMachine, stepWords } from './machine.ts';

const run = 'run contract-change --buyer 666677778888 --json';
const url = 'https://aws.amazon.com/marketplace/pp/prodview-3xw4sjqv2pb22';

/** The Discovery API tells nobody the page. */
const open = () => openMachine({ fault: (action) => (action === 'GetProduct' ? 'access-denied' : null) });

describe('a product page that nobody could name', () => {
  test('is asked for: what is pasted is the page of this run, and of the next', async () => {
    const machine = await open();
    const first = await machine.run(run, ['p', { line: url }, at('page').press('q')]);
    expect(first.questions.slice(0, 2)).toEqual(['p/g/q', 'line: Product page URL:']);
    expect(documentOf(first).target.product).toMatchObject({ url, urlSource: 'operator' });
    const next = await machine.run(run, ['n', at('page').press('q')]);
    expect(documentOf(next).target.product).toMatchObject({ url, urlSource: 'operator' });
  });

  test('is asked for when the question of a step is over, not in the middle of it', async () => {
    const machine = await open();
    await machine.write(
      'mine.yaml',
      'version: 1\nid: mine\ntitle: Mine\nsteps:\n  - { id: page, title: Look, do: Look., check: product-page }\n',
    );
    const ended = await machine.run('run ./mine.yaml --json', ['p', 'p', { line: url }, 'q']);
    expect(ended.questions).toEqual(['p/f/s/n/c/q', 'p/g/q', 'line: Product page URL:', 'n/b/q']);
    expect(ended.stderr.indexOf('URL of the product page?')).toBeGreaterThan(ended.stderr.indexOf('Look.'));
    expect(stepWords(documentOf(ended))).toBe('page pass');
  });

  test('can be gone on without, and whoever thinks better of pasting it is asked again', async () => {
    const machine = await open();
    const ended = await machine.run(run, ['p', { line: null }, 'g', at('page').press('q')]);
    expect(documentOf(ended).target.product).toMatchObject({ url: null, urlSource: null });
    expect(stepWords(documentOf(ended))).toMatch(/^product pass, /);
  });

  test('is a place to quit at like any other: nothing is said of the step, and the run goes on from there', async () => {
    const machine = await open();
    const ended = await machine.run(run, ['q']);
    expect(ended).toMatchObject({ outcome: 'incomplete' });
    const report = documentOf(ended);
    expect(stepWords(report)).toMatch(/^product pending, /);
    expect(report.checklists[0]?.steps[0]?.code).toBe('operator-quit');
    expect(report.run.resume).toBe('mp-verify resume contract-change-1');
    const again = await machine.run('resume --json', ['p', { line: url }, at('page').press('q')]);
    expect(documentOf(again).target.product).toMatchObject({ url });
  });
});
