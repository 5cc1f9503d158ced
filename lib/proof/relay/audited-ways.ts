/*
 * The attack forms of the relay audit as a cross-check of the proof: what gets through is a way, whatever the proof says. Where the
 * stricter entries are not in force the forms with routing in a local part are what is known of servers inside.
 */
import { type EntryPoint, noName, type Policy, strangerAt } from '../../policy/index.js';
import type { RelayLeak } from '../audit/relay-leak.js';
import type { RelayWay } from './relay-proof.js';
import { allowedBy } from './way-words.js';

/** A leak as a way that the site does not allow. */
export function wayOfLeak(policy: Policy, entryPoint: EntryPoint, leak: RelayLeak): RelayWay {
  const { claims, channel, reading, address, from } = leak;
  const { client, server, helo, tls, reverseName } = strangerAt(policy, entryPoint);
  const last = reading.at(-1) ?? address;
  return {
    channel: entryPoint.channel,
    senders: from === '' ? 'the null sender' : from,
    recipients: `addresses like \`${address}\``,
    conditions: leak.conditions,
    entries: leak.entry === null ? [] : [leak.entry],
    witness: {
      client: client.address,
      port: server.port,
      name: reverseName === noName || reverseName.kind !== 'confirmed' ? null : reverseName.name,
      helo: claims.helo ?? helo,
      esmtp: claims.esmtp,
      tls: claims.tls ?? tls,
      from,
      to: address,
      originalRecipient: claims.originalRecipient,
      notify: [...claims.notify],
    },
    delivered: leak.isDirect
      ? `${channel} ${last}`
      : `${channel} ${reading[0] ?? address}, which a server may read as ${last}`,
    ...allowedBy([]),
  };
}
