/*
 * Reads PMDF's log, mail.log_current, as PMDF, Messaging Server or pmdf/log write it. A recipient is the one that the client named;
 * the entries E of what it became follow each other. The address of the client is in an entry only where LOG_CONNECTION has bit 0
 * or 5.
 */
import { canonicalAddress } from '../../lib/address/index.js';
import type { SessionClient } from '../../lib/decide/index.js';
import { type ConnectionEntry, type MessageEntry, readEntry } from '../../lib/log/index.js';
import {
  accepted,
  clientOf,
  type Happened,
  type LineKind,
  type LogReader,
  type LogSink,
} from './logged-request.js';

/** Whether a line begins as an entry of the log. */
export function isMailLogLine(line: string): boolean {
  return /^(?:[ 0-3][0-9]-[A-Z][a-z]{2}-[0-9]{4} |<(?:en|co) )/.test(line);
}

const usualPort = 25;

/** The name of a user where the log says that there was one, but not who. */
const someUser = 'unknown';

/** The client of an entry; null where the log does not name it. */
function clientIn(
  entry: { readonly transport: string; readonly system?: string; readonly user: string },
  action: string,
): SessionClient | null {
  const [, server = '', port = '', from = ''] = entry.transport.split('|');
  const [, helo = '', name = '', shown = ''] =
    /^(\S*) ?\((?:(\S+) )?\[([^\]]+)\]\)$/.exec(entry.system ?? '') ?? [];
  const address = canonicalAddress(from === '' ? shown : from);
  if (address === null) return null;
  const modifiers = action.slice(1);
  return clientOf({
    address,
    name: name === '' ? null : name,
    helo: helo === '' ? null : helo,
    tls: modifiers.includes('S'),
    auth: modifiers.includes('A') ? entry.user || someUser : null,
    server: canonicalAddress(server) ?? '127.0.0.1',
    port: Number(port) || usualPort,
  });
}

/** What a client was told; null where the entry does not say. */
function refusalIn(diagnostic: string): Happened | null {
  const code = Number(/^(?:smtp;)?([45][0-9]{2})(?![0-9])/.exec(diagnostic)?.[1]);
  if (Number.isNaN(code)) return null;
  return { verdict: code >= 500 ? 'reject' : 'defer', code, entry: null };
}

export class MailLogReader implements LogReader {
  readonly #sink: LogSink;
  /** The entry E before this one, without what the recipient became. */
  #enqueued = '';

  constructor(sink: LogSink) {
    this.#sink = sink;
  }

  read(line: string, place: string): LineKind {
    const entry = readEntry(line);
    if (entry === null) return 'unknown';
    return entry.kind === 'message' ? this.#message(entry, place) : this.#connection(entry, place);
  }

  end(): void {
    this.#enqueued = '';
  }

  #message(entry: MessageEntry, place: string): LineKind {
    switch (entry.action[0]) {
      case 'E':
        return this.#request(entry, accepted, place);
      case 'J': {
        // With a size, the message itself was refused.
        const happened = entry.blocks === 0 ? refusalIn(entry.diagnostic) : null;
        return happened === null ? 'other' : this.#request(entry, happened, place);
      }
      default:
        return 'other';
    }
  }

  #request(entry: MessageEntry, happened: Happened, place: string): LineKind {
    const client = clientIn(entry, entry.action);
    if (client === null) return 'other';
    const { from, originalTo, system, transport, source } = entry;
    const to = originalTo.slice(originalTo.indexOf(';') + 1);
    const key = happened === accepted ? [source, from, to, system, transport].join('\n') : '';
    const isSame = key !== '' && key === this.#enqueued;
    this.#enqueued = key;
    if (isSame) return 'used';
    this.#sink.request({ client, from, to: to === '' ? null : to, earlierRecipients: 0, happened, place });
    return 'used';
  }

  #connection(entry: ConnectionEntry, place: string): LineKind {
    if (entry.action !== 'X' || entry.direction !== '+') return 'other';
    const client = clientIn(entry, entry.action);
    const happened = refusalIn(entry.diagnostic);
    if (client === null || happened === null) return 'other';
    this.#sink.request({ client, from: null, to: null, earlierRecipients: 0, happened, place });
    return 'used';
  }
}
