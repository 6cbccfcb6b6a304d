import { isHeaderValue } from '../checklist/saas-addresses.ts';
import { UserError } from '../errors.ts';
import type { Host } from '../ports/host.ts';

/** Headers as they are sent: `${env.NAME}` is filled in. What the environment holds never gets to a screen. */
export function fillHeaders(
  headers: Readonly<Record<string, string>>,
  file: string,
  env: Host['env'],
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).map(([header, value]) => [
      header,
      value.replace(/\$\{env\.(\w+)\}/g, (_, name: string) => variable(name, `${file} needs it for ${header}`, env)),
    ]),
  );
}

function variable(name: string, needed: string, env: Host['env']): string {
  const value = env(name);
  const hint = `Set ${name} to what the contract API of your SaaS expects, and run the command again.`;
  if (value === null)
    throw new UserError('missing-variable', `The environment variable ${name} is not set (${needed}).`, hint);
  if (!isHeaderValue(value))
    throw new UserError(
      'bad-variable',
      `The environment variable ${name} holds a character that a header can't carry, such as a line break (${needed}).`,
      hint,
    );
  return value;
}
