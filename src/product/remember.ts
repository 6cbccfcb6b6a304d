/** A question whose first good answer is kept, until it is to be forgotten: what failed is asked again. */
export interface Remembered<Answer> {
  (): Promise<Answer>;
  forget(): void;
}

export function remember<Answer>(question: () => Promise<Answer>): Remembered<Answer> {
  let kept: Promise<Answer> | null = null;
  const ask = () => {
    kept ??= question().catch((error: unknown) => {
      kept = null;
      throw error;
    });
    return kept;
  };
  return Object.assign(ask, {
    forget: () => {
      kept = null;
    },
  });
}
