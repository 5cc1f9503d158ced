/*
 * Connections to next hops that serve several messages, one after the other. Haraka 3.3 opens one for each message, although it
 * still knows what to do with a socket that was kept (`__fromPool`): it begins with MAIL. A connection is kept for a moment
 * when the server has accepted a message and refused nothing. If it turns out to be closed, or the server wants no further
 * MAIL on it, the message goes to the same server on a new connection; so it does when the connection is lost, or answers
 * 421, or DATA with anything but 354, before the message itself is sent.
 * Only for attempts that need nothing of EHLO, TLS or AUTH, and that no watcher sees.
 * Undocumented, read from Haraka 3.3.4: outbound/client_pool.js (get_client), outbound/hmail.js (try_deliver,
 * try_deliver_host_on_socket, mxlist), outbound/tls.js (cfg.no_tls_hosts), tls_socket.js (pluggableStream, connect).
 * Ref: RFC 5321 3.8, 4.1.1.1, 4.1.1.10, 4.1.4, 4.5.3.2
 */
import { Part } from '../part.js';
import type { Exchange } from '../queue/exchange.js';
import type { HarakaAddress, HarakaPlugin } from '../types.js';

/** As long as Postfix keeps one. */
const idleMs = 2000;
const mostMessages = 100;
/** With that many connections to one server, a further message waits for one of them, but not for long. */
const enough = 20;
const patienceMs = 1000;

interface Socket {
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

type Given = (error: unknown, socket: Socket | null) => void;

interface ClientPool {
  get_client(server: Server, given: Given): void;
}

export const clientPool = new Part<ClientPool>('outbound/client_pool', '', ['get_client']);

/** A server as Haraka tries it. */
interface Server extends Exchange {
  readonly path?: string;
  readonly bind_helo?: string;
}

interface DeliveredMail {
  readonly todo: {
    readonly domain: string;
    readonly mail_from: HarakaAddress;
    readonly rcpt_to: readonly HarakaAddress[];
  };
  readonly obtls?: { readonly cfg?: { readonly no_tls_hosts?: readonly string[] } };
  mxlist: Server[];
  try_deliver(): unknown;
  get_force_tls(server: Server): boolean;
}

export const deliveredMail = new Part<DeliveredMail>('outbound', 'HMailItem.prototype', [
  'try_deliver',
  'try_deliver_host_on_socket',
  'get_force_tls',
]);

const beyondAscii = /[^\x00-\x7f]/;

/** What two attempts must have in common to share a connection; null for one that needs its own. */
function sharedKey(mail: DeliveredMail, server: Server): string | null {
  // A watcher has to see all of an attempt.
  if (Object.hasOwn(mail, 'try_deliver_host_on_socket') || Object.hasOwn(mail, 'get_force_tls')) return null;
  if (server.auth_user !== undefined || mail.get_force_tls(server)) return null;
  const { domain, mail_from: from, rcpt_to: to } = mail.todo;
  // Whether the server offers SMTPUTF8 is known after EHLO only.
  if ([from, ...to].some((one) => beyondAscii.test(one.format()))) return null;
  // TLS may be switched off for some domains.
  const ownTls = (mail.obtls?.cfg?.no_tls_hosts ?? []).length > 0 ? domain : '';
  const { exchange, path, port, bind, bind_helo: helo, using_lmtp: lmtp } = server;
  return JSON.stringify([exchange, path, port, bind, helo, lmtp, ownTls]);
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
class KeptConnection {
  readonly socket: Socket;
  readonly #emit: Socket['emit'];
  readonly #write: Socket['write'];
  readonly #timeout: number;
  readonly #toServer: ConnectionsTo;
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

  constructor(socket: Socket, toServer: ConnectionsTo) {
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

/** The connections to one server. */
class ConnectionsTo {
  readonly #idle: KeptConnection[] = [];
  readonly #waiting = new Set<(connection: KeptConnection | null) => void>();
  readonly #whenNone: () => void;
  #open = 0;

  /** `whenNone` is called when the last connection is closed. */
  constructor(whenNone: () => void) {
    this.#whenNone = whenNone;
  }

  /** An idle connection, or null when a new one is to be opened. */
  take(given: (connection: KeptConnection | null) => void): void {
    const idle = this.#idle.pop();
    if (idle !== undefined) given(idle);
    else if (this.#open < enough) this.#giveNew(given);
    else {
      const timer = setTimeout(() => {
        this.#waiting.delete(take);
        this.#giveNew(given);
      }, patienceMs);
      const take = (connection: KeptConnection | null): void => {
        clearTimeout(timer);
        this.#waiting.delete(take);
        if (connection === null) this.#giveNew(given);
        else given(connection);
      };
      this.#waiting.add(take);
    }
  }

  offer(connection: KeptConnection): void {
    const [first] = this.#waiting;
    if (first === undefined) this.#idle.push(connection);
    else first(connection);
  }

  withdraw(connection: KeptConnection): void {
    const at = this.#idle.indexOf(connection);
    if (at !== -1) this.#idle.splice(at, 1);
  }

  /** One was closed, or could not be opened. */
  closed(): void {
    this.#open -= 1;
    const [first] = this.#waiting;
    if (first !== undefined) first(null);
    else if (this.#open === 0) this.#whenNone();
  }

  #giveNew(given: (connection: null) => void): void {
    this.#open += 1;
    given(null);
  }
}

const changed = new WeakSet<ClientPool>();

/** Has Haraka's queue keep connections while `isWanted`; throws when this Haraka lacks a function. */
export function keepConnections(plugin: HarakaPlugin, isWanted: () => boolean): void {
  const pool = clientPool.in(plugin);
  const prototype = deliveredMail.in(plugin);
  if (changed.has(pool)) return;
  changed.add(pool);
  const { get_client: open } = pool;
  const { try_deliver: attempt } = prototype;
  /** The message that is about to be sent to a server; Haraka has an object of its own for each attempt. */
  const mails = new WeakMap<Server, DeliveredMail>();
  /** Servers to which the message goes on a new connection, since a kept one failed. */
  const onNew = new WeakSet<Server>();
  const servers = new Map<string, ConnectionsTo>();

  prototype.try_deliver = function () {
    const [server] = this.mxlist;
    if (server !== undefined) mails.set(server, this);
    return attempt.call(this);
  };

  pool.get_client = function (server, given) {
    const mail = mails.get(server);
    const needsNew = mail === undefined || onNew.has(server) || !isWanted();
    const key = needsNew ? null : sharedKey(mail, server);
    if (mail === undefined || key === null) {
      open.call(this, server, given);
      return;
    }
    const toServer = servers.get(key) ?? new ConnectionsTo(() => servers.delete(key));
    servers.set(key, toServer);
    toServer.take((connection) => {
      if (connection === null) {
        open.call(this, server, (error, socket) => {
          if (socket === null) toServer.closed();
          else new KeptConnection(socket, toServer);
          given(error, socket);
        });
        return;
      }
      const startAgain = (): void => {
        onNew.add(server);
        mail.mxlist.unshift(server);
        mail.try_deliver();
      };
      given(null, connection.use(startAgain));
    });
  };
}
