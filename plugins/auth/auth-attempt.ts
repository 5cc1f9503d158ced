/*
 * AUTH in one attempt at one server, from EHLO to MAIL: where Haraka would send MAIL, the gateway authenticates first. The
 * exchange is done here and not by Haraka, which would log the password and send mail without AUTH where the server does not
 * offer it.
 *   may    without AUTH, or when it is refused, the mail goes on; a refusal that follows is then made temporary, since the mail
 *          might be accepted once the credentials are right
 *   must   before AUTH has succeeded, only EHLO, LHLO, HELO, STARTTLS, AUTH and QUIT are sent
 * Ref: PMDF 2.3.4.43; RFC 4954 4
 */
import { quotedLine } from '../../lib/smtp/index.js';
import { type ClientSasl, type Credentials, chooseMechanism } from '../../lib/tls/index.js';
import { causeOf, NotSmtp, type OutboundSocket, type Send, SocketWatch, verbOf } from '../haraka/index.js';
import { ClientExchange } from './client-exchange.js';

export interface AuthAttemptOptions {
  readonly sasl: ClientSasl;
  readonly credentials: Credentials | null;
  /** Whether AUTH, although permitted, is not to be tried: the server closed the connection on it. */
  readonly avoided: boolean;
  readonly authenticated: (mechanism: string) => void;
  /** Gets the reason, once, when the mail goes on without AUTH. */
  readonly without: (reason: string) => void;
  /** Gets the reason, once, before Haraka learns of the end of the connection. */
  readonly failed: (reason: string) => void;
}

type Stage =
  | 'before'
  | 'exchange'
  | 'mail'
  /** Mail may pass; refusals are made temporary. */
  | 'mail-without';

const greetings: ReadonlySet<string> = new Set(['EHLO', 'LHLO', 'HELO']);
const beforeAuth: ReadonlySet<string> = new Set([...greetings, 'STARTTLS', 'QUIT']);

function madeTemporary(line: string): string {
  return /^5[0-9][0-9]/.test(line) ? `4${line.slice(1)}`.replace(/^(...[ -])5\./, '$14.') : line;
}

/** Authenticates on one connection. */
export class AuthAttempt extends SocketWatch {
  readonly #options: AuthAttemptOptions;
  readonly #socket: OutboundSocket;
  #stage: Stage = 'before';
  #isGreeting = false;
  #offered: string[] = [];
  #exchange: ClientExchange | null = null;
  #mechanism = '';
  /** Sends Haraka's MAIL, once the exchange has ended. */
  #sendMail: () => void = () => {};

  constructor(socket: OutboundSocket, options: AuthAttemptOptions) {
    super(socket, options.failed);
    this.#socket = socket;
    this.#options = options;
  }

  get #isMust(): boolean {
    return this.#options.sasl.demand === 'must';
  }

  protected override line(text: string): boolean {
    const line = text.trimEnd();
    if (this.#stage === 'exchange') {
      this.#attempt(() => this.#answered(line));
      return true;
    }
    const [, names] = (this.#isGreeting && /^250[- ]AUTH[ =](.*)$/i.exec(line)) || [];
    for (const one of names?.split(/[ =]+/) ?? []) if (one !== '') this.#offered.push(one);
    return this.hear(this.#stage === 'mail-without' ? madeTemporary(text) : text);
  }

  protected override command(text: string | Uint8Array, send: Send): unknown {
    if (this.#stage !== 'before') return send(text);
    const verb = verbOf(text);
    this.#isGreeting = greetings.has(verb);
    if (this.#isGreeting) this.#offered = [];
    if (verb === 'MAIL') {
      this.#sendMail = () => send(text);
      this.#attempt(() => this.#begin());
      return true;
    }
    if (this.#isMust && !beforeAuth.has(verb)) {
      this.#end('Haraka was to send a command before AUTH');
      return false;
    }
    return send(text);
  }

  protected override failureOn(event: 'error' | 'close', cause: unknown): string | null {
    if (this.#stage !== 'exchange') return null;
    if (event === 'close') return 'the server closed the connection at AUTH';
    if (!(cause instanceof NotSmtp)) return `the connection failed at AUTH: ${causeOf(cause)}`;
    const isQuoted = this.#exchange?.repeatsSecret(cause.line) === false;
    return `the server answered AUTH with something other than SMTP${isQuoted ? `: ${quotedLine(cause.line)}` : ''}`;
  }

  #end(reason: string): void {
    this.breakOff(reason, 'QUIT');
  }

  /** Runs a step; an error in it must not end the process. */
  #attempt(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#end(`AUTH failed after an internal error: ${causeOf(error)}`);
    }
  }

  #begin(): void {
    const { sasl, credentials, avoided } = this.#options;
    if (credentials === null) {
      this.#goWithout(`there is no section [CLIENT_AUTH=${sasl.section}]`, false);
      return;
    }
    if (avoided) {
      this.#goWithout('the server closed the connection on AUTH', true);
      return;
    }
    const choice = chooseMechanism(credentials, this.#offered, sasl.inClear || this.#socket.isEncrypted());
    if (choice.kind === 'none') {
      this.#goWithout(choice.reason, choice.isWithheld);
      return;
    }
    this.#mechanism = choice.mechanism;
    this.#stage = 'exchange';
    this.#exchange = new ClientExchange(choice.mechanism, credentials);
    this.say(this.#exchange.command);
  }

  #answered(line: string): void {
    if (this.#exchange === null || /^[0-9]{3}-/.test(line)) return;
    const quoted = `the server answered AUTH with \`${this.#exchange.quoted(line)}\``;
    if (/^334(?: |$)/.test(line)) {
      const response = this.#exchange.respond(line.slice(4));
      if (response === null) this.#end('the server sent another challenge after AUTH was cancelled');
      else this.say(response);
    } else if (/^2[0-9][0-9](?: |$)/.test(line)) {
      this.#options.authenticated(this.#mechanism);
      this.#goOn('mail');
    } else if (/^421(?: |$)/.test(line) || !/^[45][0-9][0-9](?: |$)/.test(line)) this.#end(quoted);
    else this.#goWithout(quoted, true);
  }

  #goOn(stage: 'mail' | 'mail-without'): void {
    this.#stage = stage;
    this.#exchange = null;
    this.#sendMail();
  }

  /** AUTH is not possible with this server; `mayChange`: it may be another time. */
  #goWithout(reason: string, mayChange: boolean): void {
    if (this.#isMust) {
      this.#end(reason);
      return;
    }
    if (mayChange) this.#options.without(reason);
    this.#goOn(mayChange ? 'mail-without' : 'mail');
  }
}
