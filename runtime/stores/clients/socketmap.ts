/*
 * Socketmap, the protocol of Sendmail and Postfix for look-ups: `map key` as a netstring, and the reply as another.
 * Ref: Postfix socketmap_table(5)
 */
import type { Socket } from 'node:net';
import type { SocketmapQuery, SocketmapStore } from '../../../lib/config/index.js';
import { connectSocket } from '../connect-socket.js';
import { QuestionRefused, type StoreClient, type StoreConnection } from '../store-connection.js';
import { netstring, readNetstring } from './netstring.js';

/** As in Postfix, in octets. */
const longestReply = 100_000;

interface Waiting {
  readonly resolve: (octets: Buffer) => void;
  readonly reject: (error: Error) => void;
}

/** One question after another on a socket. */
class Exchange {
  readonly #socket: Socket;
  #chunks: Buffer[] = [];
  #received = 0;
  /** How many octets there must be before the reply can be complete. */
  #wants = 0;
  #waiting: Waiting | null = null;
  #end: Error | null = null;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the server closed the connection')));
  }

  ask(request: string): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      if (this.#end !== null) reject(this.#end);
      else {
        this.#waiting = { resolve, reject };
        this.#socket.write(netstring(request));
      }
    });
  }

  #take(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#received += chunk.length;
    if (this.#waiting === null) this.#fail(new Error('the server sent something that was not asked for'));
    else if (this.#received >= this.#wants) this.#read(this.#waiting);
  }

  #read(waiting: Waiting): void {
    const all = Buffer.concat(this.#chunks);
    const read = readNetstring(all, longestReply);
    switch (read.kind) {
      case 'unfinished':
        this.#chunks = [all];
        this.#wants = read.wants;
        break;
      case 'wrong':
        this.#fail(new Error(read.cause));
        break;
      case 'read':
        this.#chunks = [];
        this.#received = 0;
        this.#wants = 0;
        this.#waiting = null;
        waiting.resolve(read.octets);
        break;
    }
  }

  #fail(error: Error): void {
    this.#end ??= error;
    this.#socket.destroy();
    this.#waiting?.reject(this.#end);
    this.#waiting = null;
  }
}

/** The values that a reply means. Throws QuestionRefused for one that is about this key alone, and an error for any other. */
export function valuesOfReply(octets: Buffer): readonly string[] {
  let reply: string;
  try {
    reply = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(octets);
  } catch {
    throw new QuestionRefused('the reply is not UTF-8');
  }
  const blank = reply.indexOf(' ');
  const [status, rest] = blank === -1 ? [reply, ''] : [reply.slice(0, blank), reply.slice(blank + 1)];
  switch (status) {
    case 'OK':
      return [rest];
    case 'NOTFOUND':
      return [];
    case 'TEMP':
    case 'TIMEOUT':
    case 'PERM':
      throw new QuestionRefused(`${status} ${rest}`.trim());
    default:
      throw new Error('the reply has an unknown status');
  }
}

export const socketmapClient: StoreClient<SocketmapStore, SocketmapQuery> = {
  async connect(server, settings, ends) {
    const socket = await connectSocket(server, settings, ends);
    const exchange = new Exchange(socket);
    const connection: StoreConnection<SocketmapQuery> = {
      values: async ({ map }, key) => valuesOfReply(await exchange.ask(`${map} ${key}`)),
      close: () => void socket.destroy(),
      keepAlive: (wanted) => void (wanted ? socket.ref() : socket.unref()),
    };
    return connection;
  },
};
