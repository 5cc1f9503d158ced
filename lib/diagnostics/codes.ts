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

  // runtime
  'file/not-a-file': 'A name that should be a file is a folder, a pipe, a socket or a device.',
  'file/too-large': 'A file is larger than such a file may be; a large table belongs into a database.',

  // database
  'database/no-key': 'A line of a database begins with a blank, so it has no key; remove the blank.',
  'database/no-value': 'A line of a database has a key and no value; write `key value`, or remove the line.',
  'database/open-quote': 'A quotation mark in a key of a database is not closed on its line.',
  'database/long-line': 'A line of a database is longer than 16384 characters.',
  'database/duplicate-key':
    'A key stands twice in a database, without regard to case. An error when the values differ, since only one of them can be meant.',
  'database/damaged': 'A CDB file is cut short or is no CDB file; make it again with `pmdf crdb`.',
} as const;

/** The code of a diagnostic; stable, other people's scripts look for it. */
export type DiagnosticCode = keyof typeof diagnosticCodes;
