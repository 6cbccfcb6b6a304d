import type { Entry, Evidence } from '../../src/checklist/entries.ts';
import type { FleetReport } from '../../src/checklist/fleet-report.ts';
import type { Report } from '../../src/checklist/report-document.ts';
import type { ReportMaterial } from '../../src/reporters/report-words.ts';
import { material } from '../support/report-material.ts';
import { fleetReport } from '../support/sample-fleet.ts';
import { attempt, inSandbox, page, reportOf, row, useCase } from './reports.ts';

/** A report in which every text that comes from outside is that one, and what a format needs beside it. */
export function hostileReport(text: string): { readonly report: Report; readonly material: ReportMaterial } {
  const sha256 = 'a'.repeat(64);
  const about = { checklist: useCase.id, at: '2026-11-23T09:05:00.000Z', operator: text } as const;
  const file: Evidence = {
    ...{ type: 'evidence', ...about, step: 'buy', name: text, sha256, bytes: 9, mediaType: 'text/plain', redacted: 0 },
  };
  const entries: Entry[] = [
    attempt('product', 0, { reason: text, output: { kind: 'product', product: { ...page, title: text } } }),
    attempt('before', 1, { status: 'not-applicable', code: 'not-configured', reason: text }),
    attempt('buy', 2, { by: 'operator', operator: text, note: text, status: 'fail', reason: text }),
    attempt('buy', 3, { by: 'operator', operator: text, note: text, reason: text }),
    attempt('grants', 4, {
      status: 'fail',
      reason: text,
      expected: { [text]: text },
      actual: { [text]: `${text}.` },
      output: { kind: 'entitlements', entitlements: [{ ...row, plan: text, dimension: text, value: text }] },
    }),
    { type: 'note', ...about, step: 'buy', text },
    ...(['text/plain', 'application/pdf', 'image/png'] as const).map((mediaType) => ({ ...file, mediaType })),
  ];
  const product = { ...page, title: text, visibility: text, url: text };
  const checklist = { ...useCase, title: text, steps: useCase.steps.map((step) => ({ ...step, title: text })) };
  const instructions = new Map(
    useCase.steps.map(({ id }) => [`${useCase.id}/${id}`, { do: [text, text], expect: text }]),
  );
  return {
    report: reportOf(entries, { ...inSandbox, product, operator: text, endpoint: text, arn: text }, undefined, [
      checklist,
    ]),
    material: { ...material, instructions, evidence: new Map([[sha256, Buffer.from(text)]]) },
  };
}

/** A fleet run like that: of a product that was walked, of one that was waived, and of one that was not reached. */
export function hostileFleet(text: string): FleetReport {
  const { run, target, tally, seen, checklists } = hostileReport(text).report;
  const waiver = { until: '2027-01-15', reason: text, ended: false };
  const named = { listedAs: text, account: text, owner: text, waiver };
  const walked = { ...named, target, tally, seen, checklists };
  const { products, ...report } = fleetReport({
    products: [
      { product: 'prod-a', ends: 'fail' },
      { product: 'prod-b', ends: 'fail', waiver, waived: true, carriedOver: true },
      { product: 'prod-c', ends: 'unknown' },
    ],
  });
  return {
    ...report,
    run: { ...report.run, operator: text, endpoint: text, sandbox: true, sittings: run.sittings },
    products: products.map((product) =>
      product.code === null ? { ...product, ...walked } : { ...product, ...named, id: text, code: text, reason: text },
    ),
  };
}
