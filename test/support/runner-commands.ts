/** The workflow commands that the runner of GitHub Actions can carry out, as far as tests use them. */
const names = new Set([
  'error',
  'warning',
  'notice',
  'debug',
  'group',
  'add-mask',
  'set-env',
  'set-output',
  'stop-commands',
]);

export interface WorkflowCommand {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
}

/** The workflow commands that the runner would read in what a program prints, in either syntax. */
export function commandsIn(printed: string): readonly WorkflowCommand[] {
  return printed.split(/\r\n|\n|\r/).flatMap((line) => {
    const found = parse(line.trimStart(), /^::(.*?)::(.*)$/su, ',') ?? parse(line, /##\[(.*?)\](.*)$/su, ';');
    return found ? [found] : [];
  });
}

function parse(line: string, syntax: RegExp, separator: string): WorkflowCommand | null {
  const [, info = '', message = ''] = syntax.exec(line) ?? [];
  const [name = '', ...rest] = info.split(' ');
  if (!names.has(name)) return null;
  const pairs = rest.join(' ').split(separator).filter(Boolean);
  const properties = pairs.map((pair) => {
    const at = pair.indexOf('=');
    return [pair.slice(0, at), decoded(pair.slice(at + 1))];
  });
  return { name, properties: Object.fromEntries(properties), message: decoded(message) };
}

function decoded(text: string): string {
  return text.replace(/%(0D|0A|3A|2C|25)/g, (found) => decodeURIComponent(found));
}
