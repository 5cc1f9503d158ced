/*
 * The six access tables: when each is consulted, and which form of the recipient it sees.
 * Every table that exists is consulted, in the order of the list; a rejection by any of them rejects.
 * Ref: PMDF 11.5, 16.1
 */

/** The name of an access table, as PMDF spells it. */
export type AccessTable =
  | 'PORT_ACCESS'
  | 'FROM_ACCESS'
  | 'ORIG_SEND_ACCESS'
  | 'ORIG_MAIL_ACCESS'
  | 'SEND_ACCESS'
  | 'MAIL_ACCESS';

/** The moment of a session at which a table is consulted. */
export type AccessPhase = 'connect' | 'MAIL FROM' | 'RCPT TO';

export interface AccessTableMeaning {
  readonly table: AccessTable;
  readonly phase: AccessPhase;
  /**
   * `before-aliases`: the recipient as given, rewritten once, with the channel that it reached by that;
   * `after-aliases`: each final address with its final channel; `none`: the table sees no recipient.
   */
  readonly recipient: 'none' | 'before-aliases' | 'after-aliases';
}

/** All access tables in the order in which they are consulted. */
export const accessTables: readonly AccessTableMeaning[] = [
  { table: 'PORT_ACCESS', phase: 'connect', recipient: 'none' },
  { table: 'FROM_ACCESS', phase: 'MAIL FROM', recipient: 'none' },
  { table: 'ORIG_SEND_ACCESS', phase: 'RCPT TO', recipient: 'before-aliases' },
  { table: 'ORIG_MAIL_ACCESS', phase: 'RCPT TO', recipient: 'before-aliases' },
  { table: 'SEND_ACCESS', phase: 'RCPT TO', recipient: 'after-aliases' },
  { table: 'MAIL_ACCESS', phase: 'RCPT TO', recipient: 'after-aliases' },
];

const byName = new Map<string, AccessTableMeaning>(accessTables.map((meaning) => [meaning.table, meaning]));

/** Finds an access table by its name in any case; undefined for every other table. */
export function findAccessTable(name: string): AccessTableMeaning | undefined {
  return byName.get(name.toUpperCase());
}

/** Lists the tables consulted at RCPT TO for one form of the recipient, in order. */
export function recipientTables(recipient: 'before-aliases' | 'after-aliases'): readonly AccessTable[] {
  return accessTables.filter((meaning) => meaning.recipient === recipient).map((meaning) => meaning.table);
}
