/*
 * The class of core's connections, with what Haraka 3.3 has there without documenting it:
 *   process_data, _process_data, process_line       octets of the client become lines, and a line a command
 *   client                                          the socket, with and without TLS
 *   respond, setTLS, apply_proxy                    a reply leaves; a handshake is done; a PROXY line has come
 *   loginfo, logdebug, logprotocol                  what is logged of them
 *   state, current_data, hooks_to_run, current_hook where a session is
 * The files of this folder change methods of the prototype, so a change holds for every connection of the process.
 */
import type { HarakaConnection, HarakaPlugin } from '../types.js';

/** States of a connection, from haraka-constants. */
export const states = {
  command: 1,
  loop: 2,
  data: 3,
  pause: 4,
  pauseSmtp: 5,
  pauseData: 6,
  disconnecting: 99,
  disconnected: 100,
} as const;

type Log = (this: CoreConnection, ...entries: unknown[]) => void;

/** The methods that are changed. */
export interface ConnectionMethods {
  process_line(this: CoreConnection, line: Buffer): void;
  process_data(this: CoreConnection, data: Buffer): void;
  _process_data(this: CoreConnection): void;
  respond(this: CoreConnection, code: unknown, message: unknown, done?: () => void): unknown;
  setTLS(this: CoreConnection, session: unknown): void;
  apply_proxy(this: CoreConnection, proxy: unknown): void;
  loginfo: Log;
  logdebug: Log;
  logprotocol: Log;
}

/** A connection with what is not documented. */
export interface CoreConnection extends Omit<HarakaConnection, 'respond' | 'loginfo'>, ConnectionMethods {
  state: number;
  /** What the client sent and was not looked at yet. */
  current_data: Buffer | null;
  readonly early_talker: boolean;
  readonly hooks_to_run: readonly unknown[];
  readonly current_hook?: unknown;
  readonly client: {
    readonly targetsocket?: object;
    pause(): void;
    resume(): void;
    once(event: 'drain', listener: () => void): unknown;
  };
}

const names = [
  'process_line',
  'process_data',
  '_process_data',
  'respond',
  'setTLS',
  'apply_proxy',
  'loginfo',
  'logdebug',
  'logprotocol',
] as const;

function member(value: unknown, name: string): unknown {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
    ? Reflect.get(value, name)
    : undefined;
}

function hasMethods(value: unknown): value is ConnectionMethods {
  return names.every((name) => typeof member(value, name) === 'function');
}

function prototypeOf(plugin: HarakaPlugin): unknown {
  return member(member(plugin.haraka_require('connection'), 'Connection'), 'prototype');
}

/** Throws, with the text for that case, when a connection of this Haraka lacks one of these methods. */
export function checkMethods(plugin: HarakaPlugin, needed: readonly string[], missingText: string): void {
  const prototype = prototypeOf(plugin);
  if (needed.some((name) => typeof member(prototype, name) !== 'function')) throw new Error(missingText);
}

/** Gives the methods of core's connections; throws on a Haraka that has others. */
export function connectionMethods(plugin: HarakaPlugin): ConnectionMethods {
  const prototype = prototypeOf(plugin);
  if (hasMethods(prototype)) return prototype;
  const missing = names.filter((name) => typeof member(prototype, name) !== 'function');
  throw new Error(`this Haraka is not one that we know: a connection has no ${missing.join(', ')}`);
}
