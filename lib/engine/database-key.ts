/*
 * The form in which databases in files compare keys: without regard to case. As in patterns, no letter beyond ASCII is one of ASCII.
 */

/** The letters beyond ASCII whose small forms have one of ASCII: `I` with a dot, and the Kelvin sign. */
const withoutSmallForm = /[\u0130\u212a]/;

/** Folds a key for comparison. */
export function foldKey(key: string): string {
  if (!withoutSmallForm.test(key)) return key.toLowerCase();
  return Array.from(key, (letter) => (withoutSmallForm.test(letter) ? letter : letter.toLowerCase())).join(
    '',
  );
}
