/*
 * The flags that a session and a recipient hand to an access table, for templates to test with `$:x` and `$;x`.
 * Ref: PMDF 16.1.1
 */
import { hasInputFlag } from './flags.js';
import type { AccessTable } from './tables.js';

/** What is known of the session and of the recipient when a table is asked. */
export interface InputFlagFacts {
  readonly authenticated: boolean;
  readonly tls: boolean;
  readonly protocol: 'SMTP' | 'ESMTP' | 'LMTP';
  /** The NOTIFY values of RCPT TO in upper case. Ref: RFC 3461 4.1 */
  readonly notify: ReadonlySet<string>;
}

/** Makes the input flags of one probe; those that the table does not know are left out. */
export function inputFlagsFor(table: AccessTable, facts: InputFlagFacts): ReadonlySet<string> {
  const flags = new Set<string>();
  if (facts.authenticated) flags.add('A');
  if (facts.tls) flags.add('T');
  if (facts.protocol === 'ESMTP') flags.add('E');
  if (facts.protocol === 'LMTP') flags.add('L');
  if (facts.notify.has('DELAY')) flags.add('D');
  if (facts.notify.has('FAILURE')) flags.add('F');
  if (facts.notify.has('SUCCESS')) flags.add('S');
  for (const letter of flags) {
    if (!hasInputFlag(table, letter)) flags.delete(letter);
  }
  return flags;
}
