/*
 * What is passed on about a file of Haraka's queue, and the report on one that went to a server that does not report itself.
 * Files of others have nothing to pass on but their size.
 * Ref: RFC 3461 5.2.1, 5.2.2
 */
import {
  noMailParameters,
  noRecipientNotary,
  recipientNotary,
  wantsSuccess,
} from '../../../lib/notary/index.js';
import {
  type FileParameters,
  type HarakaAddress,
  type HarakaPlugin,
  isReported,
  type OutboundQueue,
  type QueuedMail,
  type QueueItem,
} from '../../haraka/index.js';
import { knownChannel } from '../../support/index.js';
import { joiningOf } from '../notices/joined-notices.js';
import { sendNotice } from '../notices/send-notice.js';
import { arrivalOf } from '../notices/write-notices.js';
import { ownNotesOf } from '../own-notes.js';
import { bareFrom } from '../second-pass.js';
import { relayedRecipient } from './due-notices.js';
import { declaredIn } from './own-asked.js';

/** What servers are told of a file. */
export function parametersOf(mail: QueueItem): FileParameters {
  const own = ownNotesOf(mail);
  if (own === null) return { message: noMailParameters, askedFor: () => noRecipientNotary };
  return { message: declaredIn(own), askedFor: (address) => recipientNotary(own.notary, address) };
}

/** Where a file was delivered, and for whom. */
export interface Delivered {
  readonly host: string;
  /** What the server said, without its code. */
  readonly response: string;
  readonly recipients: readonly HarakaAddress[];
}

/** Reports that a file went to a server that does not report on it, where the sender wants to know. Rejects on failure. */
export async function reportRelayed(
  plugin: HarakaPlugin,
  mail: QueuedMail,
  queue: OutboundQueue,
  { host, response, recipients }: Delivered,
): Promise<void> {
  const own = ownNotesOf(mail);
  if (own?.notary === undefined || isReported(mail)) return;
  const { notary } = own;
  const wanted = recipients
    .map(({ address }) => ({ address, notary: recipientNotary(notary, address) }))
    .filter((one) => wantsSuccess(one.notary));
  if (wanted.length === 0) return;
  const [, enhanced = '', text = ''] = /^(?:(2\.\d{1,3}\.\d{1,3})(?:\s+|$))?(.*)$/s.exec(response) ?? [];
  const given = { code: 250, enhanced, text };
  await sendNotice(plugin, queue, {
    notice: {
      action: 'relayed',
      envelopeFrom: bareFrom(mail.todo.mail_from),
      message: notary.message,
      recipients: wanted.map((one) => relayedRecipient(one, host, given)),
    },
    channel: knownChannel(mail) ?? own.channel,
    arrival: arrivalOf(mail.todo.queue_time),
    original: { text: queue.textOf(mail), notes: mail.todo.notes },
    joining: joiningOf(mail, plugin.timeout),
  });
}
