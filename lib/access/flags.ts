/*
 * The flags of the access tables: which a table knows, which take an argument, and which are provided here.
 * Arguments are in the output text in the order of this list, whatever the order of the flags in the template;
 * the text of a rejection comes last.
 * Ref: PMDF 11.5, 16.1.1
 */
import { type AccessTable, accessTables } from './tables.js';

/** A flag that a template sets, and what it means to the tables that know it. */
export interface AccessFlag {
  /** Upper-case letter or punctuation, without the dollar. */
  readonly letter: string;
  readonly knownTo: 'all' | 'address tables' | 'FROM_ACCESS';
  /** How many pieces of the output text are its arguments; -1: all that is left. */
  readonly pieces: 0 | 1 | 2 | -1;
  readonly provided: boolean;
  readonly effect: string;
}

/** Every flag of the access tables, those with arguments in the order of their arguments. */
export const accessFlags: readonly AccessFlag[] = [
  flag('Y', 'all', 0, 'permits'),
  flag('B', 'address tables', 0, 'accepts the message and discards it'),
  flag('H', 'address tables', 0, 'holds the message as a file'),
  notProvided('V', 'address tables', 0, 'discards the message for all recipients'),
  notProvided('Z', 'address tables', 0, 'discards the message for all recipients at once'),
  notProvided('!', 'FROM_ACCESS', 0, 'suppresses vacation replies'),
  flag('U', 'address tables', 1, 'sets the debug level'),
  flag('J', 'FROM_ACCESS', 1, 'replaces the envelope From'),
  flag('K', 'FROM_ACCESS', 1, 'replaces the address of the Sender header'),
  notProvided('I', 'address tables', 2, 'checks whether a user belongs to a group'),
  flag('<', 'all', 1, 'logs a line when the probe matches'),
  flag('>', 'all', 1, 'logs a line when access is rejected'),
  flag('D', 'address tables', 1, 'delays replies'),
  flag('T', 'all', 1, 'tags the message'),
  flag('A', 'address tables', 1, 'adds a header line'),
  notProvided('G', 'address tables', 1, 'sets conversion tags'),
  notProvided('S', 'FROM_ACCESS', 1, 'sets size and recipient limits'),
  flag('X', 'address tables', 1, 'sets the extended code of a rejection'),
  notProvided(',', 'address tables', 1, 'adjusts the spam score'),
  flag('N', 'all', -1, 'rejects'),
  flag('F', 'all', -1, 'rejects'),
];

/** The input flags of a session and what sets them; FROM_ACCESS comes before any receipt is requested. */
export const accessInputFlags: ReadonlyMap<string, string> = new Map([
  ['A', 'the client authenticated'],
  ['T', 'the session is under TLS'],
  ['E', 'the client said EHLO'],
  ['L', 'the session is LMTP'],
  ['D', 'a delay receipt is requested'],
  ['F', 'a failure receipt is requested'],
  ['S', 'a success receipt is requested'],
]);

function flag(
  letter: string,
  knownTo: AccessFlag['knownTo'],
  pieces: AccessFlag['pieces'],
  effect: string,
): AccessFlag {
  return { letter, knownTo, pieces, provided: true, effect };
}

function notProvided(
  letter: string,
  knownTo: AccessFlag['knownTo'],
  pieces: AccessFlag['pieces'],
  effect: string,
): AccessFlag {
  return { letter, knownTo, pieces, provided: false, effect };
}

function isKnown(one: AccessFlag, table: AccessTable): boolean {
  switch (one.knownTo) {
    case 'all':
      return true;
    case 'address tables':
      return table !== 'PORT_ACCESS';
    case 'FROM_ACCESS':
      return table === 'FROM_ACCESS';
  }
}

function meaningAt(table: AccessTable, one: AccessFlag): AccessFlag {
  // In PORT_ACCESS `$T` only requests a record in the connection log.
  if (table === 'PORT_ACCESS' && one.letter === 'T') {
    return { ...one, pieces: 0, effect: 'records a rejected connection' };
  }
  return one;
}

const flagsByTable: ReadonlyMap<AccessTable, readonly AccessFlag[]> = new Map(
  accessTables.map(({ table }) => [
    table,
    accessFlags.filter((one) => isKnown(one, table)).map((one) => meaningAt(table, one)),
  ]),
);

/** Lists the flags that a table knows, in the order of their arguments. */
export function flagsOf(table: AccessTable): readonly AccessFlag[] {
  return flagsByTable.get(table) ?? [];
}

/** Tells whether an input flag can ever be set for a table; the letter is upper-case. */
export function hasInputFlag(table: AccessTable, letter: string): boolean {
  switch (table) {
    case 'PORT_ACCESS':
      return letter === 'A';
    case 'FROM_ACCESS':
      return accessInputFlags.has(letter) && !'DFS'.includes(letter);
    case 'ORIG_SEND_ACCESS':
    case 'ORIG_MAIL_ACCESS':
    case 'SEND_ACCESS':
    case 'MAIL_ACCESS':
      return accessInputFlags.has(letter);
  }
}
