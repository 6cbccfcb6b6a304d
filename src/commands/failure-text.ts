import { InvalidFiles } from '../checklist/problems.ts';
import { CouldNotTell, Interrupted, UserError } from '../errors.ts';
import { jsonText, safe } from '../text/safe.ts';

/** What a command that ended without a result says: on stderr to people, with `--json` on stdout to programs. */
export function failureText(error: unknown, json: boolean): { readonly stdout: string; readonly stderr: string } {
  const { code, message, hint } = described(error);
  const lines = [
    ...(code === 'bug' && error instanceof Error ? (error.stack ?? '').split('\n') : headed(error, message)),
    ...(hint === null ? [] : [`  ${hint}`]),
  ];
  return {
    stdout: json ? jsonText({ schemaVersion: 1, error: { code, message, hint } }) : '',
    stderr: lines.map((line) => `${safe(line)}\n`).join(''),
  };
}

function described(error: unknown): { readonly code: string; readonly message: string; readonly hint: string | null } {
  if (error instanceof UserError || error instanceof CouldNotTell || error instanceof Interrupted) return error;
  return {
    code: 'bug',
    message: error instanceof Error ? error.message : String(error),
    hint: 'This is a bug in mp-verify. Please report it with the lines above.',
  };
}

/** Errors of files stand alone, so that editors find their places. */
function headed(error: unknown, message: string): readonly string[] {
  return error instanceof InvalidFiles ? message.split('\n') : [`error: ${message}`];
}
