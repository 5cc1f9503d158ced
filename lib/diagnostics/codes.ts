/*
 * Every diagnostic there is: its code and, in one sentence or two, what it means and how to mend it.
 * docs/diagnostics.md is made from this list; a test holds both and the tests of each code together.
 * One section for each area, in the order of the floors.
 */

export const diagnosticCodes = {
  // files
  'file/include-loop': 'A file includes itself, directly or through others; the chain is shown.',
  'file/include-depth': 'Files may include files three levels deep; flatten the outermost ones.',
  'file/include-missing': 'An included file does not exist or cannot be read.',
  'file/include-name': 'A line with `<` names no file.',
  'file/missing': 'A file that the configuration needs does not exist or cannot be read.',
  'file/encoding': 'A file is not valid UTF-8; the place of the first bad byte is shown.',
  'file/open-continuation': 'The last line of a file ends in a backslash, so its continuation is missing.',

  // rewrite
  'rewrite/indented': 'A rewrite rule begins in column 1; remove the blanks in front of it.',
  'rewrite/no-template': 'A rewrite rule has a pattern but no template.',
  'rewrite/pattern':
    'The left side of a rewrite rule is no pattern. Prefix lengths such as `/8` are not known there: drop octets from the right, as in `[10.]`.',
  'rewrite/never-matches': 'No host can ever match this pattern, so its rule does nothing.',
  'rewrite/unknown':
    'A dollar sequence has no meaning where it stands. A literal dollar sign is written `$$`.',
  'rewrite/not-provided':
    'PMDF knows this sequence, but site routines, LDAP and `$V` and `$Z` are not provided here.',
  'rewrite/unterminated': 'A `$(`, `${`, `$[` or `$]` is not closed.',
  'rewrite/nested':
    'A general database look-up stands inside another, or a mapping call inside another; neither can.',
  'rewrite/no-name':
    'A control that needs a name or a text has none, as in `$M` at the end, or a mapping call lacks its table or comma.',
  'rewrite/status': 'The number before `?` is not seven digits of class 4 or 5, as in `$5001001?text`.',
  'rewrite/stray-text':
    'Something follows a template after a blank; only the text of `$?` may contain blanks.',
  'rewrite/form': 'The separators `%` and `@` of a template make none of its forms, such as `A%B@C`.',
  'rewrite/no-host': 'A template gives no host, so its rule never applies.',
  'rewrite/unreachable':
    'An earlier rule with the same pattern applies always, so this one is never reached; swap them or restrict the earlier one.',
  'rewrite/never-applies': 'Two controls of a template exclude each other, so its rule never applies.',
  'rewrite/dollar-in-name':
    'The name after `$M`, `$N`, `$Q`, `$C` or `$T` swallows a control that follows it; write that control before it.',
} as const;

/** The code of a diagnostic; stable, other people's scripts look for it. */
export type DiagnosticCode = keyof typeof diagnosticCodes;
