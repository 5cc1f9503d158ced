/*
 * Patterns for names of users: `*` stands for any text, `%` for one character. Case does not count.
 */

/** Tells whether a name fits a pattern; takes at most the product of their lengths. */
export function matchesUser(pattern: string, name: string): boolean {
  const wanted = [...pattern.normalize('NFC').toLowerCase()];
  const given = [...name];
  // For each length of the name so far: whether the pattern so far can take it.
  let reached = [true, ...given.map(() => false)];
  for (const sign of wanted) {
    let isOpen = false;
    reached = reached.map((here, length) => {
      if (sign === '*') {
        isOpen ||= here;
        return isOpen;
      }
      const before = length > 0 && reached[length - 1] === true;
      return before && (sign === '%' || sign === given[length - 1]);
    });
  }
  return reached.at(-1) === true;
}
