import { styleText } from 'node:util';
import type { ColorMode } from '../ports/host.ts';
import { type Paint, plainPaint } from '../text/styles.ts';

/** Returns the colors of a stream: https://no-color.org. A dumb terminal has none. */
export function paintFor(
  stream: { readonly isTTY?: boolean },
  color: ColorMode,
  env: Readonly<Record<string, string | undefined>>,
): Paint {
  const wanted = color === 'auto' ? Boolean(stream.isTTY) && !env.NO_COLOR && env.TERM !== 'dumb' : color === 'always';
  if (!wanted) return plainPaint;
  return {
    plain: (text) => text,
    bold: painter('bold'),
    dim: painter('dim'),
    good: painter('green'),
    bad: painter(['red', 'bold']),
    warn: painter('yellow'),
    accent: painter('cyan'),
  };
}

function painter(format: Parameters<typeof styleText>[0]): (text: string) => string {
  // Node would look at stdout and the environment.
  return (text) => (text === '' ? '' : styleText(format, text, { validateStream: false }));
}
