/*
 * smtp_client, as far as a session with a next mail server uses it, and sessions that talk to it: the test gives the server's
 * answers.
 */
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { noMailParameters } from '../../../../lib/notary/parameters.js';
import type { OutgoingMessage } from '../../../../lib/notary/pass-on.js';
import type { Reply } from '../../../../lib/smtp/reply.js';
import { BackendSession, type MessageReplies } from '../../../../plugins/haraka/backend/backend-session.js';
import type { BackendClient } from '../../../../plugins/haraka/backend/smtp-client.js';
import type { HarakaAddress, HarakaTransaction } from '../../../../plugins/haraka/types.js';
import { fakeAddress, fakeConnection } from '../../fakes.js';

/** The next command to be answered is `command`. */
export class FakeClient extends EventEmitter implements BackendClient {
  readonly socket = new EventEmitter();
  smtputf8 = false;
  readonly said: string[] = [];
  command = 'mail';
  response: string[] = [];
  ending: 'release' | 'destroy' | null = null;
  /** Whether a message is written at once. */
  writesAll = true;

  send_command(command: string, argument = ''): void {
    this.command = command.toLowerCase();
    this.said.push(`${command} ${argument}`.trim());
  }

  start_data(): void {
    this.command = 'dot';
    this.said.push('(message)');
    if (this.writesAll) this.socket.emit('unpipe');
  }

  release(): void {
    this.ending ??= 'release';
  }

  destroy(): void {
    this.ending ??= 'destroy';
    this.socket.emit('close');
  }

  /** Emits a reply of the server, as smtp_client does. */
  answer(code: number, ...lines: string[]): void {
    this.response = lines;
    this.#emitLines(code, lines);
    if (code >= 400) this.emit('bad_code', String(code), lines.join(' '));
    else this.emit(this.command);
  }

  /** Emits the server's reply to EHLO. */
  offer(...extensions: readonly string[]): void {
    this.command = 'ehlo';
    this.#emitLines(250, ['sink.example', ...extensions]);
  }

  #emitLines(code: number, lines: readonly string[]): void {
    for (const [at, line] of lines.entries())
      this.emit('server_protocol', `${code}${at === lines.length - 1 ? ' ' : '-'}${line}\r\n`);
  }
}

export interface Scene {
  readonly client: FakeClient;
  readonly session: BackendSession;
  /** What was logged as an error. */
  readonly errors: string[];
  /** The sender as sent to a server; `usePunycode`: to one without SMTPUTF8. */
  readonly sender: (usePunycode?: boolean) => string;
}

export interface SceneOptions {
  readonly limitMs?: number;
  readonly idleMs?: number;
  readonly from?: HarakaAddress;
  readonly isUtf8?: boolean;
  readonly message?: OutgoingMessage;
  /** How large the message is. */
  readonly octets?: number;
  readonly protocol?: 'smtp' | 'lmtp';
  /** Called before the session gets the client. */
  readonly prepare?: (client: FakeClient) => unknown;
}

/** Opens a session with a fake client. */
export function openSession({
  limitMs = 5000,
  idleMs = 5000,
  from = fakeAddress('a'),
  isUtf8 = false,
  message = noMailParameters,
  octets,
  protocol = 'smtp',
  prepare = () => undefined,
}: SceneOptions = {}): Scene {
  const client = new FakeClient();
  prepare(client);
  const errors: string[] = [];
  let format: (usePunycode: boolean) => string = () => '';
  const connection = fakeConnection(errors);
  const transaction: HarakaTransaction = Object.create(
    null,
    octets === undefined ? {} : { data_bytes: { value: octets } },
  );
  connection.transaction = transaction;
  const session = new BackendSession({
    module: {
      get_client_plugin: (_plugin, seen, _settings, done) => {
        const sender: unknown = Reflect.get(Object(Reflect.get(seen, 'transaction')), 'mail_from');
        format = (usePunycode) =>
          String(Reflect.apply(Reflect.get(Object(sender), 'format'), sender, [usePunycode]));
        done(null, client);
      },
    },
    backend: {
      name: 'mail.domain.com:25',
      protocol,
      host: 'mail.domain.com',
      settings: {},
      plugin: {},
      oneEach: false,
      timeout: null,
      failed: () => false,
      authenticate: () => undefined,
    },
    connection,
    transaction,
    from,
    isUtf8,
    message,
    isOwn: (address, port) => address === '192.0.2.1' && port === 25,
    limitMs,
    idleMs,
  });
  return { client, session, errors, sender: (usePunycode = false) => format(usePunycode) };
}

export const bob = fakeAddress('bob');

/** Lets what waits for an event go on. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Lets the server accept the sender and then the recipient. */
export async function withRecipient({ session, client }: Scene): Promise<void> {
  const asked = session.ask(bob);
  client.answer(250, 'ok');
  await turn();
  client.answer(250, 'ok');
  assert.equal((await asked).code, 250);
}

/** A reply as one line. */
export function line({ code, enhanced, text }: Reply): string {
  return [code, enhanced, text].filter((part) => part !== '').join(' ');
}

/** The replies to a message, in the order of the recipients. */
export function lines(replies: MessageReplies): string {
  return [...replies.values()].map(line).join(' / ');
}
