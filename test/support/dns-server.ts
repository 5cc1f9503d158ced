/*
 * A name server on its own port: answers PTR, A, AAAA, TXT and MX (`10 mx.example`) from a table, denies names that are not
 * in the table, and keeps silent where it is told to.
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

/** The server's answer to `type name`, such as `A mail.example`: records, silence, or a failure. */
export type DnsAnswer = readonly string[] | 'silence' | 'failure' | LateAnswer;

/** Records that are sent late. */
export interface LateAnswer {
  readonly afterMs: number;
  readonly records: readonly string[];
}

const typeNames = new Map([
  [1, 'A'],
  [12, 'PTR'],
  [15, 'MX'],
  [16, 'TXT'],
  [28, 'AAAA'],
]);

function encodeName(name: string): Buffer {
  const labels = name
    .split('.')
    .flatMap((label) => [Buffer.from([label.length]), Buffer.from(label, 'latin1')]);
  return Buffer.concat([...labels, Buffer.from([0])]);
}

function encodeIpv6(address: string): Buffer {
  const [head = '', tail = ''] = address.split('::');
  const words = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((one) => Number(`0x${one}`));
  const front = words(head);
  const back = words(tail);
  const middle = Array.from({ length: 8 - front.length - back.length }, () => 0);
  return Buffer.from([...front, ...middle, ...back].flatMap((word) => [word >> 8, word & 255]));
}

function encodeMx(value: string): Buffer {
  const [preference = '', exchange = ''] = value.split(' ');
  const head = Buffer.alloc(2);
  head.writeUInt16BE(Number(preference), 0);
  return Buffer.concat([head, exchange === '.' ? Buffer.from([0]) : encodeName(exchange)]);
}

function encodeContent(type: number, value: string): Buffer {
  switch (typeNames.get(type)) {
    case 'A':
      return Buffer.from(value.split('.').map(Number));
    case 'AAAA':
      return encodeIpv6(value);
    case 'MX':
      return encodeMx(value);
    case 'TXT':
      return Buffer.concat([Buffer.from([value.length]), Buffer.from(value, 'latin1')]);
    default:
      return encodeName(value);
  }
}

function encodeRecord(type: number, value: string): Buffer {
  const content = encodeContent(type, value);
  const head = Buffer.alloc(12);
  // The name of every record is the one in the question, at octet 12 of the message.
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(1, 4);
  // A time to live of 0: the record must not be cached.
  head.writeUInt32BE(0, 6);
  head.writeUInt16BE(content.length, 10);
  return Buffer.concat([head, content]);
}

function inputOf(message: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), type: message.readUInt16BE(at + 1), end: at + 5 };
}

export class DnsServer {
  readonly #socket: Socket;
  readonly #table: ReadonlyMap<string, DnsAnswer>;
  #listeners: (() => void)[] = [];
  #isClosed = false;
  /** The questions so far, each `type name`. */
  readonly questions: string[] = [];

  private constructor(socket: Socket, table: ReadonlyMap<string, DnsAnswer>) {
    this.#socket = socket;
    this.#table = table;
    socket.on('message', (message, from) => {
      const { reply, afterMs } = this.#reply(message);
      const send = (): void => {
        if (reply !== null && !this.#isClosed) socket.send(reply, from.port, from.address);
      };
      if (afterMs === 0) send();
      else setTimeout(send, afterMs).unref();
      const listeners = this.#listeners;
      this.#listeners = [];
      for (const listener of listeners) listener();
    });
  }

  static async start(table: Readonly<Record<string, DnsAnswer>>): Promise<DnsServer> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new DnsServer(socket, new Map(Object.entries(table)));
  }

  /** `address:port`, as node:dns takes it. */
  get address(): string {
    return `127.0.0.1:${this.#socket.address().port}`;
  }

  /** Resolves when a question was asked. */
  async asked(question: string): Promise<void> {
    while (!this.questions.includes(question)) {
      await new Promise<void>((resolve) => this.#listeners.push(resolve));
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#socket.close();
  }

  #reply(message: Buffer): { readonly reply: Buffer | null; readonly afterMs: number } {
    const { name, type, end } = inputOf(message);
    const question = `${typeNames.get(type) ?? type} ${name}`;
    this.questions.push(question);
    const written = this.#table.get(question) ?? [];
    const isLate = typeof written === 'object' && 'afterMs' in written;
    const answer = isLate ? written.records : written;
    if (answer === 'silence') return { reply: null, afterMs: 0 };
    const records = answer === 'failure' ? [] : answer;
    const head = Buffer.alloc(12);
    message.copy(head, 0, 0, 2);
    const code = answer === 'failure' ? 2 : records.length === 0 ? 3 : 0;
    head.writeUInt16BE(0x8580 | code, 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt16BE(records.length, 6);
    const reply = Buffer.concat([
      head,
      message.subarray(12, end),
      ...records.map((one) => encodeRecord(type, one)),
    ]);
    return { reply, afterMs: isLate ? written.afterMs : 0 };
  }
}
