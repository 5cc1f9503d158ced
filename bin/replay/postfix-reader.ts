/*
 * Reads Postfix's log. A recipient was accepted if its message came in through smtpd, whatever happened to the delivery;
 * the line of the delivery names it as the client did (`orig_to`). Mail that did not come by SMTP has no client and is
 * skipped.
 */

import type { SessionClient } from '../../lib/decide/index.js';
import { accepted, clientOf, type LineKind, type LogReader, type LogSink } from './logged-request.js';
import { oldestOf } from './oldest.js';
import {
  type PostfixClient,
  type PostfixLine,
  parseClient,
  parsePostfixLine,
  parseRefusal,
} from './postfix-line.js';
import { scanPath } from './scan-line.js';

/** A message in the queue. */
interface Message {
  readonly client: SessionClient;
  from: string | null;
  /** Recipients that were reported already: a delivery may be tried many times. */
  readonly reported: Set<string>;
}

/** How many messages and sessions are kept; the oldest are forgotten. */
const mostKept = 100_000;

/** The ports of named services in master.cf. */
const servicePorts = new Map([
  ['submission', 587],
  ['smtps', 465],
  ['submissions', 465],
]);
const defaultPort = 25;

function keep<V>(map: Map<string, V>, key: string, value: V): void {
  for (const oldest of oldestOf(map, mostKept)) map.delete(oldest);
  map.set(key, value);
}

/** The value of `key=...` up to the next comma. */
function wordAfter(text: string, key: string): string | null {
  const at = text.indexOf(`, ${key}=`);
  if (at === -1) return null;
  const begin = at + key.length + 3;
  const comma = text.indexOf(', ', begin);
  return text.slice(begin, comma === -1 ? text.length : comma);
}

export class PostfixReader implements LogReader {
  readonly #sink: LogSink;
  readonly #messages = new Map<string, Message>();
  /** Clients with TLS, by process. */
  readonly #underTls = new Map<string, string>();

  constructor(sink: LogSink) {
    this.#sink = sink;
  }

  read(text: string, place: string): LineKind {
    const line = parsePostfixLine(text);
    if (line === null) return 'unknown';
    switch (line.daemon) {
      case 'smtpd':
      case 'postscreen':
        return this.#smtpd(line, place);
      case 'qmgr':
        return this.#qmgr(line);
      case 'cleanup':
        // Milters and header checks refuse here, after DATA.
        return 'other';
      default:
        return this.#delivery(line, place);
    }
  }

  end(): void {
    this.#messages.clear();
    this.#underTls.clear();
  }

  #client(line: PostfixLine, client: PostfixClient, helo: string | null, auth: string | null): SessionClient {
    return clientOf({
      address: client.address,
      name: client.name,
      helo,
      tls: this.#underTls.get(line.process) === client.address,
      auth,
      server: '127.0.0.1',
      port: servicePorts.get(line.service) ?? defaultPort,
    });
  }

  #smtpd(line: PostfixLine, place: string): LineKind {
    const { rest, queueId } = line;
    if (rest.startsWith('reject: ')) return this.#refused(line, place);
    if (queueId !== null && rest.startsWith('client=')) {
      const client = parseClient(rest.slice('client='.length));
      if (client === null) return 'unknown';
      const user = wordAfter(rest, 'sasl_username');
      const logged = this.#client(line, client, null, user);
      keep(this.#messages, queueId, { client: logged, from: null, reported: new Set<string>() });
      return 'used';
    }
    const secured = / TLS connection established from (.*)$/.exec(rest)?.[1];
    if (secured !== undefined) {
      const client = parseClient(secured);
      if (client === null) return 'unknown';
      keep(this.#underTls, line.process, client.address);
      return 'used';
    }
    if (rest.startsWith('disconnect from ') || rest.startsWith('connect from ')) {
      this.#underTls.delete(line.process);
    }
    return 'other';
  }

  #refused(line: PostfixLine, place: string): LineKind {
    const refusal = parseRefusal(line.rest);
    if (refusal === null) return 'unknown';
    const { client, code, from, to, helo, user } = refusal;
    const happened = { verdict: code >= 500 ? 'reject' : 'defer', code, entry: null } as const;
    const session = this.#client(line, client, helo, user);
    this.#sink.request({ client: session, from, to, earlierRecipients: 0, happened, place });
    return 'used';
  }

  #qmgr({ queueId, rest }: PostfixLine): LineKind {
    if (queueId === null) return 'other';
    if (rest === 'removed') {
      this.#messages.delete(queueId);
      return 'used';
    }
    if (!rest.startsWith('from=')) return 'other';
    const path = scanPath(rest, 'from='.length);
    if (path === null) return 'unknown';
    const message = this.#messages.get(queueId);
    if (message === undefined) return 'other';
    message.from = path.text;
    return 'used';
  }

  #delivery({ queueId, rest }: PostfixLine, place: string): LineKind {
    if (queueId === null || !rest.startsWith('to=<')) return 'other';
    const to = scanPath(rest, 'to='.length);
    if (to === null || !rest.includes(' status=', to.end)) return 'unknown';
    const message = this.#messages.get(queueId);
    if (message === undefined) return 'other';
    const mark = ', orig_to=';
    const original = rest.startsWith(mark, to.end) ? scanPath(rest, to.end + mark.length) : null;
    const recipient = (original ?? to).text;
    if (message.reported.has(recipient)) return 'used';
    const { client, from } = message;
    const earlierRecipients = message.reported.size;
    this.#sink.request({ client, from, to: recipient, earlierRecipients, happened: accepted, place });
    message.reported.add(recipient);
    return 'used';
  }
}
