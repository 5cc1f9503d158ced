/*
 * Where strangers come in: the initial channels, those that the rules switch strangers to, and those that a stranger who uses TLS
 * is switched to from them. Lint, audit and proof act as a stranger at each of them.
 */
import { switchAfterTls } from '../channel/index.js';
import { facesOutside } from './outside.js';
import { channelNamed, type Policy } from './policy.js';
import type { Session } from './session.js';
import { noName, type SwitchedStranger, usualStranger } from './stranger.js';
import { sessionTls } from './tls-decisions.js';

/** Ports for message submission. Ref: RFC 8314 3.3 */
const submissionPorts: readonly number[] = [465, 587];

/** Tells whether a port is one of them. */
export function isSubmission(port: number): boolean {
  return submissionPorts.includes(port);
}

/** A channel that strangers come in on, with one of its ports. */
export interface EntryPoint {
  readonly channel: string;
  readonly port: number;
  /** Whether a stranger can be on it only under TLS. */
  readonly tls: boolean;
  /** A stranger whom the rules switch to it; null where all strangers on the port are on it. */
  readonly switched: SwitchedStranger | null;
}

/** The channels that connections begin with, each by its first port, and those that the rules or TLS lead to from there. */
export function entryPointsOf(policy: Policy): EntryPoint[] {
  const { settings } = policy;
  const entryPoints = new Map<string, EntryPoint>();
  const listeners = [[25, settings.listeners.default] as const, ...settings.listeners.ports];
  for (const [port, channel] of listeners) {
    if (!facesOutside(policy, channel) || entryPoints.has(channel)) continue;
    entryPoints.set(channel, { channel, port, tls: false, switched: null });
  }
  for (const [channel, switched] of policy.outside.switched) {
    const [port = 25] = listeners.find(([, initial]) => initial === switched.from) ?? [];
    if (!entryPoints.has(channel)) entryPoints.set(channel, { channel, port, tls: false, switched });
  }
  for (const { channel, port, switched } of [...entryPoints.values()]) {
    const target = switchAfterTls(policy.channels, channelNamed(policy, channel));
    if (target === null || entryPoints.has(target.name)) continue;
    entryPoints.set(target.name, { channel: target.name, port, tls: true, switched });
  }
  return [...entryPoints.values()];
}

/** A client that the rules do not name. */
export function strangerAt(policy: Policy, { channel, port, tls, switched }: EntryPoint): Session {
  return {
    client: { address: switched?.address ?? usualStranger, port: 4000 },
    server: { address: '192.0.2.2', port },
    reverseName: switched?.reverseName ?? noName,
    sourceChannel: channel,
    helo: 'sender.invalid',
    esmtp: true,
    // A stranger can use TLS where it is required.
    tls: tls || sessionTls(policy, channel, false).awaited,
    authUser: null,
  };
}
