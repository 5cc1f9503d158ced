/*
 * Entries about deliveries: by Haraka's queue, or while the client waits.
 *   D Q     delivered; failed for now
 *   R K     returned; returned, and the sender wanted no notice
 * Ref: PMDF 31.1.2
 */
import { blocksOf, noFields } from '../../lib/log/index.js';
import { type Notary, readNotary, recipientNotary } from '../../lib/notary/index.js';
import { replyLine } from '../../lib/smtp/index.js';
import type { HarakaAddress, HarakaNotes, QueueItem } from '../haraka/index.js';
import { type DirectDelivery, knownChannel, type LeftDelivery } from '../support/index.js';
import type { NewMessageEntry } from './mail-log.js';

const application = 'SMTP';

/** A file of the queue, with the members that only the hooks of deliveries need. */
export interface DeliveredFile extends QueueItem {
  readonly file_size?: unknown;
  /** Where the message begins in the file. */
  readonly data_start?: unknown;
  readonly todo: QueueItem['todo'] & { readonly uuid?: unknown };
}

function notaryIn(notes: HarakaNotes): Notary {
  const own: unknown = notes.get('pmdf');
  return readNotary(typeof own === 'object' && own !== null ? Reflect.get(own, 'notary') : undefined);
}

/** The unique name of a message: that of its transaction, without the number of the file. */
function messageUuid(uuid: unknown): string {
  return typeof uuid === 'string' ? uuid.replace(/^([^.]*\.[0-9]+)\..*$/, '$1') : '';
}

function numberIn(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

/** Where a file was sent, and how. */
export interface Remote {
  readonly host: string;
  readonly ip: string;
  readonly port: string;
  readonly tls: boolean;
  readonly auth: boolean;
}

/** What is said of the server: `dns;host (TCP|||address|port)`. */
function systemOf({ host, ip, port }: Remote): string {
  return `dns;${host} (TCP|||${ip}|${port})`;
}

/** The entries about recipients of a file. */
export function fileEntries(
  file: DeliveredFile,
  code: 'D' | 'Q' | 'R',
  recipients: readonly HarakaAddress[],
  diagnosticOf: (recipient: HarakaAddress) => string,
  remote: Remote | null = null,
): NewMessageEntry[] {
  const notary = notaryIn(file.todo.notes);
  const channel = knownChannel(file) ?? '';
  const from = file.todo.mail_from.address;
  const modifiers = `${remote?.tls === true ? 'S' : ''}${remote?.auth === true ? 'A' : ''}`;
  return recipients.map((recipient) => {
    const { orcpt, notify } = recipientNotary(notary, recipient.address);
    const isSilent = code === 'R' && notify !== null && !notify.includes('FAILURE');
    return {
      ...noFields,
      source: channel,
      destination: '',
      action: `${isSilent ? 'K' : code}${modifiers}`,
      blocks: blocksOf(Math.max(0, numberIn(file.file_size) - numberIn(file.data_start))),
      from,
      originalTo: orcpt === null ? `rfc822;${recipient.address}` : `${orcpt.type};${orcpt.address}`,
      to: recipient.address,
      envelopeId: notary.message.envid ?? messageUuid(file.todo.uuid),
      system: remote === null ? '' : systemOf(remote),
      transport: remote === null ? '' : `TCP|||${remote.ip}|${remote.port}`,
      application,
      diagnostic: diagnosticOf(recipient),
    };
  });
}

function directEntry(
  { channel, envelopeFrom, address }: LeftDelivery,
  blocks: number,
  fields: {
    readonly action: string;
    readonly diagnostic: string;
    readonly envelopeId: string;
    readonly system: string;
  },
): NewMessageEntry {
  return {
    ...noFields,
    source: channel,
    destination: '',
    blocks,
    from: envelopeFrom,
    originalTo: `rfc822;${address}`,
    to: address,
    application,
    ...fields,
  };
}

function codeFor(code: number): 'D' | 'Q' | 'R' {
  if (code < 300) return 'D';
  return code < 500 ? 'Q' : 'R';
}

/** The entry about a recipient to whom the message was sent while the client waits. */
export function sentEntry(delivery: DirectDelivery): NewMessageEntry {
  const { transaction, reply, host } = delivery;
  return directEntry(delivery, blocksOf(transaction.data_bytes ?? 0), {
    action: codeFor(reply.code),
    diagnostic: `smtp;${replyLine(reply)}`,
    envelopeId: transaction.uuid,
    system: `dns;${host}`,
  });
}

/** The entry about a recipient for whom the queue plugin of the install took the message. */
export function takenEntry(
  delivery: LeftDelivery,
  { blocks, uuid, said }: { readonly blocks: number; readonly uuid: string; readonly said: string },
): NewMessageEntry {
  const diagnostic = `smtp;250 ${said}`.trim();
  return directEntry(delivery, blocks, { action: 'D', diagnostic, envelopeId: uuid, system: '' });
}
