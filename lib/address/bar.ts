/*
 * The bar in a probe. The fields of a probe are joined by `|`, and `|` is legal in an address. In text for probes a bar
 * of an address is therefore held: replaced by a lone surrogate, which no mail contains. Wildcards match it, a literal `|`
 * of a pattern does not. In database keys, logs and replies it is a bar again.
 * The two types let the compiler keep this rule; this file alone makes one of the other.
 */

declare const held: unique symbol;

/** Text whose bars are held: it is one field of a probe, whatever it contains. */
export type HeldText = string & { readonly [held]: true };

/** Text that must not be held text: what people and databases see. */
export type PlainText = string & { readonly length: number; readonly [held]?: never };

/** The character in place of a held bar. */
export const heldBar = '\ud87c';

export function holdBars(text: string): HeldText;
export function holdBars(text: string): string {
  return text.includes('|') ? text.replaceAll('|', heldBar) : text;
}

/** Turns held bars into bars again. */
export function releaseBars(text: string): PlainText;
export function releaseBars(text: string): string {
  return text.includes(heldBar) ? text.replaceAll(heldBar, '|') : text;
}
