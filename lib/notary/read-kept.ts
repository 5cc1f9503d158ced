/*
 * Reads what was asked for from a queue file, which another version or an administrator may have written: what is not as it
 * must be is taken for not given.
 */
import type { MessageNotary, Notary, NotifyEvent, OriginalRecipient, RecipientNotary } from './request.js';
import { isAddressType, isPrintable, isUtf8Text } from './xtext.js';

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function readMessage(value: unknown): MessageNotary {
  const { ret, envid } = fieldsOf(value);
  return {
    ret: ret === 'FULL' || ret === 'HDRS' ? ret : null,
    envid: typeof envid === 'string' && envid !== '' && isPrintable(envid) ? envid : null,
  };
}

const events: readonly NotifyEvent[] = ['SUCCESS', 'FAILURE', 'DELAY'];

function readEvents(value: unknown): readonly NotifyEvent[] | null {
  return Array.isArray(value) ? events.filter((event) => value.includes(event)) : null;
}

function readOriginal(value: unknown): OriginalRecipient | null {
  const { type, address } = fieldsOf(value);
  if (typeof type !== 'string' || typeof address !== 'string' || address === '') return null;
  if (!isAddressType(type)) return null;
  const isFit = type.toLowerCase() === 'utf-8' ? isUtf8Text(address) : isPrintable(address);
  return isFit ? { type, address } : null;
}

function readRecipient(value: unknown): readonly [string, RecipientNotary] | null {
  if (!Array.isArray(value)) return null;
  const [address, notary]: readonly unknown[] = value;
  if (typeof address !== 'string') return null;
  const { notify, orcpt } = fieldsOf(notary);
  return [address, { notify: readEvents(notify), orcpt: readOriginal(orcpt) }];
}

/** Reads what a queue file says. */
export function readNotary(value: unknown): Notary {
  const { message, recipients } = fieldsOf(value);
  const list: readonly unknown[] = Array.isArray(recipients) ? recipients : [];
  return {
    message: readMessage(message),
    recipients: list.flatMap((one) => {
      const read = readRecipient(one);
      return read === null ? [] : [read];
    }),
  };
}
