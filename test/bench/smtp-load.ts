/*
 * Load by Postfix's smtp-source: twenty sessions at once, a message of 1 kB in each transaction, from 127.0.0.1.
 */
import { childrenCpuSeconds } from './process-figures.js';
import { runToEnd } from './programs.js';
import { figureText } from './quantity.js';
import type { Figure } from './row.js';

const sessions = 20;

/** What is sent, and to which server. */
export interface Load {
  readonly port: number;
  readonly messages: number;
  /** Whether a session sends its messages over one connection, rather than over a connection for each. */
  readonly kept: boolean;
  /** bob@domain.com unless given. */
  readonly recipient?: string;
  /** Whether the recipients have a number before the address, from 1. */
  readonly isNumbered?: boolean;
}

/** How it went. */
export interface LoadResult {
  readonly messagesPerSecond: number;
  /** How much of one core the load generator took, 0 to 1. */
  readonly generator: number;
}

/** Sends messages from somebody@example.net; throws if the server does not accept them all. */
export function sendLoad(load: Load): LoadResult {
  const { port, messages, kept, recipient = 'bob@domain.com', isNumbered = false } = load;
  const cpu = childrenCpuSeconds();
  const start = process.hrtime.bigint();
  runToEnd({
    program: 'smtp-source',
    args: [
      ...(kept ? ['-d'] : []),
      ...(isNumbered ? ['-N'] : []),
      ...['-m', String(messages), '-s', String(sessions), '-l', '1024'],
      ...['-f', 'somebody@example.net', '-t', recipient, `inet:127.0.0.1:${port}`],
    ],
    install: 'the Debian package postfix',
  });
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  return { messagesPerSecond: messages / seconds, generator: (childrenCpuSeconds() - cpu) / seconds };
}

/** How a connection is used, in words for a row. */
export function connectionsText(kept: boolean): string {
  return kept ? 'kept connections' : 'a connection for each message';
}

/** A sentence about what the load generator takes of the machine while ours is measured. */
export function generatorNote(what: string, cores: Figure): string {
  return `${what}: the load generator takes ${figureText(cores)}.`;
}
