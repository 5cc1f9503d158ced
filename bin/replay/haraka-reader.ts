/*
 * Reads Haraka's log: core's lines for connect, sender, recipient and disconnect, and the lines of our plugins, which name
 * entries. The name, EHLO and TLS of a client are logged when it disconnects, so its requests are reported then.
 *
 * Core also logs `code=OK` for a recipient that no plugin accepted and that gets 550: only the counts on `disconnect` tell
 * them apart.
 */
import { canonicalAddress } from '../../lib/address/index.js';
import { type HarakaLine, parseHarakaLine } from './haraka-line.js';
import {
  accepted,
  type Happened,
  type LineKind,
  type LogReader,
  type LogSink,
  rejected,
} from './logged-request.js';
import { oldestOf } from './oldest.js';
import {
  type OpenConnection,
  type OpenRecipient,
  openConnection,
  reportRequests,
} from './open-connection.js';
import { scanPairs, scanPath } from './scan-line.js';

/** How many connections may be open at a time; beyond that the oldest are reported as they are. */
const mostConnections = 20_000;
/** How many recipients of one connection wait for its end. */
const mostRecipients = 10_000;

const ownPlugins = /^pmdf\//;

const deferred: Happened = { verdict: 'defer', code: 450, entry: null };

/** Verdicts by the words that core writes. */
const verdicts: ReadonlyMap<string, Happened> = new Map([
  ['OK', accepted],
  ['CONT', accepted],
  ['DENY', rejected],
  ['DENYDISCONNECT', rejected],
  ['DENYSOFT', deferred],
  ['DENYSOFTDISCONNECT', deferred],
]);

/** `reject recipient <a@b> entry=mappings:8 reply="550 5.7.1 ..."`, as our plugins write it. */
const refusal = /^ entry=(\S+)(?: reply="(\d{3}))?/;
/** `shadow reject RCPT entry=mappings:8 table=...`, after `process: ` on a second pass. */
const shadow = /^(?:(?:re)?process: )?shadow ([a-z]+) [A-Z]+ entry=(\S+) /;
/** In the line of pmdf/switchchannel for a name that is not confirmed; core logs such a name too. */
const notConfirmed = ' is not confirmed, ';
/** Ends a shadow line whose refusal was applied: the line of the refusal follows. */
const applied = ' applied=relaying';

/** Reads Haraka's log; `ownOnly` ignores the lines that are not from our plugins. */
export class HarakaReader implements LogReader {
  readonly #sink: LogSink;
  readonly #ownOnly: boolean;
  readonly #open = new Map<string, OpenConnection>();

  constructor(sink: LogSink, ownOnly = false) {
    this.#sink = sink;
    this.#ownOnly = ownOnly;
  }

  read(text: string, place: string): LineKind {
    const line = parseHarakaLine(text);
    if (line === null) return 'unknown';
    if (ownPlugins.test(line.origin)) return this.#ownLine(line, place);
    if (this.#ownOnly || line.origin !== 'core' || line.connection === '-') return 'other';
    return this.#coreLine(line, place);
  }

  end(): void {
    for (const connection of this.#open.values()) reportRequests(connection, this.#sink);
    this.#open.clear();
  }

  #connection(id: string, place: string): OpenConnection {
    const known = this.#open.get(id);
    if (known !== undefined) return known;
    for (const oldest of oldestOf(this.#open, mostConnections)) this.#close(oldest);
    const made = openConnection(place);
    this.#open.set(id, made);
    return made;
  }

  #close(id: string): void {
    const connection = this.#open.get(id);
    if (connection !== undefined) reportRequests(connection, this.#sink);
    this.#open.delete(id);
  }

  #recipient(connection: OpenConnection, recipient: OpenRecipient): void {
    const { recipients } = connection;
    const last = recipients.at(-1);
    // Our plugin logs a refusal, then core does: that is one.
    const isSame =
      last !== undefined &&
      last.transaction === recipient.transaction &&
      last.to === recipient.to &&
      last.isOwn !== recipient.isOwn;
    if (isSame) {
      recipients[recipients.length - 1] = last.isOwn ? { ...last, isOwn: false } : last;
      return;
    }
    recipients.push(recipient);
    if (recipients.length > mostRecipients) {
      reportRequests(connection, this.#sink);
      recipients.length = 0;
    }
  }

  #coreLine(line: HarakaLine, place: string): LineKind {
    switch (line.what) {
      case 'connect': {
        const connection = this.#connection(line.connection, place);
        connection.address = canonicalAddress(line.field('ip') ?? '');
        connection.server = line.field('local_ip') ?? connection.server;
        connection.port = Number(line.field('local_port')) || connection.port;
        return connection.address === null ? 'unknown' : 'used';
      }
      case 'sender':
        return this.#sender(line, place);
      case 'recipient': {
        const happened = verdicts.get(line.field('code') ?? '');
        if (line.path === null || happened === undefined) return 'unknown';
        const { transaction, path: to } = line;
        const connection = this.#connection(line.connection, place);
        if (!connection.senders.has(transaction)) {
          connection.senders.set(transaction, line.field('sender') ?? '');
        }
        this.#recipient(connection, { transaction, to, happened, place, isOwn: false });
        return 'used';
      }
      case 'disconnect': {
        const connection = this.#connection(line.connection, place);
        // With a proxy the client becomes known after `connect`.
        connection.address = canonicalAddress(line.field('ip') ?? '') ?? connection.address;
        connection.farewell = {
          name: line.field('rdns') ?? '',
          helo: line.field('helo') ?? '',
          tls: line.field('tls') === 'Y',
          accepted: Number.parseInt(line.field('rcpts') ?? '', 10),
          lastRefusal: line.field('lr') ?? '',
        };
        this.#close(line.connection);
        return 'used';
      }
      default:
        return 'other';
    }
  }

  #sender(line: HarakaLine, place: string): LineKind {
    const happened = verdicts.get(line.field('code') ?? '');
    if (line.path === null || happened === undefined) return 'unknown';
    const connection = this.#connection(line.connection, place);
    connection.senders.set(line.transaction, line.path);
    if (happened.verdict === 'accept') return 'used';
    const { transaction } = line;
    this.#recipient(connection, { transaction, to: null, happened, place, isOwn: false });
    return 'used';
  }

  #ownLine(line: HarakaLine, place: string): LineKind {
    switch (line.what) {
      case 'shadow':
      case 'process:':
      case 'reprocess:':
        return this.#shadow(line.message);
      case 'reject':
      case 'defer':
        return this.#refused(line, line.what, place);
      case 'accept':
        return this.#accepted(line, place);
      case 'authenticated':
        this.#connection(line.connection, place).auth = scanPairs(line.message).get('user') ?? null;
        return 'used';
      default:
        return this.#channel(line, place);
    }
  }

  #shadow(message: string): LineKind {
    const [, verdict, entry] = shadow.exec(message) ?? [];
    if (verdict === undefined || entry === undefined)
      return message.startsWith('shadow ') ? 'unknown' : 'other';
    if (!message.endsWith(applied)) this.#sink.shadow({ verdict, entry });
    return 'used';
  }

  #channel(line: HarakaLine, place: string): LineKind {
    if (!line.message.startsWith('channel=')) return 'other';
    const address = canonicalAddress(/ client=(\S+)/.exec(line.message)?.[1] ?? '');
    if (address === null) return 'unknown';
    const connection = this.#connection(line.connection, place);
    connection.address = address;
    connection.isNameDoubtful = line.message.includes(notConfirmed);
    return 'used';
  }

  #accepted(line: HarakaLine, place: string): LineKind {
    const path = scanPath(line.message, line.message.indexOf('<'));
    if (path === null) return 'unknown';
    const { transaction } = line;
    const connection = this.#connection(line.connection, place);
    connection.accepted.add(path.text);
    this.#recipient(connection, { transaction, to: path.text, happened: accepted, place, isOwn: true });
    return 'used';
  }

  #refused(line: HarakaLine, verdict: 'reject' | 'defer', place: string): LineKind {
    const { message, transaction } = line;
    const [, what = ''] = message.split(' ', 2);
    const begin = verdict.length + what.length + 2;
    const path = scanPath(message, begin);
    const told = refusal.exec(message.slice(path?.end ?? begin - 1));
    // A line without an entry is about delivery; if it is about a command, core logs it too.
    if (told === null && !this.#ownOnly) return 'other';
    const [, entry = 'none', code] = told ?? [];
    const happened = {
      verdict,
      code: code === undefined ? (verdict === 'reject' ? 550 : 451) : Number(code),
      entry: entry === 'none' ? null : entry,
    };
    const connection = this.#connection(line.connection, place);
    if (what === 'connection') {
      this.#recipient(connection, { transaction: 0, to: null, happened, place, isOwn: true });
      return 'used';
    }
    // Other commands before MAIL, and MAIL itself, are logged by core.
    if (what !== 'sender' && what !== 'recipient') return 'other';
    if (path === null) return 'unknown';
    const isSender = what === 'sender';
    if (isSender && !connection.senders.has(transaction)) connection.senders.set(transaction, path.text);
    this.#recipient(connection, {
      transaction,
      to: isSender ? null : path.text,
      happened,
      place,
      isOwn: true,
    });
    return 'used';
  }
}
