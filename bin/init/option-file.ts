/*
 * Converts option.dat of PMDF or Messaging Server to lines for pmdf.yaml, but for the options about LDAP and about
 * PMDF's log, which the gateway reads from that file itself.
 *   NAME=value        a comment begins with `!`, `;` or `#`; the last line of a name counts
 * Ref: Messaging Server 6.3 Administration Reference 4, "Option File"
 */
import { ldapOptionNames, logOptionNames } from '../../lib/config/index.js';

/** The converted file. */
export interface OptionLines {
  /** Lines for pmdf.yaml. */
  readonly settings: readonly string[];
  /** Options without a counterpart, in the order of the file. */
  readonly ignored: readonly string[];
}

/** The text databases for the bits of USE_TEXT_DATABASES; the general one is read by default. */
const textDatabases = [
  { bit: 2, name: 'reverse', file: 'reverse.txt' },
  { bit: 4, name: 'forward', file: 'forward.txt' },
] as const;

/** Options about memory, logs and processes, which need no counterpart. */
const unneeded = /(?:_SIZE|_DEBUG|_LIFETIME|_SIZE_[0-9])$|^(?:LOG_|STRING_POOL|SNDOPR|SEPARATE_CONNECTION)/;

function numberOf(value: string): number {
  return /^[0-9]{1,9}$/.test(value) ? Number(value) : 0;
}

/** Options about notices, and what each says in pmdf.yaml; null for a value that the setting cannot have. */
const noticeOptions: ReadonlyMap<string, (value: string) => string | null> = new Map([
  [
    'RETURN_ADDRESS',
    (value) =>
      /^[A-Za-z0-9.!#$%&*+/=?^_{|}~-]+(?:@[A-Za-z0-9.-]+)?$/.test(value)
        ? `return_address: '${value}'`
        : null,
  ],
  ['RETURN_PERSONAL', (value) => quotedText('return_personal', value)],
  ['RETURN_UNITS', (value) => `return_units: ${numberOf(value) === 1 ? 'hours' : 'days'}`],
  ['BOUNCE_BLOCK_LIMIT', (value) => limitText('bounce_block_limit', value)],
  ['CONTENT_RETURN_BLOCK_LIMIT', (value) => limitText('content_return_block_limit', value)],
  ['LINES_TO_RETURN', (value) => numberText('lines_to_return', value, 0, 100_000)],
  ['HISTORY_TO_RETURN', (value) => numberText('history_to_return', value, 1, 200)],
]);

/** A number within the limits of the setting. */
function numberText(name: string, value: string, least: number, most: number): string | null {
  if (!/^[0-9]{1,9}$/.test(value)) return null;
  return `${name}: ${Math.min(Math.max(Number(value), least), most)}`;
}

const mostBlocks = 1_000_000;

/** 0 is no limit in PMDF. */
function limitText(name: string, value: string): string | null {
  const blocks = numberOf(value);
  return blocks > 0 ? `${name}: ${Math.min(blocks, mostBlocks)}` : null;
}

function quotedText(name: string, value: string): string | null {
  const text = value.replace(/^"(.*)"$/, '$1').trim();
  return text === '' ? null : `${name}: '${text.replaceAll("'", "''")}'`;
}

function noticeSettings(options: ReadonlyMap<string, string>): string[] {
  const lines = [...noticeOptions].flatMap(([name, toSetting]) => {
    const value = options.get(name);
    const line = value === undefined ? null : toSetting(value);
    return line === null ? [] : [`  ${line} # ${name}`];
  });
  return lines.length === 0 ? [] : ['notices: # of option.dat', ...lines];
}

function settingsOf(options: ReadonlyMap<string, string>, exists: (file: string) => boolean): string[] {
  const bits = numberOf(options.get('USE_TEXT_DATABASES') ?? '');
  const databases = textDatabases.filter(({ bit, file }) => (bits & bit) !== 0 && exists(file));
  return [
    ...(numberOf(options.get('ACCESS_ORCPT') ?? '') > 0
      ? ['access: { orcpt: true } # ACCESS_ORCPT of option.dat']
      : []),
    ...noticeSettings(options),
    ...(databases.length === 0 ? [] : ['databases: # USE_TEXT_DATABASES of option.dat']),
    ...databases.map(({ name, file }) => `  ${name}: ${file}`),
  ];
}

const used = new Set([
  'USE_TEXT_DATABASES',
  'ACCESS_ORCPT',
  ...noticeOptions.keys(),
  ...ldapOptionNames,
  ...logOptionNames,
]);

function optionsIn(text: string): ReadonlyMap<string, string> {
  const options = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const equals = line.indexOf('=');
    const name = line.slice(0, Math.max(0, equals)).trim().toUpperCase();
    if (/^[A-Z][A-Z0-9_]*$/.test(name)) options.set(name, line.slice(equals + 1).trim());
  }
  return options;
}

/** Whether the gateway reads something in the file itself: options about LDAP, and about PMDF's log. */
export function hasReadOptions(text: string): boolean {
  return [...optionsIn(text).keys()].some((name) => ldapOptionNames.has(name) || logOptionNames.has(name));
}

/** Converts the text of option.dat; `exists` is whether there is a file of that name beside it. */
export function readOptionFile(text: string, exists: (file: string) => boolean): OptionLines {
  const options = optionsIn(text);
  const ignored = [...options.keys()].filter((name) => !used.has(name) && !unneeded.test(name));
  return { settings: settingsOf(options, exists), ignored };
}
