import { readFile } from 'node:fs/promises';
import type { Entry } from '../../src/checklist/entries.ts';
import type { Answer, PlannedChecklist } from '../../src/checklist/model.ts';
import { unreachedReasons } from '../../src/checklist/next-step.ts';
import { parseChecklist } from '../../src/checklist/parse-checklist.ts';
import { newSitting, runState } from '../../src/checklist/run-state.ts';
import { checks } from '../../src/checks/index.ts';
import { request } from '../../src/http/request.ts';
import { connect } from '../../src/marketplace/connect.ts';
import { noSettings } from '../../src/ports/saas.ts';
import { findPage } from '../../src/product/product-page.ts';
import { remember, resolveTarget } from '../../src/product/target.ts';
import { sandboxPort } from '../../src/sandbox/sandbox-port.ts';
import type { LocalSandboxOptions } from '../../src/sandbox/start-sandbox.ts';
import type { SandboxWorld } from '../../src/sandbox/world.ts';
import { files } from '../../src/system/files.ts';
import { walk } from '../../src/walk/walk.ts';
import { openSandbox, practise, start } from '../sandbox/support.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { fastPacers } from '../support/fast-pacers.ts';
import { reportOfRun } from '../support/report-of-run.ts';
import { type Move, scriptTerminal } from '../support/script-terminal.ts';

export interface Story {
  readonly checklist: 'new-signup' | 'contract-change';
  readonly buyer?: string;
  /** Changes of the checklist's text. */
  readonly edit?: (source: string) => string;
  readonly sandbox?: LocalSandboxOptions;
  /** Before the walk begins. */
  readonly before?: (world: SandboxWorld) => void;
  /** What happens while the program waits for the purchase or the change. */
  readonly acts?: (act: Acts) => Promise<unknown>;
  /** After the first wait: what becomes of the purchase. */
  readonly afterwards?: (world: SandboxWorld) => void;
  readonly maxWait?: number;
  /** On a terminal: what the operator does. By default nobody is there, and an answers file says pass everywhere. */
  readonly moves?: readonly Move[];
}

interface Acts {
  readonly world: SandboxWorld;
  purchase(fields?: Record<string, string>): Promise<unknown>;
  change(fields?: Record<string, string>): Promise<unknown>;
}

const buyers = { 'new-signup': '444455556666', 'contract-change': '666677778888' } as const;

/** A use case, walked through the real SDK against the sandbox, while people say pass to everything. */
export async function walkedAgainst(story: Story) {
  const path = new URL(`../../checklists/${story.checklist}.yaml`, import.meta.url);
  const source = (story.edit ?? ((text) => text))(await readFile(path, 'utf8'));
  const checklist = parseChecklist('case.yaml', source, checks);
  if (!('steps' in checklist)) throw new Error(checklist.map(({ message }) => message).join('\n'));

  const clock = fakeClock(new Date(start).toISOString());
  const sandbox = await openSandbox({ now: () => clock.now().getTime(), ...story.sandbox });
  const { seller, url, world } = sandbox;
  story.before?.(world);
  const { signal } = new AbortController();
  const marketplace = await connect({ profile: null, endpointUrl: url, keys: seller, signal }, {}, fastPacers());
  const target = remember(() => resolveTarget(marketplace, 'Acme Notes', null));
  const pages = { recall: async () => new Map(), remember: async () => undefined };
  const page = remember(async () => {
    const { caller, product } = await target();
    return findPage(marketplace, pages, caller, product, null);
  });

  const buyer = story.buyer ?? buyers[story.checklist];
  const acts: Acts = {
    world,
    purchase: (fields = {}) => practise(url, 'purchase', { buyer, ...fields }),
    change: (fields = {}) => practise(url, 'change', { buyer, quantity: '20', ...fields }),
  };
  // The first time the program has to wait is when it looks for what the buyer does.
  let naps = 0;
  const host = {
    clock: {
      now: clock.now,
      async sleep(ms: number, stop: AbortSignal) {
        naps++;
        if (naps === 1) await story.acts?.(acts);
        await clock.sleep(ms, stop);
        if (naps === 1) story.afterwards?.(world);
      },
    },
    signal,
    copyText: async () => null,
    openLink: async () => undefined,
    files,
    absolute: (path: string) => path,
    sandbox: sandboxPort(new AbortController().signal),
  };
  const yes: Answer = { verdict: 'pass', note: null, by: null };
  const manual = checklist.steps.filter((step) => step.do.length > 0).map(({ id }) => [id, yes] as const);
  const answers = { answers: { [checklist.id]: Object.fromEntries(manual) }, buyers: {}, inputs: {} };
  const planned: PlannedChecklist[] = [{ checklist, buyer }];
  const terminal = scriptTerminal(story.moves ?? null);
  const run = runState([checklist], newSitting(terminal.interactive), []);
  const { entries } = run;
  const header = {
    caller: null,
    product: null,
    trouble: null,
    sandbox: true,
    endpoint: url,
    runId: 'x-1',
    resumed: null,
  };
  const rest = {
    answers,
    inputs: {},
    maxWait: story.maxWait ?? 30_000,
    expiresWithin: null,
    operator: null,
    practice: null,
    rehearsal: null,
  };
  const kept = {
    record: async (entry: Entry) => run.add(entry),
    saveFile: async () => undefined,
    confirmations: async () => Promise.reject(new Error('no runs are kept here')),
  };
  const world_ = {
    marketplace,
    buyerMarketplace: null,
    web: { request },
    settings: noSettings,
    target,
    page,
    namePage: page,
  };
  const end = await walk({ planned: () => planned, run, header, host, terminal, ...world_, ...rest, ...kept });
  const unreached = unreachedReasons(planned, run, end);
  const times = { startedAt: clock.now().toISOString(), endedAt: clock.now().toISOString(), interrupted: false };
  const facts = { id: 'x-1', operator: null, sandbox: true, endpoint: url, accountId: null, arn: null, product: null };
  const tool = { name: 'mp-verify', version: '0' } as const;
  const ran = reportOfRun({ tool, ...times, ...facts }, planned, entries, unreached);
  const steps = ran.checklists.flatMap((each) => each.steps);
  return { verdict: ran.verdict, steps, failed: steps.find(({ status }) => status === 'fail' || status === 'error') };
}
