/*
 * What the client of a transaction declared and asked for in the parameters of MAIL and RCPT. pmdf/deliver judges and notes them;
 * without it nothing is offered and nothing is noted.
 */
import {
  type MailParameters,
  noExtensions,
  noMailParameters,
  noRecipientNotary,
  type OfferedExtensions,
  offeredExtensions,
  type RecipientNotary,
  readMailParameters,
  readRcptParameters,
} from '../../lib/notary/index.js';
import type { HarakaAddress, HarakaConnection, HarakaTransaction } from '../haraka/index.js';
import type { Parameters } from './session.js';

interface Asked {
  mail: MailParameters;
  readonly recipients: Map<HarakaAddress, RecipientNotary>;
}

const asked = Symbol('asked');

/** A transaction with what was asked, which is kept in it. */
interface WithAsked {
  [asked]?: Asked;
}

function askedOf(transaction: HarakaTransaction & WithAsked): Asked {
  let found = transaction[asked];
  if (found === undefined) {
    found = { mail: noMailParameters, recipients: new Map() };
    transaction[asked] = found;
  }
  return found;
}

const offers = new WeakMap<readonly string[], OfferedExtensions>();

/** What the server offered to a client in its reply to EHLO; nothing after HELO, also where EHLO came before it. */
export function offeredTo({ capabilities, hello }: HarakaConnection): OfferedExtensions {
  if (hello.verb !== 'EHLO' || !Array.isArray(capabilities)) return noExtensions;
  let offered = offers.get(capabilities);
  if (offered === undefined) {
    offered = offeredExtensions(capabilities.slice(1));
    offers.set(capabilities, offered);
  }
  return offered;
}

function listOf(parameters: Parameters): { readonly name: string; readonly value: string | null }[] {
  return Object.entries(parameters).map(([name, value]) => ({ name, value }));
}

/** Notes the parameters of MAIL. */
export function noteSender(
  connection: HarakaConnection,
  transaction: HarakaTransaction,
  parameters: Parameters,
): void {
  const list = listOf(parameters);
  if (list.length === 0) return;
  const reading = readMailParameters(list, offeredTo(connection));
  if (reading.kind === 'read') askedOf(transaction).mail = reading.value;
}

/** Notes the parameters of RCPT. */
export function noteRecipient(
  connection: HarakaConnection,
  transaction: HarakaTransaction,
  recipient: HarakaAddress,
  parameters: Parameters,
): void {
  const list = listOf(parameters);
  if (list.length === 0) return;
  const { smtputf8 } = declaredOf(transaction);
  const reading = readRcptParameters(list, offeredTo(connection), smtputf8);
  if (reading.kind === 'read') askedOf(transaction).recipients.set(recipient, reading.value);
}

/** What MAIL declared. */
export function declaredOf(transaction: HarakaTransaction & WithAsked): MailParameters {
  return transaction[asked]?.mail ?? noMailParameters;
}

/** What was asked for a recipient. */
export function askedFor(
  transaction: HarakaTransaction & WithAsked,
  recipient: HarakaAddress,
): RecipientNotary {
  return transaction[asked]?.recipients.get(recipient) ?? noRecipientNotary;
}
