/** The name that most likely means the same, if any is alike: one that ends as the other does, or differs in few letters. */
export function nearestName(name: string, candidates: readonly string[]): string | undefined {
  let nearest: string | undefined;
  let least = Math.floor(name.length / 4) + 1;
  for (const candidate of candidates) {
    if (candidate.endsWith(`.${name}`) || name.endsWith(`.${candidate}`)) return candidate;
    const away = Math.abs(candidate.length - name.length) < least ? editDistance(name, candidate) : least;
    if (away < least) [nearest, least] = [candidate, away];
  }
  return nearest;
}

/** How many letters have to change (Levenshtein 1966). */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}
