import { Argument, Command, CommanderError, Help, Option } from 'commander';
import { changeable } from './checklist/entries.ts';
import {
  aboutSandbox,
  changes,
  collect,
  color,
  help,
  howToComplete,
  json,
  name,
  noInput,
  port,
  saasBug,
  shells,
  webAddress,
} from './cli-options.ts';
import { type Outcome, UserError } from './errors.ts';
import type { Host } from './ports/host.ts';

/** The command line, declared. An action loads its command only when it runs, so that `--version` is quick. */
export function buildCli(host: Host): (args: readonly string[]) => Promise<Outcome> {
  let outcome: Outcome = 'pass';
  const acts =
    <Args extends readonly unknown[]>(action: (...args: Args) => Promise<Outcome>) =>
    async (...args: Args): Promise<void> => {
      outcome = await action(...args);
    };

  const program = new Command('mp-verify')
    .description('Walks a SaaS seller through confirming an AWS Marketplace integration.')
    .version(host.version)
    .exitOverride()
    .configureOutput({ writeOut: host.stdout.write, writeErr: () => {} })
    .showSuggestionAfterError()
    // An option belongs to the command that it stands behind: `runs show RUN --json`.
    .enablePositionalOptions()
    .helpCommand(false)
    .configureHelp({
      // What may be said several times, or not at all, has no default that anybody needs to know.
      optionDescription: (option) => new Help().optionDescription(option).replace(/ ?\(default: \[\]\)/, ''),
    })
    .addHelpText('after', help);

  const command = (name: string, description: string, parent: Command = program) =>
    parent.command(name).description(description).addOption(color()).showSuggestionAfterError();
  const aws = (of: Command) =>
    of
      .option('--product <id|code|title>', 'the product, where the account has several')
      .option('--config <file>', 'what flags leave open (default: mp-verify.yaml here, if there is one)')
      .option('--profile <name>', 'AWS profile of the seller')
      .option('--buyer-profile <name>', "AWS profile of the test buyer: looks with the buyer's eyes")
      .addOption(new Option('--endpoint-url <url>', 'ask this instead of AWS').argParser(webAddress))
      .addOption(
        new Option('--sandbox', 'ask a local sandbox instead of AWS').conflicts([
          'profile',
          'buyerProfile',
          'endpointUrl',
        ]),
      )
      .addOption(json())
      .addOption(noInput());

  const walking = (of: Command) =>
    aws(of)
      .option('--buyer <[checklist=]id>', 'test buyer: AWS account id or customer identifier (repeatable)', collect, [])
      .option('--url <url>', 'URL of the product page')
      .option('--set <key=value>', 'value of an input (repeatable)', collect, [])
      .option('--answers <file>', 'YAML file that answers manual steps')
      .option('--max-wait <duration>', 'how long to wait for AWS, instead of what the checklist says: 30s, 10m')
      .option('--report <format=file>', 'write a report: json, markdown or text (repeatable)', collect, [])
      .option('--attach <step=file>', 'PNG, JPEG, PDF, text or JSON, kept with a step (repeatable)', collect, [])
      .option('--rehearse', "in a sandbox: do people's parts by program, hands-free")
      .addOption(saasBug())
      .addOption(
        new Option('--operator <name>', "your name, for the report (default: git's user.name)").argParser(name),
      );

  walking(command('run', 'walk checklists with the operator, and say what came of it'))
    .argument('[checklist...]', 'built-in id, path of a YAML file, or use-cases (all three)')
    .action(acts(async (names, options) => (await import('./commands/run.ts')).run(names, options, host)));

  walking(command('resume', 'go on with a run that has not passed'))
    .argument('[run]', 'id, the beginning of one, or a checklist (its newest run); default: the newest')
    .option('--from <step>', 'walk again from this step on: STEP, or CHECKLIST/STEP')
    .addOption(
      new Option('--accept-changed <list>', `go on though these are not as they were: ${changeable.join(', ')}`)
        .argParser(changes)
        .default([], ''),
    )
    .action(acts(async (id, options) => (await import('./commands/resume.ts')).resume(id, options, host)));

  aws(command('product-url', "print the product page's URL"))
    .option('--url <url>', 'URL of the product page, to check it and print it')
    .addOption(new Option('--all', 'of every SaaS product of the account').conflicts(['product', 'url', 'open']))
    .option('--open', 'open it in the browser')
    .action(acts(async (options) => (await import('./commands/product-url.ts')).productUrl(options, host)));

  aws(command('entitlements', 'print what AWS says a buyer is entitled to'))
    .requiredOption('--buyer <id>', 'AWS account id or customer identifier')
    .action(acts(async (options) => (await import('./commands/entitlements.ts')).entitlements(options, host)));

  aws(command('doctor', 'say whether the use cases can be checked: credentials, permissions, clock, network'))
    .option('--policy', 'print the IAM policy that mp-verify needs, and nothing else; asks nobody')
    .action(acts(async (options) => (await import('./commands/doctor.ts')).doctor(options, host)));

  command('status', 'say which use cases have passed, when, by whom; asks nobody')
    .option('--product <id|code|title>', 'one product')
    .option('--config <file>', 'names the product (default: mp-verify.yaml here, if there is one)')
    .option('--max-age <duration>', 'how old a result may be: 12h, 30d (default: 30d)')
    .addOption(json())
    .action(acts(async (options) => (await import('./commands/status.ts')).status(options, host)));

  command('report', 'print a run again')
    .argument('[run]', 'id, the beginning of one, or a checklist (its newest run); default: the newest')
    .addOption(new Option('--format <format>', 'how').choices(['json', 'markdown', 'text']).default('text'))
    .option('-o, --output <file>', 'write it there instead of on stdout')
    .addOption(new Option('--json', 'the same as --format json'))
    .action(
      acts(async (id, { json, ...options }) =>
        (await import('./commands/report.ts')).report(id, json ? { ...options, format: 'json' } : options, host),
      ),
    );

  const runs = command('runs', 'list earlier runs, the newest first')
    .option('--checklist <id>', 'those of a checklist')
    .option('--product <id|code|title>', 'those of a product')
    .addOption(
      new Option('--verdict <verdict>', 'those that ended so').choices(['pass', 'fail', 'error', 'incomplete']),
    )
    .addOption(json())
    // Before `show` an option of `show` would be lost.
    .hook('preSubcommand', (list) => {
      const early = list.options.find((option) => list.getOptionValueSource(option.attributeName()) === 'cli');
      if (early) list.error(`error: option '${early.flags}' belongs behind the command, as in: runs show RUN --json`);
    })
    .action(acts(async (options) => (await import('./commands/runs.ts')).runs(options, host)));

  command('show', 'print all that is kept of a run', runs)
    .argument('<run>', 'id, the beginning of one, or a checklist (its newest run)')
    .addOption(json())
    .action(acts(async (id, options) => (await import('./commands/runs-show.ts')).runsShow(id, options, host)));

  command('delete', 'delete runs, with notes and attached files', runs)
    .argument('<run...>', 'ids')
    .option('--yes', 'do not ask')
    .addOption(noInput())
    .action(acts(async (ids, options) => (await import('./commands/runs-delete.ts')).runsDelete(ids, options, host)));

  command('list', 'list the built-in checklists')
    .addOption(json())
    .action(acts(async (options) => (await import('./commands/list.ts')).list(options, host)));

  command('show', 'print a checklist as text')
    .argument('<id>', 'built-in id, or path of a YAML file')
    .addOption(new Option('--who <who>', "one person's part of it").choices(['seller', 'buyer', 'saas-user']))
    .addOption(json())
    .action(acts(async (name, options) => (await import('./commands/show.ts')).show(name, options, host)));

  command('validate', 'say what is wrong with checklists, with mp-verify.yaml, or with scenarios of the sandbox')
    .argument('<file...>', 'YAML files')
    .action(acts(async (paths) => (await import('./commands/validate.ts')).validate(paths, host)));

  command('copy', 'write a built-in checklist to a file, to change it there')
    .argument('<id>', 'built-in id')
    .argument('[file]', 'default: ID.yaml')
    .action(acts(async (id, file, options) => (await import('./commands/copy.ts')).copy(id, file, options, host)));

  command('schema', 'print the JSON Schema of a kind of file, for editors and CI')
    .addArgument(new Argument('<name>', 'of which').choices(['checklist', 'config', 'scenario', 'report']))
    .action(acts(async (name) => (await import('./commands/schema.ts')).schema(name, host)));

  program
    .command('completion')
    .description('print what makes a shell complete commands, options and ids at Tab')
    .addArgument(new Argument('<shell>', 'of which').choices(shells))
    .addHelpText('after', howToComplete)
    .action(acts(async (shell) => (await import('./commands/completion.ts')).completion(shell, host)));

  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .action(acts(async (words) => (await import('./commands/complete.ts')).complete(words, program, host)));

  command('init', 'write mp-verify.yaml here, asking what it needs')
    .option('--profile <name>', 'AWS profile of the seller')
    .addOption(new Option('--endpoint-url <url>', 'ask this instead of AWS').argParser(webAddress))
    .addOption(noInput())
    .action(acts(async (options) => (await import('./commands/init.ts')).init(options, host)));

  command('sandbox', 'run a local AWS Marketplace to practise on')
    .addOption(new Option('--json', 'how to reach it as one line of JSON, for programs; lists no calls'))
    .addOption(new Option('--port <number>', 'the port to listen on (default: a free one)').argParser(port))
    .option('--host <address>', 'the address to listen on, for containers: 0.0.0.0 is all (default: 127.0.0.1)')
    .addOption(
      new Option('--allow-host <name>', 'a host name to answer to, as host.docker.internal (repeatable)')
        .argParser(collect)
        .default([], ''),
    )
    .option('--quiet', 'do not list the calls that it answers on stderr')
    .addHelpText('after', aboutSandbox)
    .option('--scenario <file>', 'YAML file: products, buyers, contracts, delays and faults')
    .option('--delay <duration>', 'from a purchase until AWS grants it (default: 3s)')
    .addOption(saasBug())
    .addOption(new Option('--fulfillment-url <url>', 'your own SaaS, instead of the sample one').argParser(webAddress))
    .action(acts(async (options) => (await import('./commands/sandbox.ts')).sandbox(options, host)));

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

  /** `help run` is `run --help`. Nothing else than help may come of it. */
  function helpFor(names: readonly string[]): readonly string[] {
    if (namesOf(program, names).length === names.length) return [...names, '--help'];
    throw new UserError('usage', `There is no command "${names.join(' ')}".`, 'See: mp-verify --help');
  }

  function usageError({ message }: CommanderError, args: readonly string[]): UserError {
    const words = message.replace(/^error: /, '').replaceAll('\n', ' ');
    return new UserError('usage', words, `See: mp-verify ${[...namesOf(program, args), '--help'].join(' ')}`);
  }
}

/** The command that these arguments begin with, and the one below it: `runs`, `delete`. */
function namesOf(within: Command, [name, ...rest]: readonly string[]): readonly string[] {
  const named = within.commands.find((each) => each.name() === name);
  return named ? [named.name(), ...namesOf(named, rest)] : [];
}
