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

/** A port whose connections begin on the channel of `listeners.default`. */
function portOfDefault({ settings: { listeners } }: Policy): number {
  let port = 25;
  while ((listeners.ports.get(port) ?? listeners.default) !== listeners.default) port += 1;
  return port;
}

/** An entry point and others. */
type EntryPoints = readonly [EntryPoint, ...EntryPoint[]];

/**
 * The channels that connections begin with, each by its first port, and those that the rules or TLS lead to from there. A channel has
 * an entry point for each channel from which strangers come to it, and another one if they come by TLS from there too.
 */
export function entryPointsByChannel(policy: Policy): ReadonlyMap<string, EntryPoints> {
  const { settings, outside } = policy;
  const listeners = [
    [portOfDefault(policy), settings.listeners.default] as const,
    ...settings.listeners.ports,
  ];
  const initial = listeners
    .filter(([, channel], at) => listeners.findIndex(([, other]) => other === channel) === at)
    .filter(([, channel]) => facesOutside(policy, channel))
    .map(([port, channel]): EntryPoint => ({ channel, port, tls: false, switched: null }));
  const switchedByRules = [...outside.switched].flatMap(([channel, strangers]) =>
    strangers.map((switched): EntryPoint => {
      const [port = 25] = listeners.find(([, begins]) => begins === switched.from) ?? [];
      return { channel, port, tls: false, switched };
    }),
  );
  const found = new Map<string, EntryPoint>();
  const add = (one: EntryPoint): void => {
    const key = [one.channel, one.port, one.tls].join(' ');
    if (!found.has(key)) found.set(key, one);
  };
  for (const one of [...initial, ...switchedByRules]) add(one);
  for (const { channel, port, switched } of [...found.values()]) {
    const target = switchAfterTls(policy.channels, channelNamed(policy, channel));
    if (target !== null) add({ channel: target.name, port, tls: true, switched });
  }
  const byChannel = new Map<string, EntryPoints>();
  for (const one of found.values()) {
    const before = byChannel.get(one.channel);
    byChannel.set(one.channel, before === undefined ? [one] : [...before, one]);
  }
  return byChannel;
}

/** The first entry point of each channel that strangers come in on. */
export function entryPointsOf(policy: Policy): EntryPoint[] {
  return [...entryPointsByChannel(policy).values()].map(([first]) => first);
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
