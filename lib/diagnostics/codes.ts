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

  // settings
  'yaml/syntax':
    'The settings file is not YAML from this place on; often text that begins with a sign lacks its quotes.',
  'yaml/duplicate-key': 'A key is given twice in one mapping; both places are shown.',
  'yaml/documents': 'The settings file holds more than one YAML document.',
  'yaml/alias': 'Anchors (`&name`) and aliases (`*name`) are not provided; text that begins so needs quotes.',
  'yaml/tag': 'Type tags (`!!str`) are not provided; text that begins with `!` needs quotes.',
  'yaml/key': 'A list or a mapping stands where a key belongs.',
  'settings/unknown-key': 'A setting has a name that is not known here; the nearest one is suggested.',
  'settings/missing-key': 'A setting that is needed here is not given.',
  'settings/type': 'A setting has a value of the wrong kind, such as text in place of a number.',
  'settings/choice': 'A setting has a value that is not one of its words.',
  'settings/range': 'A number lies outside the limits of its setting.',
  'settings/empty': 'Text is empty where it must not be.',
  'settings/line-break': 'Text that has to fit on one line holds a line break.',
  'settings/word': 'Text that has to be one word holds a blank.',
  'settings/domain': 'A value is not a domain name.',
  'settings/channel-name': 'A value cannot be the name of a channel: 1 to 32 of a-z, 0-9, `_` and `$`.',
  'settings/port': 'A listener is named by its port, 1 to 65535, or by `default`.',
  'settings/next-hop':
    'A next hop is not of the form `host:port`, `[v6]:port`, `smtp://host:port` or `lmtp://host:port`.',
  'settings/file-name': 'A value is not the name of a file.',
  'settings/not-provided': 'A database is of a kind that is not provided yet; text files and CDB are.',
  'settings/duplicate': 'A list holds the same value twice; the second one has no effect.',
  'settings/rule': 'A rewrite rule in YAML cannot be written as a line of pmdf.cnf.',
  'settings/channel': 'A channel in YAML cannot be written as a block of pmdf.cnf.',
  'settings/mapping': 'A mapping table or entry in YAML cannot be written as lines of a mapping file.',
} as const;

/** The code of a diagnostic; stable, other people's scripts look for it. */
export type DiagnosticCode = keyof typeof diagnosticCodes;
