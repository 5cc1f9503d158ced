/*
 * One transaction with the next mail server of a channel, by SMTP or LMTP, on one connection: MAIL at once, RCPT for each
 * recipient that the client names, DATA at the end. Haraka's smtp_client greets the server, starts TLS, authenticates and sends
 * MAIL; what it does not report is found out here: a refused, broken or silent connection, and the code of a reply that is not
 * a refusal.
 * Read from Haraka 3.3.4: smtp_client.js (events server_protocol, bad_code, error, mail, rcpt, data, dot; socket).
 */
import {
  mailParameters,
  noExtensions,
  noRecipientNotary,
  type OfferedExtensions,
  OfferReader,
  type OutgoingMessage,
  permitsSize,
  type RecipientNotary,
  rcptParameters,
} from '../../../lib/notary/index.js';
import { oneLine, type Reply } from '../../../lib/smtp/index.js';
import { causeOf } from '../cause-of.js';
import { isBeyondAscii, utf8Refusal } from '../delivery/smtputf8.js';
import type { MessageText } from '../message/message-text.js';
import type { HarakaAddress, HarakaConnection, HarakaTransaction } from '../types.js';
import { AwaitedReplies } from './awaited-replies.js';
import { noAnswer, readReply, refusesGateway, toOurselves, tooLarge, unexpected } from './backend-reply.js';
import { guardLines } from './guard-lines.js';
import { speakLmtp } from './lmtp-client.js';
import { type BackendClient, type ClientModule, peerAddress } from './smtp-client.js';

/** The next mail server of a channel, and how the install connects to it. */
export interface Backend {
  /** Equal for all connections that are made in the same way. */
  readonly name: string;
  readonly protocol: 'smtp' | 'lmtp';
  /** Null where one of several is chosen. */
  readonly host: string | null;
  /** As in smtp_forward.ini. */
  readonly settings: object;
  /** The install's queue/smtp_forward, for its TLS options and its name in the log. */
  readonly plugin: object;
  /** Whether each recipient gets a message of its own. */
  readonly oneEach: boolean;
  /** Seconds that a reply may take, 0 for no limit; null for the limit of pmdf/deliver. */
  readonly timeout: number | null;
  /** Called when a server did not answer; true when there is another to try. */
  failed(client: BackendClient, connection: HarakaConnection): boolean;
  /** Authenticates, where the settings name a user. */
  authenticate(client: BackendClient, connection: HarakaConnection): void;
}

export interface SessionOpening {
  readonly module: ClientModule;
  readonly backend: Backend;
  readonly connection: HarakaConnection;
  readonly transaction: HarakaTransaction;
  readonly from: HarakaAddress;
  /** Whether an address of the envelope is not ASCII. */
  readonly isUtf8: boolean;
  /** What MAIL says of the message. */
  readonly message: OutgoingMessage;
  /** Whether this gateway itself listens at an address and port. */
  readonly isOwn: (address: string, port: number) => boolean;
  /** How long each reply may take, in milliseconds. */
  readonly limitMs: number;
  /** How long the connection waits for the client, in milliseconds. */
  readonly idleMs?: number;
}

/** How long a server may take to accept a connection. */
const connectLimitMs = 5000;

/**
 * How long a connection waits for the client. Clients that name a recipient and then stay silent would otherwise use up the
 * connections that the server allows; one that is merely slow gets another connection.
 */
const usualIdleMs = 20_000;

const steps: ReadonlySet<string> = new Set([
  'greeting',
  'ehlo',
  'helo',
  'starttls',
  'mail',
  'rcpt',
  'data',
  'dot',
]);

/** The command that a server answers, for the log; in AUTH LOGIN smtp_client stores the password as command. */
function stepOf({ command }: BackendClient): string {
  return steps.has(command) ? command : 'auth';
}

export function isAscii(text: string): boolean {
  return /^[\x00-\x7f]*$/.test(text);
}

/** What a server said about a message, by the addresses that it had accepted. */
export type MessageReplies = ReadonlyMap<string, Reply>;

/** A recipient, and what was asked for it. */
export interface SessionRecipient {
  readonly address: string;
  readonly notary?: RecipientNotary;
}

function askedFor({ notary }: SessionRecipient): RecipientNotary {
  return notary ?? noRecipientNotary;
}

/** A recipient that the server accepted: its reply, and the parameters of RCPT. */
interface Accepted {
  readonly reply: Reply;
  readonly parameters: string;
}

/** A transaction with a server. Its functions never reject: every failure is a 4yz reply. */
export class BackendSession {
  readonly #opening: SessionOpening;
  /** With the reply to RCPT. In this order LMTP answers to the message. */
  readonly #accepted = new Map<string, Accepted>();
  #offered: OfferedExtensions = noExtensions;
  readonly #offer = new OfferReader();
  #client: BackendClient | null = null;
  /** The reply to MAIL, or why there is no connection. */
  readonly #begun: Promise<Reply>;
  #awaited: AwaitedReplies | null = null;
  #code = 0;
  #isOver = false;
  /** One command at a time. */
  #turn: Promise<unknown> = Promise.resolve();
  #isSilent = false;
  #hasBegun = false;
  #hasAnswered = false;
  #mayTryAnother = false;
  /** Whether the whole message has been written. */
  #isSent = false;
  #idle: NodeJS.Timeout | undefined;

  constructor(opening: SessionOpening) {
    this.#opening = opening;
    this.#begun = this.#await(opening.limitMs, () => this.#connect());
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

  /** Whether the connection was lost after the server accepted the sender; a new one may succeed. */
  get isLost(): boolean {
    return this.#isOver && this.#hasBegun && !this.#isSilent;
  }

  /** Whether the server reports what becomes of the message. */
  get reportsDelivery(): boolean {
    return this.#offered.dsn;
  }

  /** Whether exactly these were accepted, so that the message can be sent on this connection. */
  isReadyFor(recipients: readonly SessionRecipient[]): boolean {
    const wanted = new Set(recipients.map(({ address }) => address));
    if (this.#isOver || this.#accepted.size !== wanted.size) return false;
    return recipients.every(
      (one) => this.#accepted.get(one.address)?.parameters === rcptParameters(this.#offered, askedFor(one)),
    );
  }

  /** Sends RCPT for a recipient, once. */
  ask(recipient: HarakaAddress, notary: RecipientNotary = noRecipientNotary): Promise<Reply> {
    return this.#inTurn(async () => {
      const former = this.#accepted.get(recipient.address);
      if (former !== undefined && !this.#isOver) return former.reply;
      const begun = await this.#begun;
      if (begun.code >= 300) {
        this.end();
        return begun;
      }
      this.#hasBegun = true;
      if (this.#isOver) return noAnswer;
      if (this.#client?.smtputf8 === false && [recipient, this.#opening.from].some(isBeyondAscii))
        return utf8Refusal;
      if (!permitsSize(this.#offered, this.#opening.message.size)) return tooLarge(this.#offered.sizeLimit);
      const parameters = rcptParameters(this.#offered, notary);
      const given = await this.#await(this.#opening.limitMs, (client) =>
        client?.send_command('RCPT', `TO:${recipient.format(!client.smtputf8)}${parameters}`),
      );
      if (given.code < 300) this.#accepted.set(recipient.address, { reply: given, parameters });
      return given;
    });
  }

  /**
   * Sends the message to all accepted recipients, and gives the reply for each: by SMTP the same one for all. Those whose reply
   * does not come within the limit, or before the connection breaks, get `noAnswer`; without a limit only a broken connection
   * ends the wait.
   */
  send(text: MessageText, limitMs: number | null): Promise<MessageReplies> {
    return this.#inTurn(async () => {
      const recipients = [...this.#accepted.keys()];
      const forAll = (given: Reply): MessageReplies => new Map(recipients.map((one) => [one, given]));
      if (this.#isOver) return forAll(noAnswer);
      const { data_bytes: octets = null } = this.#opening.transaction;
      if (!permitsSize(this.#offered, octets)) {
        this.end();
        return forAll(tooLarge(this.#offered.sizeLimit));
      }
      const go = await this.#await(limitMs, (client) => client?.send_command('DATA'));
      if (go.code !== 354) {
        this.end();
        // Whatever it means, the message was not accepted.
        return forAll(go.code < 400 ? unexpected : go);
      }
      const each = this.#opening.backend.protocol === 'lmtp';
      const given = await this.#awaitAll(each ? recipients.length : 1, limitMs, (client) => {
        client?.socket.once('unpipe', () => {
          this.#isSent = true;
        });
        client?.start_data(text);
      });
      this.end();
      if (!each) return forAll(given[0] ?? noAnswer);
      return new Map(recipients.map((one, at) => [one, given[at] ?? noAnswer]));
    });
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

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(async () => {
      clearTimeout(this.#idle);
      const given = await act();
      if (!this.#isOver) this.#idle = setTimeout(() => this.end(), this.#opening.idleMs ?? usualIdleMs);
      return given;
    });
    this.#turn = done;
    return done;
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
        this.#opening.connection.logerror(this.#name, `the next mail server: ${causeOf(error)}`);
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

  get #name(): { readonly name: string } {
    return { name: 'pmdf/deliver' };
  }

  #connect(): void {
    const { module, backend, connection } = this.#opening;
    module.get_client_plugin(backend.plugin, this.#seen(), backend.settings, (_error, client) => {
      this.#client = client;
      if (backend.protocol === 'lmtp') speakLmtp(client, () => this.#refuse(client, this.#code));
      guardLines(client.socket, (name) => {
        const words = `${backend.name} sent a reply that smtp_client cannot read (${name})`;
        connection.logerror(this.#name, words);
        this.#giveUp();
      });
      const connectLimit = setTimeout(() => {
        this.#isSilent = true;
        this.#giveUp();
      }, connectLimitMs);
      client.socket.once('connect', () => {
        clearTimeout(connectLimit);
        const address = peerAddress(client);
        if (address !== null && this.#opening.isOwn(address, Number(client.port))) this.#giveUp(toOurselves);
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
        connection.logerror(this.#name, `${backend.name}: ${oneLine(words)}`);
        this.#giveUp();
      });
      backend.authenticate(client, connection);
    });
  }

  /** The connection and transaction that smtp_client sees: with the sender of this copy, until the session is over. */
  #seen(): object {
    const { connection, transaction, from, isUtf8, message } = this.#opening;
    const smtputf8 = isUtf8 || message.smtputf8;
    // smtp_client requests A-labels where the server does not offer SMTPUTF8. Ref: RFC 6531 3.4
    const format = (usePunycode = false): string => {
      const offered = { ...this.#offered, smtputf8: !usePunycode };
      return `${from.format(usePunycode)}${mailParameters(offered, { ...message, smtputf8 })}`;
    };
    const sender: object = Object.create(from, { format: { value: format } });
    const copy: object = Object.create(transaction, { mail_from: { value: sender } });
    const isOver = (): boolean => this.#isOver || connection.transaction !== transaction;
    return Object.create(connection, { transaction: { get: () => (isOver() ? null : copy) } });
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
    connection.logerror(this.#name, `${this.#opening.backend.name} answered ${stepOf(client)}: ${words}`);
    this.#isOver = true;
    client.release();
    this.#tellAll(said);
  }
}
