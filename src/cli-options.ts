import { InvalidArgumentError, Option } from 'commander';
import { type Changeable, changeable } from './checklist/entries.ts';
import { saasBugs } from './ports/sandbox.ts';
import { isWebAddress } from './text/safe.ts';

/** Options that several commands share. */
export const options = {
  color: () => new Option('--color <when>', 'Use colors').choices(['auto', 'always', 'never']).default('auto'),
  json: () => new Option('--json', 'Print one JSON document on stdout'),
  noInput: () => new Option('--no-input', 'Never prompt'),
  config: () => new Option('--config <file>', 'Config file (default: mp-verify.yaml, here or above)'),
  store: () => new Option('--store <url>', 'Shared store of runs: s3://BUCKET/PREFIX, or local'),
  product: () => new Option('--product <id|code|title>', 'Product, if the account has several'),
  profile: () => new Option('--profile <name>', 'AWS profile of the seller'),
  endpointUrl: () => new Option('--endpoint-url <url>', 'Call this URL instead of AWS').argParser(webAddress),
  saasBug: () => new Option('--saas-bug <name>', 'Add a typical integration bug to the sample SaaS').choices(saasBugs),
};

/** Argument of commands that read a saved run. */
export const runArgument = 'Run ID, unique prefix, or checklist (its newest run)';

/** The shells that `completion` has a script for. */
export const shells = ['bash', 'zsh', 'fish'] as const;

export function parseAcceptChanged(value: string, before: readonly Changeable[]): readonly Changeable[] {
  const named = value.split(',').map((each) => {
    const known = changeable.find((name) => name === each.trim());
    if (known === undefined)
      throw new InvalidArgumentError(`Use one or more of ${changeable.join(', ')}, separated by commas.`);
    return known;
  });
  return [...before, ...named];
}

export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

export function name(value: string): string {
  if (value.trim() !== '') return value.trim();
  throw new InvalidArgumentError('It is empty. Specify a name, or omit it.');
}

export function wholeNumber(value: string): number {
  if (/^[1-9]\d{0,8}$/.test(value)) return Number(value);
  throw new InvalidArgumentError('It is not a whole number above 0.');
}

export function port(value: string): number {
  const number = Number(value);
  if (/^\d+$/.test(value) && number <= 65_535) return number;
  throw new InvalidArgumentError('It is not a port. Use a whole number from 0 to 65535.');
}

export function webAddress(value: string): string {
  if (isWebAddress(value)) return value;
  throw new InvalidArgumentError('It is not a URL that starts with https:// or http://.');
}

/** Examples below the help of a command, without the program's name. */
const examples: Readonly<Record<string, readonly string[]>> = {
  run: [
    'run new-signup --sandbox',
    'run use-cases --buyer new-signup=444455556666 --buyer existing-user=555566667777',
    'run ./my.yaml --answers answers.yaml --no-input --report json=report.json',
  ],
  resume: [
    'resume',
    'resume new-signup-7 --from sign-up-page',
    'resume new-signup-7 --attach sign-up-page=screenshot.png',
  ],
  'product-url': [
    'product-url --profile mp-seller',
    'product-url --product "Acme Notes" --open',
    'product-url --all --json',
  ],
  entitlements: ['entitlements --buyer 444455556666', 'entitlements --buyer 4444-5555-6666 --json'],
  doctor: ['doctor --profile mp-seller', 'doctor --policy > policy.json'],
  status: ['status', 'status --product "Acme Notes" --max-age 7d --json', 'status --all --format html --open'],
  report: [
    'report',
    'report --format html --open',
    'report new-signup-7 --format markdown --output report.md',
    'report --format junit --output mp-verify.xml',
    'report new-signup-7 --redact --output report.txt',
  ],
  runs: ['runs', 'runs --verdict fail --json', 'runs show new-signup-7'],
  'runs show': ['runs show new-signup-7', 'runs show new-signup --json'],
  'runs compare': ['runs compare new-signup-7 new-signup-8', 'runs compare new-signup-7 new-signup --json'],
  'runs delete': ['runs delete new-signup-7', 'runs delete new-signup-7 new-signup-8 --yes'],
  'runs push': ['runs push new-signup-7', 'runs push --all --store s3://acme-verify/prod'],
  'runs prune': ['runs prune --older-than 90d'],
  list: ['list', 'list --json'],
  show: ['show new-signup', 'show contract-change --who buyer'],
  validate: ['validate mp-verify.yaml', 'validate ./my.yaml ./scenario.yaml'],
  copy: ['copy new-signup', 'copy contract-change ./checklists/upgrade.yaml'],
  schema: ['schema checklist > checklist.schema.json', 'schema report'],
  init: ['init', 'init --profile mp-seller', 'init --all --profile mp-seller'],
  sandbox: ['sandbox', 'sandbox --port 4571 --scenario ./scenario.yaml', 'sandbox --saas-bug wrong-plan --delay 30s'],
};

const variables = {
  aws: [
    ['AWS_PROFILE', 'AWS profile of the seller, if --profile is not set'],
    ['AWS_ENDPOINT_URL', 'URL to call instead of AWS'],
    ['AWS_ENDPOINT_URL_<SERVICE>', 'The same for one service, such as STS'],
  ],
  state: [
    ['MP_VERIFY_STORE', 'Shared store of runs, if --store is not set'],
    ['MP_VERIFY_STATE_DIR', 'Folder where runs are saved'],
    ['XDG_STATE_HOME', 'Default parent of that folder'],
  ],
  color: [['NO_COLOR', 'Turn off colors']],
} as const;

const readsAws = ['run', 'resume', 'product-url', 'entitlements', 'doctor', 'init'];
const readsState = [
  ...['run', 'resume', 'status', 'report', 'runs', 'runs show', 'runs compare', 'runs delete'],
  ...['runs push', 'runs prune'],
];

function environment(rows: readonly (readonly [string, string])[]): string {
  return `\nEnvironment variables:\n${rows.map(([name, words]) => `  ${name.padEnd(28)}${words}\n`).join('')}`;
}

/** Returns the text below the options of a command, such as `run` or `runs show`. At most 80 columns. */
export function helpBelow(command: string): string {
  const lines = examples[command] ?? [];
  const rows = [
    ...(readsAws.includes(command) ? variables.aws : []),
    ...(readsState.includes(command) ? variables.state : []),
  ];
  return [
    about[command] ?? '',
    lines.length === 0 ? '' : `\nExamples:\n${lines.map(wrapped).join('')}`,
    rows.length === 0 ? '' : environment(rows),
  ]
    .join('')
    .trimEnd();
}

/** Breaks a long command as a shell accepts it. */
function wrapped(line: string): string {
  const whole = `  mp-verify ${line}\n`;
  if (whole.length <= 80) return whole;
  const at = whole.lastIndexOf(' --', 76);
  return `${whole.slice(0, at)} \\\n     ${whole.slice(at)}`;
}

const about: Readonly<Record<string, string>> = {
  'runs compare': `
Something is worse if a required step passed in A, and in B it does not pass,
does not apply, is gone, or has weaker proof: a person's word instead of the
program, a rehearsal instead of a person, a sandbox instead of AWS. A step that
did not apply is worse if it fails now, or is open.
Advisory steps and new steps do not count.

Exit codes: 0 nothing is worse, 1 something is worse, 2 different checklists
`,
  sandbox: `
Prints variables that point AWS SDKs to the sandbox, for Marketplace and STS
only. The JavaScript SDK v2, the Go SDK v1 and the AWS CLI before 2.13 ignore
them and call AWS: set the endpoint in code, or with --endpoint-url.
The sandbox sends no events (EventBridge, SNS). It lists its API calls on
stderr, and on its page /sandbox/calls.
`,
  completion: `
bash: add to ~/.bashrc
        source <(mp-verify completion bash)
zsh:  add to ~/.zshrc, after compinit
        source <(mp-verify completion zsh)
fish: run once
        mp-verify completion fish > ~/.config/fish/completions/mp-verify.fish
`,
};

/** The text below the help of the program. */
export const programHelp = `
Start here: mp-verify run new-signup --sandbox
Exit codes: 0 pass, 1 fail, 2 invalid command, 3 incomplete, 4 could not check

Examples:
  mp-verify run new-signup --sandbox    Practice without an AWS account
  mp-verify doctor --profile mp-seller  Check credentials and permissions
  mp-verify run use-cases               Confirm the three use cases on AWS
${environment([...variables.aws, ...variables.state, ...variables.color])}`;
