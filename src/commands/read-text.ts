import type { Problem } from '../checklist/problems.ts';
import { UserError } from '../errors.ts';
import type { Files } from '../ports/host.ts';

/** Nobody writes a checklist of more than 1 MiB. */
const maxBytes = 1024 * 1024;

/** A file's text, or why it has none. */
export async function readText(path: string, files: Files): Promise<string | Problem> {
  const problem = (message: string): Problem => ({ file: path, at: null, message });
  try {
    const bytes = await files.read(path, maxBytes);
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.trim() === '' ? problem('the file is empty') : text;
  } catch (error) {
    if (error instanceof UserError) return problem(error.message);
    if (error instanceof TypeError) return problem('the file is not UTF-8 text: save it as UTF-8');
    throw error;
  }
}
