/**
 * Does the work for each item, at most `most` at a time, in order. After the first error nothing more is begun; calls
 * `stop`, waits for what was begun, and rejects with that error.
 */
export async function sideBySide<Item>(
  items: readonly Item[],
  most: number,
  work: (item: Item) => Promise<void>,
  stop: () => void,
): Promise<void> {
  const left = items.values();
  const errors: unknown[] = [];
  const place = async () => {
    for (const item of left) {
      if (errors.length > 0) return;
      try {
        await work(item);
      } catch (error) {
        errors.push(error);
        stop();
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, place));
  if (errors.length > 0) throw errors[0];
}
