/*
 * A connection to the next mail server of a channel, by SMTP or LMTP, and what is awaited on it. Haraka's smtp_client greets the
 * server, starts TLS, authenticates and sends MAIL; what it does not report is found out here: a refused, broken or silent
 * connection, and the code of a reply that is not a refusal.
 * Read from Haraka 3.3.4: smtp_client.js (events server_protocol, bad_code, error, mail, rcpt, data, dot; socket).
 */
import { noExtensions, type OfferedExtensions, OfferReader } from '../../../lib/notary/index.js';
import { oneLine, type Reply } from '../../../lib/smtp/index.js';
import { causeOf } from '../cause-of.js';
import type { MessageText } from '../message/message-text.js';
import { AwaitedReplies } from './awaited-replies.js';
import type { SessionOpening } from './backend.js';
import { noAnswer, readReply, refusesGateway, toOurselves } from './backend-reply.js';
import { guardLines } from './guard-lines.js';
import { speakLmtp } from './lmtp-client.js';
import { seenConnection } from './seen-connection.js';
import { stepOf } from './session-step.js';
import { type BackendClient, peerAddress } from './smtp-client.js';

/** How long a server may take to accept a connection. */
const connectLimitMs = 5000;

/**
 * How long a connection waits for the client. Clients that name a recipient and then stay silent would otherwise use up the
 * connections that the server allows; one that is merely slow gets another connection.
 */
const usualIdleMs = 20_000;

const logName = { name: 'pmdf/deliver' };

/** A connection to a server. Its functions never reject: every failure is a 4yz reply. */
export class BackendConnection {
  readonly #opening: SessionOpening;
  #offered: OfferedExtensions = noExtensions;
  readonly #offer = new OfferReader();
  #client: BackendClient | null = null;
  #awaited: AwaitedReplies | null = null;
  #code = 0;
  #isOver = false;
  #isSilent = false;
  #hasAnswered = false;
  #mayTryAnother = false;
  /** Whether the whole message has been written. */
  #isSent = false;
  #idle: NodeJS.Timeout | undefined;

  constructor(opening: SessionOpening) {
    this.#opening = opening;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Whether the server exceeded a time limit. */
  get isSilent(): boolean {
    return this.#isSilent;
  }

  /** Whether the server was not reached and another one of the same settings may be. */
  get mayTryAnother(): boolean {
    return this.#mayTryAnother;
  }

  /** Whether the server has sent anything. */
  get hasAnswered(): boolean {
    return this.#hasAnswered;
  }

  /** What the server offers. */
  get offered(): OfferedExtensions {
    return this.#offered;
  }

  /** Whether addresses beyond ASCII are sent as they are; null where there is no connection. */
  get speaksUtf8(): boolean | null {
    return this.#client?.smtputf8 ?? null;
  }

  /** Connects; gives the reply to MAIL, or why there is no connection. */
  begin(): Promise<Reply> {
    return this.#await(this.#opening.limitMs, () => this.#connect());
  }

  /** Sends a command, and waits for the reply; null for no limit. */
  say(limitMs: number | null, command: string, argument?: string): Promise<Reply> {
    return this.#await(limitMs, (client) => client?.send_command(command, argument));
  }

  /** Sends the message, and waits for `count` replies, which are fewer when the connection is over. */
  sendMessage(text: MessageText, count: number, limitMs: number | null): Promise<readonly Reply[]> {
    return this.#awaitAll(count, limitMs, (client) => {
      client?.socket.once('unpipe', () => {
        this.#isSent = true;
      });
      client?.start_data(text);
    });
  }

  /** Notes that the connection is in use. */
  resume(): void {
    clearTimeout(this.#idle);
  }

  /** Notes that nothing is to be said at present; the connection ends when that lasts. */
  rest(): void {
    if (!this.#isOver) this.#idle = setTimeout(() => this.end(), this.#opening.idleMs ?? usualIdleMs);
  }

  /** Ends the connection with a server that is too slow; what is still waited for gets `noAnswer`. */
  giveUp(): void {
    if (this.#isOver) return;
    this.#isSilent = true;
    this.#giveUp();
  }

  /** Ends the connection; an incomplete message is not delivered. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#idle);
    // QUIT would end up in the middle of the message.
    if (this.#awaited !== null || (this.#client?.command === 'dot' && !this.#isSent)) this.#client?.destroy();
    else this.#client?.release();
    this.#tellAll(noAnswer);
  }

  /** Runs `act`, which the server will answer, and waits for the reply. */
  async #await(limitMs: number | null, act: (client: BackendClient | null) => void): Promise<Reply> {
    const [given] = await this.#awaitAll(1, limitMs, act);
    return given ?? noAnswer;
  }

  /** The same where the server answers several times. */
  #awaitAll(
    count: number,
    limitMs: number | null,
    act: (client: BackendClient | null) => void,
  ): Promise<readonly Reply[]> {
    // The server may have said more than it was asked.
    if (this.#isOver) return Promise.resolve([]);
    return new Promise((resolve) => {
      const limit =
        limitMs === null
          ? undefined
          : setTimeout(() => {
              this.#isSilent = true;
              this.#giveUp();
            }, limitMs);
      this.#awaited = new AwaitedReplies(count, (given) => {
        clearTimeout(limit);
        resolve(given);
      });
      try {
        act(this.#client);
      } catch (error) {
        this.#opening.connection.logerror(logName, `the next mail server: ${causeOf(error)}`);
        this.#giveUp();
      }
    });
  }

  #tell(given: Reply): void {
    if (this.#awaited?.take(given) === true) this.#awaited = null;
  }

  #tellAll(given: Reply): void {
    const awaited = this.#awaited;
    this.#awaited = null;
    awaited?.fill(given);
  }

  #giveUp(given: Reply = noAnswer): void {
    this.#isOver = true;
    clearTimeout(this.#idle);
    const awaited = this.#awaited;
    this.#awaited = null;
    this.#client?.destroy();
    awaited?.fill(given);
  }

  #connect(): void {
    const { module, backend, connection } = this.#opening;
    module.get_client_plugin(
      backend.plugin,
      seenConnection(this.#opening, this),
      backend.settings,
      (_error, client) => {
        this.#client = client;
        if (backend.protocol === 'lmtp') speakLmtp(client, () => this.#refuse(client, this.#code));
        guardLines(client.socket, (name) => {
          const words = `${backend.name} sent a reply that smtp_client cannot read (${name})`;
          connection.logerror(logName, words);
          this.#giveUp();
        });
        const connectLimit = setTimeout(() => {
          this.#isSilent = true;
          this.#giveUp();
        }, connectLimitMs);
        client.socket.once('connect', () => {
          clearTimeout(connectLimit);
          const address = peerAddress(client);
          if (address !== null && this.#opening.isOwn(address, Number(client.port)))
            this.#giveUp(toOurselves);
        });
        client.socket.once('close', () => {
          clearTimeout(connectLimit);
          if (!this.#hasAnswered && !connection.remote.closed) {
            this.#mayTryAnother = backend.failed(client, connection);
          }
          this.#giveUp();
        });
        client.on('server_protocol', (line = '') => {
          this.#hasAnswered = true;
          this.#code = Number(line.slice(0, 3));
          if (client.command === 'ehlo') this.#offered = this.#offer.hear(line) ?? this.#offered;
        });
        for (const command of ['mail', 'rcpt', 'data', 'dot']) {
          client.on(command, () => this.#hear(client, this.#code));
        }
        client.on('bad_code', (code = '') => this.#refuse(client, Number(code)));
        // It does not end the connection when it has no way to log in.
        client.on('error', (words = '') => {
          connection.logerror(logName, `${backend.name}: ${oneLine(words)}`);
          this.#giveUp();
        });
        backend.authenticate(client, connection);
      },
    );
  }

  #hear(client: BackendClient, code: number): void {
    const { command, response } = client;
    const isEarly = command === 'dot' && !this.#isSent;
    // LMTP answers several times in a row.
    client.response = [];
    // A reply without a command, or too early: commands and replies are out of step.
    if (this.#awaited === null || (isEarly && code < 400)) this.#giveUp();
    // The server does not want the message, which is broken off.
    else if (isEarly) this.#tellAll(readReply(code, response));
    else if (code === 354 && command === 'data') this.#tell({ code, enhanced: '', text: '' });
    else this.#tell(readReply(code, response));
  }

  #refuse(client: BackendClient, code: number): void {
    const { connection } = this.#opening;
    const isAboutMessage = ['mail', 'rcpt', 'data', 'dot'].includes(client.command);
    const isForOne = client.command === 'dot' && this.#opening.backend.protocol === 'lmtp';
    if (this.#awaited !== null && isAboutMessage && (isForOne || !refusesGateway(code))) {
      this.#hear(client, code);
      return;
    }
    const said = isAboutMessage ? readReply(code, client.response) : noAnswer;
    const words = oneLine(`${code} ${client.response.join(' ')}`);
    // It refuses the gateway, not the message.
    connection.logerror(logName, `${this.#opening.backend.name} answered ${stepOf(client)}: ${words}`);
    this.#isOver = true;
    client.release();
    this.#tellAll(said);
  }
}
