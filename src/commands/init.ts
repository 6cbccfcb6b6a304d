import { askConfig, configText, emptyDraft, wrongProfile } from '../config/init-config.ts';
import { configName as name } from '../config/load-config.ts';
import { type Outcome, UserError } from '../errors.ts';
import type { ColorMode, Host } from '../ports/host.ts';
import { block } from '../text/block.ts';

export interface InitOptions {
  readonly profile?: string | undefined;
  readonly endpointUrl?: string | undefined;
  readonly input: boolean;
  readonly color: ColorMode;
}

/** Creates mp-verify.yaml: asks for its values on a terminal, otherwise writes a template. Never overwrites a file. */
export async function init(options: InitOptions, host: Host): Promise<Outcome> {
  if (await host.files.exists(name)) throw isHere();
  const terminal = await host.openTerminal(options);
  const wrong = options.profile === undefined ? null : wrongProfile(options.profile, await host.profiles());
  if (wrong !== null) terminal.write(block(terminal.styles(), { body: wrong }));
  const draft = terminal.interactive
    ? await askConfig(options, host, terminal)
    : { ...emptyDraft, profile: options.profile ?? null };
  await host.files.create(name, configText(draft));

  const what = terminal.interactive
    ? `Created ${name}. Review it, then: mp-verify run new-signup`
    : `Created ${name} from a template. Remove a "#" to use a line.`;
  host.stdout.write(block(host.stdout.styles(options.color), { body: what }));
  return 'pass';
}

function isHere(): UserError {
  return new UserError(
    'file-exists',
    `${name} already exists, and was not changed.`,
    `Edit it, then check it: mp-verify validate ${name}. Or move it, and run mp-verify init again.`,
  );
}
