/** A question whose first good answer is kept: what failed is asked again. */
export function remember<Answer>(question: () => Promise<Answer>): () => Promise<Answer> {
  let kept: Promise<Answer> | null = null;
  return () => {
    kept ??= question().catch((error: unknown) => {
      kept = null;
      throw error;
    });
    return kept;
  };
}
