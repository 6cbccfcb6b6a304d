import stringWidth from 'string-width';

/** Returns the lines that do not fit, except those with a web address, which must not be cut. */
export function tooWide(text: string, columns: number): readonly string[] {
  return text.split('\n').filter((line) => stringWidth(line) > columns && !line.includes('https://'));
}
