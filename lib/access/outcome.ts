/*
 * What the answer of an access table means: permit or reject, and everything that its flags request.
 *   `$N` or `$F` rejects, also beside `$Y`; everything else permits, no match included
 *   flags that take arguments take the pieces of the output, split at bars, in the order of the flag list
 *   the text of a rejection is what is left, bars included
 * A malformed argument never changes the verdict; it is named in `problems`. Where a flag that cannot be obeyed would
 * let more mail through than was meant, `undecided` says so, and the caller must defer unless the verdict is reject.
 * Bars held inside an address become bars after the splitting only.
 * Ref: PMDF 11.5, 16.1.1
 */
import { releaseBars } from '../address/index.js';
import type { MappingResult } from '../mapping/index.js';
import { oneLine } from '../smtp/index.js';
import {
  type AccessDelay,
  readAddressArgument,
  readDelay,
  readEnhancedCode,
  readHeaderLine,
  readInteger,
  readIntegers,
} from './arguments.js';
import { type AccessFlag, flagsOf } from './flags.js';
import type { AccessTable } from './tables.js';

/** A table's answer as plain values; null where the flag is not set or its argument is malformed. */
export interface AccessOutcome {
  readonly verdict: 'permit' | 'reject';
  /** True when `$Y` permitted, false when a permit is only the lack of a rejection. */
  readonly explicitPermit: boolean;
  /** The text of a rejection. */
  readonly text: string | null;
  readonly enhancedCode: string | null;
  readonly delay: AccessDelay | null;
  /** `Name: value`, one line. */
  readonly headerLine: string | null;
  readonly hold: boolean;
  readonly bitbucket: boolean;
  readonly replaceEnvelopeFrom: string | null;
  readonly replaceSender: string | null;
  readonly groupCheck: { readonly user: string; readonly identifier: string } | null;
  readonly logOnMatch: string | null;
  readonly logOnReject: string | null;
  readonly tag: string | null;
  readonly debugLevel: number | null;
  readonly conversionTags: readonly string[];
  /** Block limit, recipient limit, recipient cut-off, as many as were given. */
  readonly limits: readonly number[] | null;
  readonly spamAdjust: string | null;
  /** PORT_ACCESS `$T`: a rejected connection gets a record of its own. */
  readonly recordConnection: boolean;
  /** PORT_ACCESS: what follows `||`, for the connection log. */
  readonly connectionText: string | null;
  /** Why a permit must not be given now; for the log. */
  readonly undecided: string | null;
  /** What was malformed, one sentence each; for the log. */
  readonly problems: readonly string[];
}

/** The arguments of the flags that are set, by letter; the text of a rejection under `N`. */
interface TakenArguments {
  readonly taken: ReadonlyMap<string, readonly string[]>;
  readonly connectionText: string | null;
}

/** Flags whose argument is free text: as the last flag such a one takes all that is left. */
const freeText = new Set(['<', '>', 'T', 'A', ',']);

function takeArguments(
  table: AccessTable,
  output: string,
  flags: readonly AccessFlag[],
  rejects: boolean,
): TakenArguments {
  const taking = flags.filter((one) => one.pieces > 0);
  const last = rejects ? undefined : taking.at(-1)?.letter;
  const taken = new Map<string, readonly string[]>();
  let connectionText: string | null = null;
  let at = 0;

  const nextPiece = (): string => {
    const bar = output.indexOf('|', at);
    const end = bar === -1 ? output.length : bar;
    const piece = output.slice(at, end);
    at = Math.min(end + 1, output.length);
    return releaseBars(piece);
  };
  const allThatIsLeft = (): string => {
    let rest = output.slice(at);
    const record = table === 'PORT_ACCESS' ? rest.indexOf('||') : -1;
    if (record !== -1) {
      connectionText = releaseBars(rest.slice(record + 2));
      rest = rest.slice(0, record);
    }
    at = output.length;
    return releaseBars(rest);
  };

  for (const { letter, pieces } of taking) {
    if (letter === last && freeText.has(letter)) {
      const rest = allThatIsLeft();
      taken.set(letter, [rest.endsWith('|') ? rest.slice(0, -1) : rest]);
    } else {
      taken.set(letter, Array.from({ length: pieces }, nextPiece));
    }
  }
  if (rejects || table === 'PORT_ACCESS') {
    const rest = allThatIsLeft();
    if (rejects) taken.set('N', [rest]);
  }
  return { taken, connectionText };
}

/** Reads a table's answer; never throws, and a rejection stays one whatever the text is. */
export function readAccessOutcome(table: AccessTable, result: MappingResult): AccessOutcome {
  // Most answers have no flag, and nothing uses their output: usually it is the probe.
  const { flags, output } = result;
  if (flags.size === 0) return silentOutcome;
  return (flags.size === 1 ? readVerdictFlag(table, flags, output) : null) ?? readFlags(table, flags, output);
}

/** Reads an answer whose one flag is a verdict, as nearly all flags are: null where it is not. */
function readVerdictFlag(
  table: AccessTable,
  flags: ReadonlySet<string>,
  output: string,
): AccessOutcome | null {
  // The text of PORT_ACCESS has parts.
  if (table === 'PORT_ACCESS') return null;
  if (flags.has('N') || flags.has('F')) {
    const text = releaseBars(output).trim();
    return verdictOnly('reject', false, text === '' ? null : text);
  }
  return flags.has('Y') ? explicitOutcome : null;
}

const none: readonly string[] = Object.freeze([]);

/** An outcome that requests nothing else. */
function verdictOnly(
  verdict: AccessOutcome['verdict'],
  explicitPermit: boolean,
  text: string | null,
): AccessOutcome {
  return {
    verdict,
    explicitPermit,
    text,
    enhancedCode: null,
    delay: null,
    headerLine: null,
    hold: false,
    bitbucket: false,
    replaceEnvelopeFrom: null,
    replaceSender: null,
    groupCheck: null,
    logOnMatch: null,
    logOnReject: null,
    tag: null,
    debugLevel: null,
    conversionTags: none,
    limits: null,
    spamAdjust: null,
    recordConnection: false,
    connectionText: null,
    undecided: null,
    problems: none,
  };
}

/** The outcome of an answer with `$Y` alone. */
const explicitOutcome: AccessOutcome = Object.freeze(verdictOnly('permit', true, null));

/** The plain reading: each flag in turn. */
export function readFlags(table: AccessTable, set: ReadonlySet<string>, output: string): AccessOutcome {
  const flags = flagsOf(table).filter((one) => set.has(one.letter));
  const isSet = (letter: string): boolean => flags.some((one) => one.letter === letter);
  const rejects = isSet('N') || isSet('F');
  const { taken, connectionText } = takeArguments(table, output, flags, rejects);
  const problems: string[] = [];

  const textOf = (letter: string): string | null => {
    const text = taken.get(letter)?.[0]?.trim();
    return text === undefined || text === '' ? null : text;
  };
  const read = <T>(letter: string, what: string, reader: (text: string) => T | null): T | null => {
    const argument = taken.get(letter)?.[0];
    if (argument === undefined) return null;
    const value = reader(argument);
    if (value === null)
      problems.push(`the argument \`${oneLine(argument)}\` of \`$${letter}\` is not ${what}`);
    return value;
  };

  const delay = read('D', 'an integer', readDelay);
  const group = taken.get('I');
  const replaceEnvelopeFrom = read('J', 'an address', readAddressArgument);
  const outcome = {
    verdict: rejects ? ('reject' as const) : ('permit' as const),
    explicitPermit: isSet('Y') && !rejects,
    text: textOf('N'),
    enhancedCode: read('X', 'an extended code of class 4 or 5', readEnhancedCode),
    delay: delay?.hundredths === 0 ? null : delay,
    headerLine: read('A', 'a header line', readHeaderLine),
    hold: isSet('H'),
    bitbucket: isSet('B'),
    replaceEnvelopeFrom,
    replaceSender: read('K', 'an address', readAddressArgument),
    groupCheck: group === undefined ? null : { user: group[0] ?? '', identifier: group[1] ?? '' },
    logOnMatch: textOf('<'),
    logOnReject: textOf('>'),
    tag: textOf('T'),
    debugLevel: read('U', 'an integer', readInteger),
    conversionTags: textOf('G')?.split(',') ?? [],
    limits: read('S', 'up to three integers', readIntegers),
    spamAdjust: textOf(','),
    recordConnection: table === 'PORT_ACCESS' && isSet('T'),
    connectionText,
  };
  for (const letter of set) {
    if (!isSet(letter)) problems.push(`${table} has no flag \`$${oneLine(letter)}\``);
  }
  return {
    ...outcome,
    undecided: undecidedCause(flags, isSet('J') && replaceEnvelopeFrom === null),
    problems,
  };
}

function undecidedCause(flags: readonly AccessFlag[], fromIsMalformed: boolean): string | null {
  const missing = flags.find((one) => !one.provided);
  if (missing !== undefined) {
    return `the flag \`$${missing.letter}\`, which ${missing.effect}, is not supported`;
  }
  // To keep the envelope From that the client claimed would permit what the entry was to correct.
  return fromIsMalformed ? 'the envelope From is to be replaced, but `$J` was given no address' : null;
}

/** The outcome of an answer without flags. */
export const silentOutcome: AccessOutcome = Object.freeze(verdictOnly('permit', false, null));
