/** How text may look where it goes: how wide it is, and what the styles do to it. */
export interface Look {
  readonly columns: number;
  readonly paint: Paint;
}

export type Style = 'plain' | 'bold' | 'dim' | 'good' | 'bad' | 'warn' | 'accent';
export type Paint = Readonly<Record<Style, (text: string) => string>>;

const asIs = (text: string): string => text;

/** No colour at all: for files, pipes, NO_COLOR. */
export const plainPaint: Paint = {
  plain: asIs,
  bold: asIs,
  dim: asIs,
  good: asIs,
  bad: asIs,
  warn: asIs,
  accent: asIs,
};
