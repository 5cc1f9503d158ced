/*
 * The part of a report that programs read: what became of each recipient. With an address beyond ASCII it has its form in
 * UTF-8.
 * Ref: RFC 3464 2; RFC 6533 3
 */
import type { Notice, NoticeRecipient } from './notice.js';
import { asciiText, field, isAscii, plainText } from './safe-text.js';

/** When things happened, and where; null where it is not known. */
export interface StatusFrame {
  /** The name of this host. */
  readonly host: string;
  readonly arrival: Date | null;
  readonly lastAttempt: Date | null;
  /** Until when a delayed message is tried again. */
  readonly retryUntil: Date | null;
  /** Whether the sender may see the address that the message was to be delivered to. */
  readonly showsFinal: boolean;
}

/** A time as header fields have it, in UTC. */
export function headerDate(time: Date): string {
  return time.toUTCString().replace('GMT', '+0000');
}

function addressesOf({ recipients }: Notice): string[] {
  return recipients.flatMap(({ address, notary }) =>
    notary.orcpt === null ? [address] : [address, notary.orcpt.address],
  );
}

/** Whether the report needs the form of RFC 6533. */
export function needsUtf8(notice: Notice): boolean {
  return !addressesOf(notice).every(isAscii);
}

function typedAddress(address: string): string {
  return `${isAscii(address) ? 'rfc822' : 'utf-8'}; ${address}`;
}

/** The address that the sender may see. */
export function shownAddress({ address, notary }: NoticeRecipient, showsFinal: boolean): string {
  return showsFinal ? address : (notary.orcpt?.address ?? address);
}

/** The name of a server as the report has it; addresses are literals. */
function serverName(server: string): string {
  const name = plainText(server);
  if (name.startsWith('[')) return name;
  if (name.includes(':')) return `[IPv6:${name}]`;
  return /^[\d.]+$/.test(name) ? `[${name}]` : name;
}

function originalRecipient({ notary: { orcpt } }: NoticeRecipient): string[] {
  return orcpt === null ? [] : field('Original-Recipient', `${asciiText(orcpt.type)}; ${orcpt.address}`);
}

function recipientFields(notice: Notice, recipient: NoticeRecipient, frame: StatusFrame): string[] {
  const { remoteServer, reply, status } = recipient;
  const { lastAttempt, retryUntil } = frame;
  return [
    ...originalRecipient(recipient),
    ...field('Final-Recipient', typedAddress(shownAddress(recipient, frame.showsFinal))),
    ...field('Action', notice.action),
    ...field('Status', /^[245]\.\d{1,3}\.\d{1,3}$/.test(status) ? status : '5.0.0'),
    ...(remoteServer === null ? [] : field('Remote-MTA', `dns; ${asciiText(serverName(remoteServer))}`)),
    ...(reply === null ? [] : field('Diagnostic-Code', `smtp; ${asciiText(reply)}`)),
    ...(lastAttempt === null ? [] : field('Last-Attempt-Date', headerDate(lastAttempt))),
    ...(notice.action !== 'delayed' || retryUntil === null
      ? []
      : field('Will-Retry-Until', headerDate(retryUntil))),
  ];
}

/** The lines of the part, without ends. */
export function deliveryStatus(notice: Notice, frame: StatusFrame): string[] {
  const { envid } = notice.message;
  return [
    ...(envid === null ? [] : field('Original-Envelope-Id', asciiText(envid))),
    ...field('Reporting-MTA', `dns; ${asciiText(frame.host)}`),
    ...(frame.arrival === null ? [] : field('Arrival-Date', headerDate(frame.arrival))),
    ...notice.recipients.flatMap((recipient) => ['', ...recipientFields(notice, recipient, frame)]),
  ];
}
