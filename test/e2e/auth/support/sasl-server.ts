/*
 * An SMTP server that requires AUTH, with faults that a test can set. It records the session line by line.
 */

import { createHmac, randomBytes } from 'node:crypto';
import net from 'node:net';
import tls from 'node:tls';
import type { Certificate } from '../../support/certificate.js';

/** What the server does. */
export interface SaslBehaviour {
  /** The AUTH line of EHLO in the clear, and under TLS; null for none. `=` in front makes the old form. */
  readonly inClear: string | null;
  readonly underTls: string | null;
  /** Offers STARTTLS. */
  readonly startTls: boolean;
  /** What happens to the credentials: they are checked, a fixed reply is given, or the connection is dropped. */
  readonly answer: 'look' | 'drop' | 'reset' | string;
  /** Refuses MAIL without AUTH, with this reply. */
  readonly demands: string | null;
}

/** The valid users. */
export interface Login {
  readonly user: string;
  readonly password: string;
}

/** One connection. */
export interface SaslSession {
  /** Every line received, without the message. */
  readonly lines: string[];
  /** Lines received in the clear. */
  readonly clear: string[];
  /** The mechanism by which the client authenticated. */
  authenticated: string | null;
  messages: number;
}

/** A running server. */
export interface SaslServer {
  readonly port: number;
  readonly sessions: readonly SaslSession[];
  /** Messages of all sessions. */
  messages(): number;
  stop(): Promise<void>;
}

function text(line: string): string {
  return Buffer.from(line, 'base64').toString('utf8');
}

class Session {
  readonly record: SaslSession = { lines: [], clear: [], authenticated: null, messages: 0 };
  readonly #behaviour: SaslBehaviour;
  readonly #login: Login;
  readonly #certificate: Certificate | null;
  #socket: net.Socket;
  #rest = '';
  #isSecure = false;
  #isMessage = false;
  /** Handles the next line during AUTH. */
  #awaits: ((line: string) => void) | null = null;

  constructor(socket: net.Socket, behaviour: SaslBehaviour, login: Login, certificate: Certificate | null) {
    this.#socket = socket;
    this.#behaviour = behaviour;
    this.#login = login;
    this.#certificate = certificate;
    this.#attach();
    this.#say('220 mx.example ESMTP');
  }

  #attach(): void {
    this.#socket.on('data', (chunk: Buffer) => this.#feed(chunk.toString('utf8')));
    this.#socket.on('error', () => this.#socket.destroy());
  }

  #say(line: string): void {
    this.#socket.write(`${line}\r\n`);
  }

  #feed(chunk: string): void {
    this.#rest += chunk;
    for (let end = this.#rest.indexOf('\r\n'); end !== -1; end = this.#rest.indexOf('\r\n')) {
      const line = this.#rest.slice(0, end);
      this.#rest = this.#rest.slice(end + 2);
      if (this.#isMessage) this.#messageLine(line);
      else {
        this.record.lines.push(line);
        if (!this.#isSecure) this.record.clear.push(line);
        if (this.#awaits === null) this.#command(line);
        else this.#awaits(line);
      }
    }
  }

  #messageLine(line: string): void {
    if (line !== '.') return;
    this.#isMessage = false;
    this.record.messages += 1;
    this.#say('250 2.0.0 taken');
  }

  #command(line: string): void {
    const [verb = '', ...words] = line.split(' ');
    switch (verb.toUpperCase()) {
      case 'EHLO':
        return void this.#greet();
      case 'STARTTLS':
        return void this.#startTls();
      case 'AUTH':
        return void this.#auth(words[0] ?? '', words[1] ?? null);
      case 'MAIL': {
        const { demands } = this.#behaviour;
        return void this.#say(
          demands !== null && this.record.authenticated === null ? demands : '250 2.1.0 go on',
        );
      }
      case 'RCPT':
        return void this.#say('250 2.1.5 go on');
      case 'DATA':
        this.#isMessage = true;
        return void this.#say('354 go on');
      case 'QUIT':
        this.#say('221 2.0.0 bye');
        this.#socket.end();
        return;
      default:
        return void this.#say('502 5.5.2 what is that?');
    }
  }

  #greet(): void {
    const { startTls, inClear, underTls } = this.#behaviour;
    const auth = this.#isSecure ? underTls : inClear;
    const offers = ['mx.example', '8BITMIME'];
    if (startTls && !this.#isSecure) offers.push('STARTTLS');
    if (auth !== null) offers.push(auth.startsWith('=') ? `AUTH${auth}` : `AUTH ${auth}`);
    this.#socket.write(
      offers.map((one, at) => `250${at === offers.length - 1 ? ' ' : '-'}${one}\r\n`).join(''),
    );
  }

  #startTls(): void {
    if (this.#certificate === null) return void this.#say('502 5.5.1 no TLS');
    this.#say('220 2.0.0 go on');
    this.#socket.removeAllListeners('data');
    this.#socket = new tls.TLSSocket(this.#socket, { ...this.#certificate, isServer: true });
    this.#isSecure = true;
    this.#rest = '';
    this.#attach();
  }

  #auth(mechanism: string, initial: string | null): void {
    switch (mechanism) {
      case 'PLAIN':
        return void this.#ask('', initial, (line) => {
          const [, user = '', password = ''] = text(line).split('\0');
          this.#end(mechanism, { user, password });
        });
      case 'LOGIN':
        // An unusual wording: a client must go by the order.
        return void this.#ask('User Name', initial, (user) =>
          this.#ask('Password', null, (password) =>
            this.#end(mechanism, { user: text(user), password: text(password) }),
          ),
        );
      case 'CRAM-MD5': {
        const challenge = `<${randomBytes(8).toString('hex')}@mx.example>`;
        return void this.#ask(challenge, null, (line) => {
          const digest = createHmac('md5', this.#login.password).update(challenge).digest('hex');
          const isRight = text(line) === `${this.#login.user} ${digest}`;
          this.#end(mechanism, isRight ? this.#login : { user: '', password: '' });
        });
      }
      case 'ENDLESS':
        return;
      default:
        return void this.#say('504 5.5.4 not known');
    }
  }

  #ask(challenge: string, initial: string | null, take: (line: string) => void): void {
    if (initial !== null) {
      take(initial);
      return;
    }
    this.#say(`334 ${Buffer.from(challenge).toString('base64')}`);
    this.#awaits = (line) => {
      this.#awaits = null;
      if (line === '*') this.#say('501 5.7.0 given up');
      else take(line);
    };
  }

  #end(mechanism: string, { user, password }: Login): void {
    const { answer } = this.#behaviour;
    if (answer === 'drop') {
      this.#socket.end();
      return;
    }
    if (answer === 'reset') {
      this.#socket.destroy();
      return;
    }
    if (answer !== 'look') return void this.#say(answer.replace('{password}', password));
    if (user === this.#login.user && password === this.#login.password) {
      this.record.authenticated = mechanism;
      this.#say('235 2.7.0 welcome');
    } else this.#say('535 5.7.8 wrong');
  }
}

/** Starts a server on 127.0.0.1, or on the address and port given. */
export async function startSaslServer(
  behaviour: Partial<SaslBehaviour>,
  login: Login,
  certificate: Certificate,
  at: { readonly host: string; readonly port: number } = { host: '127.0.0.1', port: 0 },
): Promise<SaslServer> {
  const whole: SaslBehaviour = {
    inClear: null,
    underTls: null,
    startTls: true,
    answer: 'look',
    demands: null,
    ...behaviour,
  };
  const sessions: SaslSession[] = [];
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    sessions.push(new Session(socket, whole, login, whole.startTls ? certificate : null).record);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(at.port, at.host, () => resolve());
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return {
    port: address.port,
    sessions,
    messages: () => sessions.reduce((sum, one) => sum + one.messages, 0),
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
