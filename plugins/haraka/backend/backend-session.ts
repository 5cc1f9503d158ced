/*
 * One transaction with the next mail server of a channel, by SMTP or LMTP, on one connection: MAIL at once, RCPT for each
 * recipient that the client names, DATA at the end.
 */
import {
  noRecipientNotary,
  permitsSize,
  type RecipientNotary,
  rcptParameters,
} from '../../../lib/notary/index.js';
import type { Reply } from '../../../lib/smtp/index.js';
import { isBeyondAscii, utf8Refusal } from '../delivery/smtputf8.js';
import type { MessageText } from '../message/message-text.js';
import type { HarakaAddress } from '../types.js';
import type { SessionOpening } from './backend.js';
import { BackendConnection } from './backend-connection.js';
import { noAnswer, tooLarge, unexpected } from './backend-reply.js';

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
  readonly #connection: BackendConnection;
  /** With the reply to RCPT. In this order LMTP answers to the message. */
  readonly #accepted = new Map<string, Accepted>();
  /** The reply to MAIL, or why there is no connection. */
  readonly #begun: Promise<Reply>;
  /** One command at a time. */
  #turn: Promise<unknown> = Promise.resolve();
  #hasBegun = false;

  constructor(opening: SessionOpening) {
    this.#opening = opening;
    this.#connection = new BackendConnection(opening);
    this.#begun = this.#connection.begin();
  }

  /** Whether the server exceeded a time limit. */
  get isSilent(): boolean {
    return this.#connection.isSilent;
  }

  /** Whether the server was not reached and another one of the same settings may be. */
  get mayTryAnother(): boolean {
    return this.#connection.mayTryAnother;
  }

  /** Whether the server has sent anything. */
  get hasAnswered(): boolean {
    return this.#connection.hasAnswered;
  }

  /** Whether the connection was lost after the server accepted the sender; a new one may succeed. */
  get isLost(): boolean {
    return this.#connection.isOver && this.#hasBegun && !this.isSilent;
  }

  /** Whether the server reports what becomes of the message. */
  get reportsDelivery(): boolean {
    return this.#connection.offered.dsn;
  }

  /** Whether exactly these were accepted, so that the message can be sent on this connection. */
  isReadyFor(recipients: readonly SessionRecipient[]): boolean {
    const wanted = new Set(recipients.map(({ address }) => address));
    if (this.#connection.isOver || this.#accepted.size !== wanted.size) return false;
    return recipients.every(
      (one) =>
        this.#accepted.get(one.address)?.parameters ===
        rcptParameters(this.#connection.offered, askedFor(one)),
    );
  }

  /** Sends RCPT for a recipient, once. */
  ask(recipient: HarakaAddress, notary: RecipientNotary = noRecipientNotary): Promise<Reply> {
    return this.#inTurn(async () => {
      const former = this.#accepted.get(recipient.address);
      if (former !== undefined && !this.#connection.isOver) return former.reply;
      const begun = await this.#begun;
      if (begun.code >= 300) {
        this.end();
        return begun;
      }
      this.#hasBegun = true;
      if (this.#connection.isOver) return noAnswer;
      if (this.#connection.speaksUtf8 === false && [recipient, this.#opening.from].some(isBeyondAscii))
        return utf8Refusal;
      if (!permitsSize(this.#connection.offered, this.#opening.message.size))
        return tooLarge(this.#connection.offered.sizeLimit);
      const parameters = rcptParameters(this.#connection.offered, notary);
      const address = recipient.format(this.#connection.speaksUtf8 !== true);
      const given = await this.#connection.say(this.#opening.limitMs, 'RCPT', `TO:${address}${parameters}`);
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
      if (this.#connection.isOver) return forAll(noAnswer);
      const { data_bytes: octets = null } = this.#opening.transaction;
      if (!permitsSize(this.#connection.offered, octets)) {
        this.end();
        return forAll(tooLarge(this.#connection.offered.sizeLimit));
      }
      const go = await this.#connection.say(limitMs, 'DATA');
      if (go.code !== 354) {
        this.end();
        // Whatever it means, the message was not accepted.
        return forAll(go.code < 400 ? unexpected : go);
      }
      const each = this.#opening.backend.protocol === 'lmtp';
      const given = await this.#connection.sendMessage(text, each ? recipients.length : 1, limitMs);
      this.end();
      if (!each) return forAll(given[0] ?? noAnswer);
      return new Map(recipients.map((one, at) => [one, given[at] ?? noAnswer]));
    });
  }

  /** Ends the connection with a server that is too slow; what is still waited for gets `noAnswer`. */
  giveUp(): void {
    this.#connection.giveUp();
  }

  /** Ends the connection; an incomplete message is not delivered. */
  end(): void {
    this.#connection.end();
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(async () => {
      this.#connection.resume();
      const given = await act();
      this.#connection.rest();
      return given;
    });
    this.#turn = done;
    return done;
  }
}
