/*
 * The bar in a probe. Fields of a probe are joined by `|`, and `|` is legal in an address. In probes made from live
 * mail a bar inside an address is held as a character that cannot occur in mail, a lone surrogate: wildcards match it,
 * a literal `|` of a pattern does not. It becomes a bar again in database keys, logs and replies.
 */

/** The character that stands for a bar inside an address. */
export const heldBar = '\ud87c';

/** Holds the bars of a field, so that it cannot be taken for two. */
export function holdBars(field: string): string {
  return field.includes('|') ? field.replaceAll('|', heldBar) : field;
}

/** Turns held bars into bars again. */
export function releaseBars(text: string): string {
  return text.includes(heldBar) ? text.replaceAll(heldBar, '|') : text;
}
