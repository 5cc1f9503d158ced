/*
 * Where strangers come in, and who they say they are: the channels for outsiders that connections start with, the
 * channels of the submission ports, on which no entry against strangers may count, and those that a stranger who uses
 * TLS is switched to from them.
 */
import type { Path } from '../../address/address.js';
import { hasKeyword } from '../../channel/channel.js';
import type { Environment } from '../../lookup/environment.js';
import type { Lookup } from '../../lookup/lookup.js';
import { decideSender } from '../decide-sender.js';
import { channelNamed, type Policy } from '../policy.js';
import type { Session } from '../session.js';
import { strangerUnderTls } from '../stranger-channels.js';
import { sessionTls } from '../tls-decisions.js';

/** Ports on which people hand in mail. Ref: RFC 8314 3.3 */
const submissionPorts: readonly number[] = [465, 587];

/** A sender of whom nothing is known. */
export const mainSender = 'stranger@sender.invalid';

/** Tells whether a port is one of them. */
export function isSubmission(port: number): boolean {
  return submissionPorts.includes(port);
}

/** A channel that strangers come in on, with one of its ports. */
export interface Door {
  readonly channel: string;
  readonly port: number;
  /** Whether a stranger can be on it only under TLS. */
  readonly tls: boolean;
}

/** The channels for outsiders among those that connections start with, those of the submission ports, and behind TLS. */
export function doorsOf(policy: Policy): Door[] {
  const { settings, channels } = policy;
  const doors = new Map<string, Door>();
  const listeners = [[25, settings.listeners.default] as const, ...settings.listeners.ports];
  for (const [port, channel] of listeners) {
    const found = channels.channels.get(channel);
    if (found === undefined || doors.has(channel)) continue;
    if (hasKeyword(found, 'switchchannel') || isSubmission(port))
      doors.set(channel, { channel, port, tls: false });
  }
  for (const { channel, port } of [...doors.values()]) {
    const target = strangerUnderTls(policy, channelNamed(policy, channel));
    if (target === null || doors.has(target.name)) continue;
    doors.set(target.name, { channel: target.name, port, tls: true });
  }
  return [...doors.values()];
}

export function strangerAt(policy: Policy, { channel, port, tls }: Door): Session {
  return {
    client: { address: '192.0.2.1', port: 4000 },
    server: { address: '192.0.2.2', port },
    reverseName: { kind: 'none', cause: 'none is assumed' },
    sourceChannel: channel,
    helo: 'sender.invalid',
    esmtp: true,
    // A stranger can have TLS where it is asked for.
    tls: tls || sessionTls(policy, channel, false).awaited,
    authUser: null,
  };
}

/** A sender, as said and as it goes on. */
export interface Sender {
  readonly said: string;
  readonly envelopeFrom: string;
}

function pathOf(address: string): Path {
  if (address === '') return { kind: 'null' };
  const at = address.lastIndexOf('@');
  return {
    kind: 'address',
    address: { route: [], localPart: address.slice(0, at), domain: address.slice(at + 1) },
  };
}

/** A stranger, nobody, and a stranger who pretends to be one of ours; without those that FROM_ACCESS turns away. */
export function* sendersOn(
  policy: Policy,
  session: Session,
  newEnvironment: () => Environment,
): Lookup<readonly Sender[]> {
  const senders: Sender[] = [];
  for (const said of [mainSender, '', `postmaster@${policy.localHost}`]) {
    const options = { tables: true };
    const decision = yield* decideSender(policy, session, pathOf(said), options, newEnvironment());
    if (decision.verdict.kind === 'accept') senders.push({ said, envelopeFrom: decision.envelopeFrom });
  }
  return senders;
}
