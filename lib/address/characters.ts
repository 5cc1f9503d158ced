/*
 * The character classes of envelope addresses, for regular expressions with the flag `u`. Everything beyond ASCII counts as a
 * letter, as SMTPUTF8 has it, except a lone surrogate, which no UTF-8 decodes to.
 * Ref: RFC 5321 4.1.2, 4.1.3; RFC 6531 3.3
 */

/** What is not ASCII. */
export const wide = '\\u{80}-\\u{d7ff}\\u{e000}-\\u{10ffff}';

/** ASCII characters of an atom; the hyphen comes last. */
export const atext = "0-9A-Za-z!#$%&'*+/=?^_`{|}~-";

/** ASCII characters of a quoted string that need no backslash. */
export const quotedText = ' !#-\\[\\]-~';

/** Characters of an address literal. */
export const literalText = '!-Z^-~';
