import { Chalk } from 'chalk';
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
  const chalk = new Chalk({ level: 1 });
  return {
    plain: (text) => text,
    bold: (text) => chalk.bold(text),
    dim: (text) => chalk.dim(text),
    good: (text) => chalk.green(text),
    bad: (text) => chalk.red.bold(text),
    warn: (text) => chalk.yellow(text),
    accent: (text) => chalk.cyan(text),
  };
}
