import { referencesIn } from '../checklist/references.ts';
import { UserError } from '../errors.ts';
import type { Host } from '../ports/host.ts';
import { type ApiValues, isLoopback } from '../ports/saas.ts';
import { isWebAddress } from '../text/safe.ts';

/** Returns what is wrong with the URL of a page, or null. */
export function wrongPage(text: string): string | null {
  if (!isWebAddress(text)) return 'must be a URL, such as https://app.example.com/sign-in';
  return text.includes(`\${`) ? `cannot contain "\${": references are not supported here` : null;
}

/** What `${…}` can stand for in the URL of a contract API. */
const apiReferences: readonly string[] = ['buyer', 'licence', 'product.code'] satisfies readonly (keyof ApiValues)[];

/**
 * Returns what is wrong with the URL of a contract API, or null. Its origin must not contain references, because
 * credentials are sent there.
 */
export function wrongApiUrl(text: string): string | null {
  const unknown = referencesIn(text).find((name) => !apiReferences.includes(name));
  if (unknown !== undefined)
    return `unknown reference \${${unknown}}; use ${apiReferences.map((name) => `\${${name}}`).join(', ')}`;
  const filled = (value: string) => text.replace(/\$\{[^}]*\}/g, value);
  if (filled('').includes(`\${`)) return `has "\${" without "}"`;
  const example = `https://app.example.com/contracts/\${buyer}`;
  if (!isWebAddress(filled('1'))) return `must be a URL, such as ${example}`;
  const { origin, protocol, username, password } = new URL(filled('1'));
  if (origin !== new URL(filled('2')).origin) return 'can contain references only after the host';
  if (username !== '' || password !== '') return 'must not contain a user name or password: send them in a header';
  if (protocol !== 'https:' && !isLoopback(text)) return 'must begin with https://';
  return null;
}

/** Returns what is wrong with a header value, or null. AWS credentials must never be sent to another server. */
export function wrongHeader(value: string): string | null {
  for (const name of referencesIn(value)) {
    const variable = /^env\.([A-Za-z_]\w*)$/.exec(name)?.[1];
    if (variable === undefined) return `unknown reference \${${name}}; a header can contain only \${env.NAME}`;
    if (/^aws_/i.test(variable)) return `\${${name}} is an AWS variable, which mp-verify never sends to another server`;
  }
  if (value.replace(/\$\{[^}]*\}/g, '').includes(`\${`)) return `has "\${" without "}"`;
  // Allowed characters: https://www.rfc-editor.org/rfc/rfc9110#name-field-values
  return isHeaderValue(value) ? null : 'has characters that are not allowed in a header';
}

function isHeaderValue(value: string): boolean {
  return /^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(value);
}

/** Returns the headers with `${env.NAME}` replaced. Messages never contain the values. */
export function fillHeaders(
  headers: Readonly<Record<string, string>>,
  file: string,
  env: Host['env'],
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).map(([header, value]) => [
      header,
      value.replace(/\$\{env\.(\w+)\}/g, (_, name: string) => variable(name, `${file} uses it in ${header}`, env)),
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
      `The environment variable ${name} contains a character that is not allowed in a header, such as a line break (${needed}).`,
      hint,
    );
  return value;
}
