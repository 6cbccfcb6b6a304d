import { parseDuration } from '../checklist/duration.ts';
import { InvalidFiles } from '../checklist/problems.ts';
import type { SaasBugName } from '../checklist/saas-bugs.ts';
import { parseScenario, type Scenario } from '../checklist/scenario.ts';
import { Interrupted, type Outcome, UserError } from '../errors.ts';
import type { Host } from '../ports/host.ts';
import { useCases } from './load-checklists.ts';
import { readText } from './read-text.ts';

export interface SandboxOptions {
  readonly port?: number | undefined;
  /** From a purchase until AWS grants it. */
  readonly delay?: string | undefined;
  /** Path of a YAML file. */
  readonly scenario?: string | undefined;
  readonly saasBug?: SaasBugName | undefined;
  readonly fulfillmentUrl?: string | undefined;
}

type World = Pick<Host, 'files' | 'practiceCommand' | 'signal' | 'startSandbox' | 'stdout'>;

/** Runs a local AWS Marketplace until it is stopped, and says how to reach it. */
export async function sandbox(options: SandboxOptions, host: World): Promise<Outcome> {
  const { port, delay, scenario: path, saasBug, fulfillmentUrl } = options;
  const scenario = path === undefined ? undefined : await readScenario(path, host.files);
  const { url, seller, buyers, accessKeyIds, close } = await host.startSandbox({
    ...(port === undefined ? {} : { port }),
    ...(delay === undefined ? {} : { delayMs: parseDelay(delay) }),
    ...(saasBug === undefined ? {} : { saasBug }),
    ...(fulfillmentUrl === undefined ? {} : { fulfillmentUrl }),
    // The flag goes before the file.
    ...(scenario === undefined ? {} : { scenario: delay === undefined ? scenario : { ...scenario, delays: null } }),
  });
  try {
    const print = (line: string) => host.stdout.write(`${line}\n`);
    print('# A local AWS Marketplace to practise on. It is not AWS, and forgets everything when it stops.');
    print('# Paste these lines into another terminal; mp-verify and every AWS SDK then ask it instead of AWS:');
    print(`export AWS_ENDPOINT_URL=${url}`);
    print(`export AWS_ACCESS_KEY_ID=${seller.accessKeyId}`);
    print(`export AWS_SECRET_ACCESS_KEY=${seller.secretAccessKey}`);
    // boto3 and version 1 of the AWS CLI know the second name only.
    for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION']) print(`export ${name}=us-east-1`);
    print(`# The seller is account ${seller.accountId}. Test buyers:`);
    for (const [name, buyer] of Object.entries(buyers)) {
      const isUseCase = useCases.some((id) => id === name);
      print(`#   ${buyer}  ${isUseCase ? `for mp-verify run ${name} --buyer ${buyer}` : name}`);
    }
    print('# The access key id says who asks. To ask as a buyer or, the last, as a stranger:');
    for (const [account, id] of Object.entries(accessKeyIds)) print(`#   ${account}  export AWS_ACCESS_KEY_ID=${id}`);
    for (const action of ['purchase', 'change'] as const) {
      const buyer = buyers[action === 'purchase' ? 'new-signup' : 'contract-change'];
      if (buyer) print(`#   ${action}: ${host.practiceCommand(url, action, buyer)}`);
    }
    print(`# Pages to click through: the shop ${url}/marketplace`);
    print(
      `#   ${fulfillmentUrl === undefined ? `the sample SaaS ${url}/saas/sign-in` : `buyers are sent to ${fulfillmentUrl}`}${saasBug === undefined ? '' : `, broken: ${saasBug}`}`,
    );
    print('# Ctrl+C stops it.');
    await new Promise<void>((resolve) => {
      if (host.signal.aborted) resolve();
      else host.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    return host.signal.reason instanceof Interrupted ? host.signal.reason.signal : 'bug';
  } finally {
    await close();
  }
}

function parseDelay(value: string): number {
  const ms = parseDuration(value);
  if (ms !== null) return ms;
  throw new UserError(
    'bad-duration',
    `--delay: "${value}" is not a duration.`,
    'Give a number and a unit, as in 0s, 30s or 2m.',
  );
}

async function readScenario(path: string, files: Host['files']): Promise<Scenario> {
  const source = await readText(path, files);
  if (typeof source !== 'string') throw new InvalidFiles([source]);
  const scenario = parseScenario(path, source);
  if (!('faults' in scenario)) throw new InvalidFiles(scenario);
  return scenario;
}
