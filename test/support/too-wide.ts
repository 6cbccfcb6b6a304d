import stringWidth from 'string-width';

/** The lines that do not fit, but for those with a web address, which must not be cut. */
export function tooWide(text: string, columns: number): readonly string[] {
  return text.split('\n').filter((line) => stringWidth(line) > columns && !line.includes('https://'));
}
