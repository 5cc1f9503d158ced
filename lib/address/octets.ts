/*
 * The length of text in octets of UTF-8, in which SMTP limits addresses.
 * Ref: RFC 5321 4.5.3.1; RFC 6531 3.2
 */

/** Counts the octets of a text; a lone surrogate counts three, as the character that would replace it. */
export function octetsOf(text: string): number {
  let octets = 0;
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    if (point < 0x80) octets += 1;
    else if (point < 0x800) octets += 2;
    else octets += point < 0x1_0000 ? 3 : 4;
  }
  return octets;
}
