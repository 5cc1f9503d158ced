/*
 * The class of core's connections. The files of this folder change methods of its prototype, so that a change holds for
 * every connection of the process.
 * Undocumented, read from Haraka 3.3.4: connection.js
 *   process_data, _process_data, process_line       the client's octets become lines, and a line a command
 *   accumulate_data, cmd_mail, cmd_rcpt             lines of a message; MAIL and RCPT before core parses them
 *   client                                          the socket, with and without TLS
 *   respond, setTLS, apply_proxy                    a reply leaves; a handshake is done; a PROXY line was received
 *   loginfo, logdebug, logprotocol                  what is logged about them
 *   state, current_data, hooks_to_run, current_hook how far a session has come
 */
import { Part } from '../part.js';
import type { HarakaConnection } from '../types.js';

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

/** What gets the lines of a message. */
export interface MessageMethods {
  accumulate_data(this: HarakaConnection, line: unknown): unknown;
}

/** What gets the arguments of MAIL and RCPT. */
export interface EnvelopeMethods {
  cmd_mail(this: HarakaConnection, rest: unknown): unknown;
  cmd_rcpt(this: HarakaConnection, rest: unknown): unknown;
}

export interface CoreConnection extends Omit<HarakaConnection, 'respond' | 'loginfo'>, ConnectionMethods {
  state: number;
  /** Octets of the client that core has not processed yet. */
  current_data: Buffer | null;
  readonly early_talker: boolean;
  readonly hooks_to_run: readonly unknown[];
  readonly current_hook?: unknown;
  readonly client: {
    readonly targetsocket?: { readonly writableLength?: number };
    pause(): void;
    resume(): void;
    once(event: 'drain', listener: () => void): unknown;
  };
}

type AllMethods = ConnectionMethods & MessageMethods & EnvelopeMethods;

export const connectionClass = new Part<AllMethods>('connection', 'Connection.prototype', [
  'process_line',
  'process_data',
  '_process_data',
  'respond',
  'disconnect',
  'setTLS',
  'apply_proxy',
  'loginfo',
  'logdebug',
  'logprotocol',
  'accumulate_data',
  'cmd_mail',
  'cmd_rcpt',
]);

export function isClosing({ state }: CoreConnection): boolean {
  return state >= states.disconnecting;
}
