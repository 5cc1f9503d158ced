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
  // access
  'access/unknown-flag':
    'A template sets a flag that its access table does not know; a literal dollar sign is written `$$`.',
  'access/unknown-input-flag': 'A template tests an input flag that is never set for its access table.',
  'access/flag-not-provided':
    'A template sets a flag that needs something that is not provided here; take the flag out of the template.',
  'access/flag-without-effect':
    'A template sets a flag that can have no effect with the rest of the configuration.',
  'access/permit-and-reject': 'A template both permits and rejects; the rejection counts.',
} as const;

/** The code of a diagnostic; stable, other people's scripts look for it. */
export type DiagnosticCode = keyof typeof diagnosticCodes;
