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

  // mapping
  'mapping/outside-table':
    'An entry stands before any table name or after the blank line that ended its table; entries follow each other without blank lines.',
  'mapping/table-name':
    'A table name starts in column 1 with a letter, is one word and stands alone on its line.',
  'mapping/missing-blank-line': 'A blank line stands after a table name and between two tables.',
  'mapping/duplicate-table': 'Two tables have the same name; case does not count.',
  'mapping/long':
    'PMDF itself takes patterns and templates of up to 252 characters; this one works here only.',
  'mapping/too-long':
    'A pattern or template has more than 4096 characters; use several entries or a sub-table.',
  'mapping/unquoted-blank': 'A blank inside a template is written `$ `, a tab `$` and a tab.',
  'mapping/line-end': 'A pattern or template cannot hold a line end.',
  'mapping/trailing-dollar': 'A dollar sign with nothing after it; a literal dollar is written `$$`.',
  'mapping/glob': 'An unknown or incomplete wildcard after a dollar sign in a pattern.',
  'mapping/modifier': 'The modifiers `_`, `@` and `^` stand between one dollar sign and a wildcard.',
  'mapping/set': 'A set `$[...]` is not closed, is empty, or holds a range that runs backwards.',
  'mapping/ip-prefix':
    'An address glob needs a whole IPv4 or IPv6 address and a number of bits that fits it.',
  'mapping/back-match': 'A back-match names a wildcard that does not stand to its left.',
  'mapping/many-captures':
    'A pattern has more than ten saved wildcards; templates can name the first ten only. `$@*` saves nothing.',
  'mapping/reference': 'A template names a wildcard that its pattern does not have; it stands for no text.',
  'mapping/unterminated': 'A `${`, `$|`, `$[`, `$]`, `$#` or `$?` in a template is not closed.',
  'mapping/argument': 'An argument in a template may hold text, `$0` to `$9` and case control only.',
  'mapping/chance': 'The chance in `$?x?` is a number from 0 to 100.',
  'mapping/input-flag': '`$:` and `$;` are followed by one flag character.',
  'mapping/sequence':
    'A sequence file is written `$#file|radix|width|modulus#`, with a radix from 2 to 36, a width of up to 64 and a modulus above 0.',
  'mapping/sub-table': 'A sub-table is written `$|table;argument|`.',
  'mapping/unknown-table': 'A template asks a table that does not exist.',
  'mapping/not-provided': 'Site routines, LDAP look-ups in mapping templates and `$}...{` are not provided.',

  // access
  'access/unknown-flag':
    'A template sets a flag that its access table does not know; a literal dollar sign is written `$$`.',
  'access/unknown-input-flag': 'A template tests an input flag that is never set for its access table.',
  'access/flag-not-provided':
    'A template sets a flag that needs something that is not provided here; take the flag out of the template.',
  'access/flag-without-effect':
    'A template sets a flag that can have no effect with the rest of the configuration.',
  'access/permit-and-reject': 'A template both permits and rejects; the rejection counts.',
  'access/port-text-without-code':
    'The text of a PORT_ACCESS rejection is sent as it is and so begins with an SMTP code; without one the client gets 554 5.7.1.',
} as const;

/** The code of a diagnostic; stable, other people's scripts look for it. */
export type DiagnosticCode = keyof typeof diagnosticCodes;
