/*
 * One connection to a next hop that may serve several messages, one after the other. It is idle for a moment when the server has
 * accepted a message and refused nothing. If it turns out to be closed, or the server wants no further MAIL on it, the message
 * goes to the same server on a new connection; so it does when the connection is lost, or answers 421, or DATA with anything but
 * 354, before the message itself is sent.
 * Undocumented, read from Haraka 3.3.4: outbound/hmail.js (try_deliver_host_on_socket), tls_socket.js (pluggableStream, connect).
 * Ref: RFC 5321 3.8, 4.1.1.1, 4.1.1.10, 4.1.4, 4.5.3.2
 */

/** As long as Postfix keeps one. */
const idleMs = 2000;
const mostMessages = 100;

export interface Socket {
  emit(event: string, ...values: readonly unknown[]): boolean;
  write(text: string | Uint8Array, ...rest: readonly unknown[]): unknown;
  removeAllListeners(event: string): unknown;
  setTimeout(milliseconds: number): unknown;
  destroy(...reason: readonly unknown[]): unknown;
  readonly writable: boolean;
  /** The present time limit. */
  readonly _timeout: number;
  /** Tells Haraka that the greeting and EHLO are done. */
  __fromPool?: boolean;
}

/** The connections to the same server, which are told what becomes of this one. */
export interface ServerPool {
  /** The connection can be used again. */
  offer(connection: KeptConnection): void;
  /** It no longer can. */
  withdraw(connection: KeptConnection): void;
  closed(): void;
}

const lostEvents = new Set(['error', 'timeout', 'close', 'end']);

/**
 * Replies on a connection that was used before, after which the message deserves a new one. A reply too many to the message
 * before would shift all that follow by one, but cannot make DATA be answered with 354. Ref: RFC 5321 3.8
 */
function wantsNew(reply: string, command: string): boolean {
  if (command.startsWith('MAIL ')) return !reply.startsWith('250');
  return reply.startsWith('421') || (command.startsWith('DATA') && !reply.startsWith('354'));
}

function endsWithLineFeed(octets: unknown): boolean {
  return octets instanceof Uint8Array && octets.at(-1) === 0x0a;
}

/**
 * A connection that may be used again. `used again`: for a message that can still start over on another connection; `in use`:
 * for one that cannot; `ending`: QUIT has been sent; `lost`: nobody listens any more.
 */
export class KeptConnection {
  readonly socket: Socket;
  readonly #emit: Socket['emit'];
  readonly #write: Socket['write'];
  readonly #timeout: number;
  readonly #toServer: ServerPool;
  #state: 'in use' | 'used again' | 'idle' | 'ending' | 'lost' = 'in use';
  #messages = 1;
  #isOpen = true;
  #lastCommand = '';
  #lastReply = '';
  /** Servers may count errors, and close a session that has too many. */
  #hasRefused = false;
  /** Whether nothing that arrived is left to read. */
  #isAllRead = true;
  #isReading = false;
  #held: Uint8Array | null = null;
  #startAgain: () => void = () => undefined;

  constructor(socket: Socket, toServer: ServerPool) {
    this.socket = socket;
    this.#toServer = toServer;
    this.#emit = socket.emit.bind(socket);
    this.#write = socket.write.bind(socket);
    this.#timeout = socket._timeout;
    socket.emit = (event, ...values) => this.#emitted(event, values);
    socket.write = (text, ...rest) => this.#written(text, rest);
    const destroy = socket.destroy.bind(socket);
    socket.destroy = (...reason) => {
      // Core has done with this attempt.
      this.#cannotStartAgain();
      return destroy(...reason);
    };
  }

  /** Gives the idle connection to a further message; `startAgain` is called when that needs another one after all. */
  use(startAgain: () => void): Socket {
    this.#state = 'used again';
    this.#messages += 1;
    this.#startAgain = startAgain;
    this.socket.__fromPool = true;
    this.socket.setTimeout(this.#timeout);
    return this.socket;
  }

  #emitted(event: string, values: readonly unknown[]): boolean {
    if (event === 'close' && this.#isOpen) {
      this.#isOpen = false;
      this.#toServer.closed();
    }
    switch (this.#state) {
      case 'lost':
        return true;
      case 'ending':
        if (lostEvents.has(event) || event === 'data') this.#lose();
        return true;
      case 'idle':
        // A server has nothing to say now, except that it closes the connection.
        if (event === 'timeout') this.#end();
        else if (lostEvents.has(event) || event === 'data' || event === 'line') this.#lose();
        return true;
      case 'used again':
        if (lostEvents.has(event)) return this.#giveUp();
        if (event === 'line' && wantsNew(String(values[0]), this.#lastCommand)) return this.#giveUp();
        return this.#passOn(event, values);
      case 'in use':
        return this.#passOn(event, values);
    }
  }

  #passOn(event: string, values: readonly unknown[]): boolean {
    if (event === 'line') {
      this.#lastReply = String(values[0]);
      if (/^[45]/.test(this.#lastReply)) this.#hasRefused = true;
    }
    if (event !== 'data') return this.#emit(event, ...values);
    this.#isAllRead = endsWithLineFeed(values[0]);
    this.#isReading = true;
    const isHeard = this.#emit(event, ...values);
    this.#isReading = false;
    this.#offerIfIdle();
    return isHeard;
  }

  #written(text: string | Uint8Array, rest: readonly unknown[]): unknown {
    const held = this.#held;
    if (typeof text !== 'string') {
      this.#cannotStartAgain();
      // The last piece of a message leaves together with the dot that ends it.
      this.#held = text;
      return held === null || this.#write(held);
    }
    this.#held = null;
    if (text === 'QUIT\r\n' && this.#canBeKept()) {
      this.#becomeIdle();
      return true;
    }
    this.#lastCommand = text;
    if (text === '.\r\n' || text === 'QUIT\r\n') this.#cannotStartAgain();
    return this.#write(held === null ? text : Buffer.concat([held, Buffer.from(text)]), ...rest);
  }

  #canBeKept(): boolean {
    const isAccepted = this.#lastCommand === '.\r\n' && this.#lastReply.startsWith('2') && !this.#hasRefused;
    return isAccepted && this.#isAllRead && this.#messages < mostMessages && this.socket.writable;
  }

  #becomeIdle(): void {
    this.#state = 'idle';
    for (const event of ['line', ...lostEvents]) this.socket.removeAllListeners(event);
    this.socket.setTimeout(idleMs);
    // What arrived with the last reply is seen first.
    if (!this.#isReading) this.#offerIfIdle();
  }

  #offerIfIdle(): void {
    if (this.#state === 'idle') this.#toServer.offer(this);
  }

  #cannotStartAgain(): void {
    if (this.#state === 'used again') this.#state = 'in use';
  }

  #giveUp(): true {
    this.#lose();
    this.#startAgain();
    return true;
  }

  #end(): void {
    this.#state = 'ending';
    this.#toServer.withdraw(this);
    this.#write('QUIT\r\n');
    this.socket.setTimeout(idleMs);
  }

  #lose(): void {
    this.#state = 'lost';
    this.#toServer.withdraw(this);
    this.socket.destroy();
  }
}
