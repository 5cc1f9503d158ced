/*
 * Where strangers come in: the initial channels, and those that a stranger who uses TLS is switched to from them. Lint and audit
 * act as a stranger at each of these doors.
 */
import type { ReverseName } from '../channel/index.js';
import { switchAfterTls } from '../channel/index.js';
import { facesOutside } from './outside.js';
import { channelNamed, type Policy } from './policy.js';
import type { Session } from './session.js';
import { sessionTls } from './tls-decisions.js';

/** Ports for message submission. Ref: RFC 8314 3.3 */
const submissionPorts: readonly number[] = [465, 587];

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

/** The channels that connections begin with, each by its first port, and those that TLS leads to from there. */
export function doorsOf(policy: Policy): Door[] {
  const { settings } = policy;
  const doors = new Map<string, Door>();
  const listeners = [[25, settings.listeners.default] as const, ...settings.listeners.ports];
  for (const [port, channel] of listeners) {
    if (!facesOutside(policy, channel) || doors.has(channel)) continue;
    doors.set(channel, { channel, port, tls: false });
  }
  for (const { channel, port } of [...doors.values()]) {
    const target = switchAfterTls(policy.channels, channelNamed(policy, channel));
    if (target === null || doors.has(target.name)) continue;
    doors.set(target.name, { channel: target.name, port, tls: true });
  }
  return [...doors.values()];
}

/** A client whose address has no name. */
export const noName: ReverseName = { kind: 'none', cause: 'none is assumed' };

/** An unknown client, from a network for documentation. Ref: RFC 5737 3 */
export function strangerAt(policy: Policy, { channel, port, tls }: Door): Session {
  return {
    client: { address: '192.0.2.1', port: 4000 },
    server: { address: '192.0.2.2', port },
    reverseName: noName,
    sourceChannel: channel,
    helo: 'sender.invalid',
    esmtp: true,
    // A stranger can use TLS where it is required.
    tls: tls || sessionTls(policy, channel, false).awaited,
    authUser: null,
  };
}
