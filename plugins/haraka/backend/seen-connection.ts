/*
 * The connection and transaction that smtp_client sees: with the sender of a copy, and the parameters that MAIL has for it.
 * Read from Haraka 3.3.4: smtp_client.js (event `helo`: MAIL with the format of mail_from).
 */
import { mailParameters, type OfferedExtensions } from '../../../lib/notary/index.js';
import type { SessionOpening } from './backend.js';

/** `offered`: what the server offers at present; the transaction is hidden once the session is over. */
export function seenConnection(
  { connection, transaction, from, isUtf8, message }: SessionOpening,
  session: { readonly offered: OfferedExtensions; readonly isOver: boolean },
): object {
  const smtputf8 = isUtf8 || message.smtputf8;
  // smtp_client requests A-labels where the server does not offer SMTPUTF8. Ref: RFC 6531 3.4
  const format = (usePunycode = false): string => {
    const offered = { ...session.offered, smtputf8: !usePunycode };
    return `${from.format(usePunycode)}${mailParameters(offered, { ...message, smtputf8 })}`;
  };
  const sender: object = Object.create(from, { format: { value: format } });
  const copy: object = Object.create(transaction, { mail_from: { value: sender } });
  const isOver = (): boolean => session.isOver || connection.transaction !== transaction;
  return Object.create(connection, { transaction: { get: () => (isOver() ? null : copy) } });
}
