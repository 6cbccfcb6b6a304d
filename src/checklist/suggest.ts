import leven from 'leven';

/** The known name that was probably meant, or null. */
export function suggest(name: string, known: readonly string[]): string | null {
  const near = known
    .map((candidate) => ({ candidate, distance: leven(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= Math.ceil(candidate.length / 3))
    .filter(({ distance }) => distance < Math.max(2, name.length))
    .sort((a, b) => a.distance - b.distance);
  return near[0]?.candidate ?? null;
}

/** `, did you mean "title"?`, or the names that there are, or nothing. */
export function didYouMean(name: string, known: readonly string[]): string {
  const found = suggest(name, known);
  if (found) return `, did you mean "${found}"?`;
  return known.length > 0 && known.length <= 12 ? `; there is ${known.join(', ')}` : '';
}
