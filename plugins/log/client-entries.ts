/*
 * Entries about clients and what they send: connections, enqueued and refused recipients.
 *   O X C   a connection was opened, refused, closed
 *   U       AUTH
 *   E J     a recipient was accepted with its message, was refused
 * Ref: PMDF 31.1.2
 */
import * as constants from 'haraka-constants';
import { blocksOf, clientSystem, noFields } from '../../lib/log/index.js';
import { bitbucketChannel } from '../../lib/policy/index.js';
import type { HarakaAddress, HarakaConnection, HarakaTransaction } from '../haraka/index.js';
import {
  askedFor,
  authenticatedUser,
  connectionState,
  type Denial,
  declaredOf,
  serverOf,
  sessionOf,
  sourceChannelOf,
  transactionState,
} from '../support/index.js';
import type { NewConnectionEntry, NewMessageEntry } from './mail-log.js';

const application = 'SMTP';

function channelOf(connection: HarakaConnection): string {
  return sourceChannelOf(connection, connectionState(connection).policy);
}

/** `TCP|server|port|client|port`, as in the probe of PORT_ACCESS. */
function transportOf(connection: HarakaConnection): string {
  const { address, port } = serverOf(connection);
  return ['TCP', address, port, connection.remote.ip, connection.remote.port || 0].join('|');
}

/** The code with its modifiers: S for TLS, A for AUTH. */
function action(code: string, connection: HarakaConnection): string {
  return `${code}${connection.tls.enabled ? 'S' : ''}${authenticatedUser(connection) === null ? '' : 'A'}`;
}

export function connectionEntry(
  connection: HarakaConnection,
  code: 'O' | 'C' | 'X',
  diagnostic = '',
): NewConnectionEntry {
  return {
    channel: channelOf(connection),
    direction: '+',
    action: code,
    transport: transportOf(connection),
    application,
    reason: '',
    user: authenticatedUser(connection) ?? '',
    diagnostic,
  };
}

/** What tools of Messaging Server look for: fail2ban's filter has this reason and this reply. */
const wrongPassword = {
  reason: 'Bad password',
  diagnostic: '535 5.7.8 Bad username or password (Authentication failed).',
};
const rightPassword = { reason: '', diagnostic: '235 2.7.0 Authentication successful' };

export function authEntry(connection: HarakaConnection, user: string, isRight: boolean): NewConnectionEntry {
  return {
    channel: channelOf(connection),
    direction: '+',
    action: 'U',
    transport: transportOf(connection),
    application,
    user,
    ...(isRight ? rightPassword : wrongPassword),
  };
}

/** The fields of a message from a client that are the same for all its recipients. */
function messageFields(connection: HarakaConnection, transaction: HarakaTransaction) {
  const { reverseName, helo, client } = sessionOf(connection, connectionState(connection).policy);
  const name = reverseName.kind === 'confirmed' ? reverseName.name : null;
  return {
    ...noFields,
    envelopeId: declaredOf(transaction).notary.envid ?? transaction.uuid,
    user: authenticatedUser(connection) ?? '',
    system: clientSystem(helo, name, client.address),
    transport: transportOf(connection),
    application,
  };
}

/** The recipient as the sender named it, by ORCPT or in RCPT. */
function originalTo(transaction: HarakaTransaction, recipient: HarakaAddress): string {
  const { orcpt } = askedFor(transaction, recipient);
  return orcpt === null ? `rfc822;${recipient.address}` : `${orcpt.type};${orcpt.address}`;
}

function messageIdOf(transaction: HarakaTransaction): string {
  return transaction.header.get('Message-ID').trim();
}

/** One entry for each address that the accepted recipients became. */
export function enqueuedEntries(
  connection: HarakaConnection,
  transaction: HarakaTransaction,
  accepted: readonly HarakaAddress[],
): NewMessageEntry[] {
  const { recipients, sender, policy } = transactionState(connection, transaction);
  const common = {
    ...messageFields(connection, transaction),
    messageId: messageIdOf(transaction),
    source: sourceChannelOf(connection, policy),
    action: action('E', connection),
    blocks: blocksOf(transaction.data_bytes ?? 0),
    from: sender?.envelopeFrom ?? transaction.mail_from.address,
  };
  return accepted.flatMap((recipient) => {
    const original = originalTo(transaction, recipient);
    const decision = recipients.get(recipient);
    if (decision === undefined)
      return [{ ...common, destination: '', originalTo: original, to: recipient.address }];
    const isDiscarded = decision.effects.bitbucket;
    return decision.deliveries.map(({ channel, address }) => ({
      ...common,
      destination: isDiscarded ? bitbucketChannel : channel,
      originalTo: original,
      to: address,
    }));
  });
}

/** The entries of a refusal: of one recipient, of the sender (null), or of all recipients of a message. */
export function refusedEntries(
  connection: HarakaConnection,
  transaction: HarakaTransaction,
  refused: readonly (HarakaAddress | null)[],
  diagnostic: string,
): NewMessageEntry[] {
  const { recipients, policy } = transactionState(connection, transaction);
  const common = {
    ...messageFields(connection, transaction),
    source: sourceChannelOf(connection, policy),
    action: action('J', connection),
    blocks: blocksOf(transaction.data_bytes ?? 0),
    from: transaction.mail_from.address,
    diagnostic,
  };
  return refused.map((recipient) => {
    if (recipient === null) return { ...common, destination: '', originalTo: '', to: '' };
    const decision = recipients.get(recipient);
    return {
      ...common,
      destination: decision?.channel ?? '',
      originalTo: originalTo(transaction, recipient),
      to: decision?.address ?? recipient.address,
    };
  });
}

const softCodes: readonly number[] = [constants.denysoft, constants.denysoftdisconnect];

/** The hooks whose denials Haraka answers with 550 or 450, whatever code the plugin gives. */
const usualCodeHooks: readonly string[] = ['queue', 'queue_outbound'];

/** What a client is told when a plugin denies: code, and text if there is any. */
export function deniedReply({ answer, message, hook }: Omit<Denial, 'given'>): string {
  const usual = softCodes.includes(answer) ? 450 : 550;
  if (typeof message === 'object' && message !== null) {
    const code: unknown = Reflect.get(message, 'code');
    const reply: unknown = Reflect.get(message, 'reply');
    const isCodeUsed = typeof code === 'number' && !usualCodeHooks.includes(hook);
    if (typeof reply === 'string') return `${isCodeUsed ? code : usual} ${reply}`;
  }
  const text = Array.isArray(message) ? message.join(' ') : String(message ?? '');
  return `${usual} ${text}`.trim();
}
