import { Argument, Command, CommanderError, Help, Option } from 'commander';
import { changeable } from './checklist/entries.ts';
import { repeatingFlags } from './checklist/printed-command.ts';
import {
  collect,
  helpBelow,
  name,
  options,
  parseAcceptChanged,
  port,
  programHelp,
  runArgument,
  shells,
  webAddress,
  wholeNumber,
} from './cli-options.ts';
import type { ConfigOptions } from './config/load-config.ts';
import { type Outcome, UserError } from './errors.ts';
import type { Program } from './ports/host.ts';
import { reportFormats, statusFormats } from './reporters/formats.ts';
import { shellWord } from './text/safe.ts';

/** `json, markdown or text` */
const formatWords = reportFormats.join(', ').replace(/, (\w+)$/, ' or $1');

/** Returns the flags that chose the store and the configuration. `options` are those of any command. */
function storeFlags(options: unknown): string {
  const { config, store } = options as { readonly config?: unknown; readonly store?: unknown };
  return Object.entries({ config, store })
    .flatMap(([name, value]) => (typeof value === 'string' ? `--${name} ${shellWord(value)}` : []))
    .join(' ');
}

/** Declares the command line. An action imports its command only when it runs, so that `--version` is quick. */
export function buildCli(host: Program): (args: readonly string[]) => Promise<Outcome> {
  let outcome: Outcome = 'pass';
  const acts =
    <Args extends readonly unknown[]>(action: (...args: Args) => Promise<Outcome>) =>
    async (...args: Args): Promise<void> => {
      // Commander passes the options, then the command.
      outcome = await repeatingFlags(storeFlags(args.at(-2)), () => action(...args));
    };

  /** The host of a command that uses saved runs. */
  const onStore = async (flags: ConfigOptions) => (await import('./config/load-config.ts')).withStore(flags, host);

  const program = new Command('mp-verify')
    .description('Confirm that your SaaS product works with AWS Marketplace, step by step.')
    .version(host.version, '-V, --version', 'Print the version')
    .helpOption('-h, --help', 'Show this help')
    .exitOverride()
    .configureOutput({ writeOut: host.stdout.write, writeErr: () => {} })
    .showSuggestionAfterError()
    // Options belong to the command before them: `runs show RUN --json`.
    .enablePositionalOptions()
    .helpCommand(false)
    .configureHelp({
      // "(default: [])" of a repeatable option says nothing.
      optionDescription: (option) => new Help().optionDescription(option).replace(/ ?\(default: \[\]\)/, ''),
    })
    .addHelpText('after', programHelp);

  const command = (name: string, description: string, parent: Command = program) =>
    parent
      .command(name)
      .description(description)
      .addOption(options.color())
      .showSuggestionAfterError()
      .addHelpText('after', helpBelow(parent === program ? name : `${parent.name()} ${name}`));
  const aws = (of: Command, product = options.product()) =>
    of
      .addOption(product)
      .addOption(options.config())
      .addOption(options.profile())
      .option('--buyer-profile <name>', 'AWS profile of the test buyer, for checks as the buyer')
      .addOption(options.endpointUrl())
      .addOption(
        new Option('--sandbox', 'Use a local sandbox instead of AWS').conflicts([
          'profile',
          'buyerProfile',
          'endpointUrl',
        ]),
      )
      .addOption(options.json())
      .addOption(options.noInput());

  const stored = (of: Command) => of.addOption(options.store());
  const walking = (of: Command, product = options.product()) =>
    stored(aws(of, product))
      .option('--buyer <[checklist=]id>', 'Test buyer: AWS account ID or customer identifier (repeatable)', collect, [])
      .option('--url <url>', 'URL of the product page')
      .option('--set <key=value>', 'Value of an input (repeatable)', collect, [])
      .option('--answers <file>', 'YAML file with answers to manual steps')
      .option('--max-wait <duration>', 'Maximum wait for AWS, such as 10m (overrides the checklist)')
      .option('--expires-within <duration>', 'regression: warn if the contract ends within this time (default: 30d)')
      .option('--report <format=file>', `Write a report: ${formatWords} (repeatable)`, collect, [])
      .option('--attach <step=file>', 'Attach a PNG, JPEG, PDF, text or JSON file (repeatable)', collect, [])
      .option('--quiet', 'Print only the result, warnings and errors; never prompt, like --no-input')
      .option('--no-github', 'In GitHub Actions: no job summary, no annotations')
      .option('--rehearse', 'In a sandbox: do all manual steps automatically')
      .addOption(options.saasBug())
      .addOption(
        new Option('--operator <name>', "Your name, for the report (default: git's user.name)").argParser(name),
      );

  const maxParallel = (act: string) =>
    new Option('--max-parallel <number>', `${act} this many products at a time (default: 50)`).argParser(wholeNumber);
  const products = new Option(
    '--product <id|code|title>',
    'Product, if the account has several (with --all: repeatable)',
  );
  walking(command('run', 'Run checklists interactively and report the result'), products.argParser(collect))
    .argument('[checklist...]', 'Built-in ID, path of a YAML file, or use-cases (all three)')
    .addOption(
      new Option('--all', 'Check every product that mp-verify.yaml lists, or those of --product').conflicts([
        ...['url', 'attach', 'answers', 'rehearse', 'saasBug'],
      ]),
    )
    .addOption(maxParallel('With --all: check'))
    .action(
      acts(async (names, flags) => {
        const { run, runOptions } = await import('./commands/run.ts');
        const typed = runOptions(flags);
        return run(names, typed, await onStore(typed));
      }),
    );

  walking(command('resume', 'Continue a run that has not passed'))
    .argument('[run]', `${runArgument}; default: the newest run that has not passed`)
    .addOption(maxParallel('A run of --all: check'))
    .option('--from <step>', 'Start over from this step: STEP or CHECKLIST/STEP')
    .option('--take-over', 'In a shared store: continue a run that another process has in use')
    .addOption(
      new Option('--accept-changed <list>', `Resume although these have changed: ${changeable.join(', ')}`)
        .argParser(parseAcceptChanged)
        .default([], ''),
    )
    .action(acts(async (id, flags) => (await import('./commands/resume.ts')).resume(id, flags, await onStore(flags))));

  aws(command('product-url', 'Print the URL of the product page'))
    .option('--url <url>', 'Check this URL and print it')
    .addOption(new Option('--all', 'List every SaaS product of the account').conflicts(['product', 'url', 'open']))
    .option('--refresh', 'With --all: ask AWS again for URLs found earlier')
    .option('--open', 'Open the page in the browser')
    .action(acts(async (flags) => (await import('./commands/product-url.ts')).productUrl(flags, await onStore(flags))));

  aws(command('entitlements', "Print a buyer's entitlements, as AWS returns them"))
    .requiredOption('--buyer <id>', 'AWS account ID or customer identifier')
    .action(
      acts(async (flags) => (await import('./commands/entitlements.ts')).entitlements(flags, await onStore(flags))),
    );

  stored(aws(command('doctor', 'Check credentials, permissions, clock and network')))
    .option('--policy', 'Print the IAM policy that mp-verify needs, and nothing else (offline)')
    .action(acts(async (flags) => (await import('./commands/doctor.ts')).doctor(flags, await onStore(flags))));

  stored(command('status', 'Show which use cases have passed, when, and by whom (only reads saved runs)'))
    .option('--all', 'Show every product of mp-verify.yaml')
    .option('--product <id|code|title>', 'Only this product (repeatable with --all)', collect, [])
    .addOption(options.config())
    .option('--max-age <duration>', 'Oldest result that counts, such as 12h or 30d (default: 30d)')
    .addOption(new Option('--format <format>', 'Format; html needs --all').choices(statusFormats).default('text'))
    .option('-o, --output <file>', 'Write to this file instead of stdout')
    .option('--open', 'Open it in the browser (html only)')
    .addOption(new Option('--json', 'Same as --format json'))
    .action(
      acts(async ({ json, ...flags }) => {
        const given = json ? { ...flags, format: 'json' as const } : flags;
        const store = await onStore({ ...flags, product: undefined });
        if (flags.all) return (await import('./commands/status-all.ts')).statusAll(given, store);
        return (await import('./commands/status.ts')).status(given, store);
      }),
    );

  stored(command('report', 'Print the report of a run'))
    .addOption(options.config())
    .argument('[run]', `${runArgument}; default: the newest run`)
    .addOption(new Option('--format <format>', 'Format').choices(reportFormats).default('text'))
    .option('-o, --output <file>', 'Write to this file instead of stdout')
    .option('--open', 'Open it in the browser (html only)')
    .option('--redact', 'Replace IDs and names with placeholders; leave out notes and attached files')
    .addOption(new Option('--json', 'Same as --format json'))
    .action(
      acts(async (id, { json, ...flags }) =>
        (await import('./commands/report.ts')).report(
          id,
          json ? { ...flags, format: 'json' } : flags,
          await onStore(flags),
        ),
      ),
    );

  const runs = stored(command('runs', 'List earlier runs, newest first'))
    .addOption(options.config())
    .option('--checklist <id>', 'Only runs of this checklist')
    .option('--product <id|code|title>', 'Only runs of this product')
    .addOption(
      new Option('--limit <number>', 'Show at most this many (default: 50 from a shared store)').argParser(wholeNumber),
    )
    .addOption(
      new Option('--verdict <verdict>', 'Only runs with this verdict').choices(['pass', 'fail', 'error', 'incomplete']),
    )
    .addOption(options.json())
    // Otherwise commander would ignore an option of `show` here.
    .hook('preSubcommand', (list) => {
      const early = list.options.find((option) => list.getOptionValueSource(option.attributeName()) === 'cli');
      if (early) list.error(`error: put option '${early.flags}' after the command, such as: runs show RUN --json`);
    })
    .action(acts(async (flags) => (await import('./commands/runs.ts')).runs(flags, await onStore(flags))));

  stored(command('show', 'Print everything that is saved about a run', runs))
    .addOption(options.config())
    .argument('<run>', runArgument)
    .addOption(options.json())
    .action(
      acts(async (id, flags) => (await import('./commands/runs-show.ts')).runsShow(id, flags, await onStore(flags))),
    );

  stored(command('compare', 'Compare two runs of the same checklists, step by step', runs))
    .addOption(options.config())
    .addArgument(new Argument('<a>', runArgument))
    .addArgument(new Argument('<b>', 'The run to compare with it'))
    .addOption(options.json())
    .action(
      acts(async (a, b, flags) =>
        (await import('./commands/runs-compare.ts')).runsCompare(a, b, flags, await onStore(flags)),
      ),
    );

  stored(command('delete', 'Delete runs, with their notes and attached files', runs))
    .addOption(options.config())
    .argument('<run...>', 'Run IDs')
    .option('--yes', 'Delete without confirmation')
    .addOption(options.noInput())
    .action(
      acts(async (ids, flags) => (await import('./commands/runs.ts')).runsDelete(ids, flags, await onStore(flags))),
    );

  stored(command('push', 'Copy runs of this machine into the shared store', runs))
    .addOption(options.config())
    .argument('[run...]', 'Run IDs')
    .option('--all', 'Every run that is not in a sandbox')
    .action(
      acts(async (ids, flags) =>
        (await import('./commands/runs-push.ts')).runsPush(ids, flags, await onStore(flags), host.openStore(null)),
      ),
    );

  stored(command('prune', 'List old runs, and say how to remove them; deletes nothing', runs))
    .addOption(options.config())
    .requiredOption('--older-than <duration>', 'Such as 90d')
    .action(acts(async (flags) => (await import('./commands/runs-prune.ts')).runsPrune(flags, await onStore(flags))));

  command('list', 'List the built-in checklists')
    .addOption(options.json())
    .action(acts(async (flags) => (await import('./commands/checklists.ts')).list(flags, host)));

  command('show', 'Print a checklist as text')
    .argument('<id>', 'Built-in ID, or path of a YAML file')
    .addOption(new Option('--who <who>', "Only this person's steps").choices(['seller', 'buyer', 'saas-user']))
    .addOption(options.json())
    .action(acts(async (name, flags) => (await import('./commands/show.ts')).show(name, flags, host)));

  command('validate', 'Check checklists, mp-verify.yaml and sandbox scenarios for mistakes')
    .argument('<file...>', 'YAML files')
    .action(acts(async (paths) => (await import('./commands/formats.ts')).validate(paths, host)));

  command('copy', 'Copy a built-in checklist to a file that you can edit')
    .argument('<id>', 'Built-in ID')
    .argument('[file]', 'File to write; default: ID.yaml')
    .action(acts(async (id, file, flags) => (await import('./commands/checklists.ts')).copy(id, file, flags, host)));

  command('schema', 'Print the JSON Schema of a file format')
    .addArgument(
      new Argument('<name>', 'File format').choices([
        'checklist',
        'config',
        'scenario',
        'report',
        'fleet',
        'comparison',
      ]),
    )
    .action(acts(async (name) => (await import('./commands/formats.ts')).schema(name, host)));

  program
    .command('completion')
    .description('Print the completion script for a shell')
    .addArgument(new Argument('<shell>', 'Shell').choices(shells))
    .addHelpText('after', helpBelow('completion'))
    .action(acts(async (shell) => (await import('./commands/completion.ts')).completion(shell, host)));

  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .action(
      acts(async (words) => (await import('./commands/completion.ts')).complete(words, program, await onStore({}))),
    );

  command('init', 'Create mp-verify.yaml in the working directory')
    .addOption(options.profile())
    .addOption(options.endpointUrl())
    .addOption(options.noInput())
    .option('--all', 'List every SaaS product of the account in it, for run --all; asks nothing')
    .action(
      acts(async (flags) => {
        if (flags.all) return (await import('./commands/init-all.ts')).initAll(flags, host);
        return (await import('./commands/init.ts')).init(flags, host);
      }),
    );

  command('sandbox', 'Run a local AWS Marketplace for practice and development')
    .addOption(new Option('--json', 'Print the connection details as one line of JSON; do not list calls'))
    .addOption(new Option('--port <number>', 'Port to listen on (default: a free port)').argParser(port))
    .option('--host <address>', 'Address to listen on; for containers: 0.0.0.0 (default: 127.0.0.1)')
    .addOption(
      new Option('--allow-host <name>', 'Additional host name to accept, such as host.docker.internal (repeatable)')
        .argParser(collect)
        .default([], ''),
    )
    .option('--quiet', 'Do not list API calls on stderr')
    .option('--scenario <file>', 'YAML file with products, buyers, contracts, delays and faults')
    .option('--delay <duration>', 'Time from a purchase until AWS grants it (default: 3s)')
    .addOption(options.saasBug())
    .addOption(
      new Option('--fulfillment-url <url>', 'Fulfillment URL of your SaaS, instead of the sample SaaS').argParser(
        webAddress,
      ),
    )
    .action(acts(async (flags) => (await import('./commands/sandbox.ts')).sandbox(flags, host)));

  return async (args) => {
    if (args.length === 0) {
      const { interactive } = await host.openTerminal({ input: true, color: 'auto' });
      if (interactive) return (await import('./commands/home.ts')).home(host);
      program.outputHelp();
      return outcome;
    }
    try {
      await program.parseAsync(args[0] === 'help' ? helpFor(args.slice(1)) : args, { from: 'user' });
    } catch (error) {
      if (!(error instanceof CommanderError)) throw error;
      if (error.exitCode !== 0) throw usageError(error, args);
    }
    return outcome;
  };

  /** Treats `help run` as `run --help`. It can only print help. */
  function helpFor(names: readonly string[]): readonly string[] {
    if (namesOf(program, names).length === names.length) return [...names, '--help'];
    throw new UserError('usage', `There is no command "${names.join(' ')}".`, 'See: mp-verify --help');
  }

  function usageError({ message }: CommanderError, args: readonly string[]): UserError {
    const words = message.replace(/^error: /, '').replaceAll('\n', ' ');
    return new UserError('usage', words, `See: mp-verify ${[...namesOf(program, args), '--help'].join(' ')}`);
  }
}

/** Returns the names of the command that these arguments start with, such as `runs` and `delete`. */
function namesOf(within: Command, [name, ...rest]: readonly string[]): readonly string[] {
  const named = within.commands.find((each) => each.name() === name);
  return named ? [named.name(), ...namesOf(named, rest)] : [];
}
