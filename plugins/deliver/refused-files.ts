/*
 * Queue files for recipients whom a server refused for good when it got the message, after others had it: they are bounced with
 * the server's reply. Kept in memory: after a restart the queue asks the server once more.
 */
import type { Reply } from '../../lib/smtp/index.js';
import type { HeldFile } from '../haraka/index.js';

/** What a server said of the recipients of a file. */
export interface Refused {
  readonly reply: Reply;
  /** The host that said it; null where it is not known. */
  readonly server: string | null;
}

const refused = new WeakMap<object, Refused>();

export function noteRefused({ item }: HeldFile, what: Refused): void {
  refused.set(item, what);
}

/** Why a file is bounced; undefined for one that is delivered. */
export function refusedFor(mail: object): Refused | undefined {
  return refused.get(mail);
}
