/*
 * Patterns for user names: `*` matches any text, `%` one character. Case does not matter.
 */

/** Whether a name matches a pattern, in time of the product of their lengths. */
export function matchesUser(pattern: string, name: string): boolean {
  const wanted = [...pattern.normalize('NFC').toLowerCase()];
  const given = [...name];
  // For each prefix of the name: whether the pattern so far matches it.
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
