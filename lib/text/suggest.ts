/*
 * The nearest known name for a word that is not known, for hints.
 * Edit distance with transpositions; nothing is suggested when more than a third of the word would change.
 */

function distance(left: string, right: string, ceiling: number): number {
  if (Math.abs(left.length - right.length) > ceiling) return ceiling + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const cost = left[i - 1] === right[j - 1] ? 0 : 1;
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1]) {
        best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[right.length] ?? 0;
}

/** Finds the known name nearest to `word`, without regard to case; undefined when none is near. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  const folded = word.toLowerCase();
  // A word longer than any name is a mistake of another kind, and comparing it would cost too much.
  if (folded.length > 64) return undefined;
  const ceiling = Math.max(1, Math.floor(folded.length / 3));
  let best: string | undefined;
  let bestDistance = ceiling + 1;
  for (const name of known) {
    const found = distance(folded, name.toLowerCase(), ceiling);
    if (found < bestDistance) {
      best = name;
      bestDistance = found;
    }
  }
  return best;
}
