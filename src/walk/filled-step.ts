import type { Output, Step } from '../checklist/model.ts';
import { fillIn, fillInAll } from '../checklist/references.ts';
import { standing } from '../checklist/standing.ts';
import { inSandbox, outputInSandbox, sandboxPage } from '../text/sandbox-address.ts';
import type { Place, WalkContext } from './context.ts';
import { sandboxOf, valuesFor } from './values.ts';

/** A step with every `${…}` filled in and with what it shows. */
export interface FilledStep extends Step {
  /** What an earlier step found, for `show:`; null where there is nothing to show. */
  readonly shown: Output | null;
}

/** The shop of a sandbox must know who was sent there: it has one sign-in for all test buyers. */
function forBuyer(url: string | null, { who }: Step, { planned }: Place, { practice, marketplace }: WalkContext) {
  const inShop = practice !== null && url?.startsWith(`${marketplace.endpoint}/marketplace/`);
  if (!inShop || url === null || who === 'seller' || planned.buyer === null) return url;
  return `${url}${url.includes('?') ? '&' : '?'}buyer=${encodeURIComponent(planned.buyer)}`;
}

function linkIn(url: string | null, sandbox: string | null): string | null {
  return sandboxPage(url, sandbox) ?? url;
}

export async function fillStep(
  step: Step,
  place: Place,
  context: WalkContext,
  /** `known`: for what is shown afterwards, nobody is asked anything more. */
  ask: 'known' | 'ask' = 'ask',
): Promise<FilledStep> {
  const { title, do: does, open, expect, ifItFails, check } = step;
  const fields = Object.values(check?.fields ?? {}).filter((field) => typeof field === 'string');
  const texts = [title, ...does, open, expect, ifItFails, ...fields].filter((text) => text !== null);
  const values = await valuesFor(texts, place, {
    ...context,
    page: (asks = true) => context.page(asks && ask === 'ask'),
  });
  const sandbox = sandboxOf(context);
  const shown = step.show === null ? null : standing(place.planned.checklist, context.entries).current.get(step.show);
  const filled = (text: string) => inSandbox(fillIn(text, values), sandbox);
  return {
    ...step,
    title: filled(title),
    do: does.map(filled),
    open: open === null ? null : forBuyer(linkIn(fillInAll(open, values), sandbox), step, place, context),
    expect: expect && filled(expect),
    ifItFails: ifItFails && filled(ifItFails),
    check: check && {
      ...check,
      fields: Object.fromEntries(
        Object.entries(check.fields).map(([key, field]) => [
          key,
          typeof field === 'string' ? fillIn(field, values) : field,
        ]),
      ),
    },
    shown: shown?.output ? outputInSandbox(shown.output, sandbox) : null,
  };
}
