/*
 * A fake of the parts of Haraka's queue that open connections to next hops, and of what core does on them.
 */
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { keepConnections } from '../../../../plugins/haraka/delivery/kept-connections.js';
import { fakePlugin } from '../../fakes.js';

interface Server {
  readonly exchange: string;
  readonly port: number;
  readonly auth_user?: string;
}

export class Socket extends EventEmitter {
  readonly writable = true;
  readonly _timeout = 30_000;
  readonly sent: string[] = [];
  /** What further pieces of a message are answered with. */
  readonly answers: boolean[] = [];
  __fromPool?: boolean;
  isDestroyed = false;

  write(text: string | Uint8Array): boolean {
    this.sent.push(Buffer.from(text).toString());
    return typeof text === 'string' || (this.answers.shift() ?? true);
  }

  setTimeout(): void {}

  destroy(): void {
    this.isDestroyed = true;
    this.emit('close');
  }
}

/** A message of the queue. Core's part: what it does on a socket is done by the test. */
export class Mail {
  readonly todo;
  mxlist: Server[];
  readonly sockets: Socket[] = [];
  readonly isForced: boolean;
  readonly #pool: Pool;

  constructor(pool: Pool, options: { servers?: Server[]; from?: string; isForced?: boolean } = {}) {
    const address = { format: () => options.from ?? '<a@client.example>' };
    this.todo = { domain: 'other.com', mail_from: address, rcpt_to: [address] };
    this.mxlist = options.servers ?? [{ exchange: '192.0.2.1', port: 25 }];
    this.isForced = options.isForced ?? false;
    this.#pool = pool;
  }

  get socket(): Socket {
    const socket = this.sockets.at(-1);
    assert.ok(socket !== undefined, 'no connection');
    return socket;
  }

  try_deliver(): void {
    const server = this.mxlist.shift();
    assert.ok(server !== undefined, 'no server is left');
    this.#pool.get_client(server, (error, socket) => {
      if (socket === null) throw error;
      this.sockets.push(socket);
    });
  }

  try_deliver_host_on_socket(): void {}

  get_force_tls(): boolean {
    return this.isForced;
  }
}

interface Pool {
  get_client(server: Server, given: (error: unknown, socket: Socket | null) => void): void;
}

/** A queue that keeps connections: the sockets it has opened, and a way to deliver a message. */
export function start() {
  const opened: Socket[] = [];
  const pool: Pool = {
    get_client: (_server, given) => {
      const socket = new Socket();
      opened.push(socket);
      given(null, socket);
    },
  };
  // Every test changes a class of its own.
  class OwnMail extends Mail {
    override try_deliver(): void {
      super.try_deliver();
    }
    override try_deliver_host_on_socket(): void {}
    override get_force_tls(): boolean {
      return super.get_force_tls();
    }
  }
  const modules = new Map<string, object>([
    ['outbound', { HMailItem: OwnMail }],
    ['outbound/client_pool', pool],
  ]);
  let isWanted = true;
  const plugin = { ...fakePlugin('pmdf/deliver'), haraka_require: (name: string) => modules.get(name) };
  keepConnections(plugin, () => isWanted);
  const turnOff = (): void => {
    isWanted = false;
  };
  const mailWith = (options: ConstructorParameters<typeof Mail>[1] = {}): Mail => {
    const mail = new OwnMail(pool, options);
    mail.try_deliver();
    return mail;
  };
  return { opened, mailWith, turnOff };
}

/** What core does from MAIL to the end, when the server accepts everything. */
export function serve({ socket }: Mail, answer = '250 accepted\r\n'): void {
  socket.write('MAIL FROM:<a@client.example>\r\n');
  socket.emit('line', '250 sender\r\n');
  socket.write('DATA\r\n');
  socket.emit('line', '354 go on\r\n');
  socket.write(Buffer.from('Hello.\r\n'));
  socket.write('.\r\n');
  socket.emit('line', answer);
  socket.write('QUIT\r\n');
}
