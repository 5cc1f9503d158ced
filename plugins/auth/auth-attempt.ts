/*
 * One attempt at one server, watched from EHLO to MAIL: where Haraka would say MAIL, this host authenticates first. The
 * exchange is held here and not by Haraka, which would write the password to its log and send mail without AUTH where
 * the server offers none.
 *   may    without AUTH, or when it is refused, the mail goes on; a refusal that follows then counts for now only, since
 *          the mail might be taken once the credentials are right
 *   must   nothing but EHLO, LHLO, HELO, STARTTLS, AUTH and QUIT passes before AUTH has succeeded
 * Ref: PMDF 2.3.4.43; RFC 4954 4
 */
import { type ClientSasl, type Credentials, chooseMechanism } from '../../lib/tls/index.js';
import type { OutboundSocket } from '../haraka/delivery/outbound-mail.js';
import { causeOf } from '../support/guard.js';
import { ClientExchange } from './client-exchange.js';

/** What an attempt is to keep to. */
export interface ClientAttemptOptions {
  readonly sasl: ClientSasl;
  readonly credentials: Credentials | null;
  /** AUTH is not to be tried, although it may be: the server hung up on it. */
  readonly avoided: boolean;
  /** Takes the mechanism when AUTH has succeeded. */
  readonly authenticated: (mechanism: string) => void;
  /** Takes the reason, once, when the mail goes on without. */
  readonly without: (reason: string) => void;
  /** Takes the reason, once, before Haraka hears of the end of the connection. */
  readonly failed: (reason: string) => void;
}

/** How far the attempt has come. */
type Stage =
  /** EHLO and STARTTLS. */
  | 'before'
  | 'exchange'
  /** Mail may pass. */
  | 'mail'
  /** Mail may pass; refusals count for now only. */
  | 'mail-without'
  | 'failed';

const beforeAuth: ReadonlySet<string> = new Set(['EHLO', 'LHLO', 'HELO', 'STARTTLS', 'QUIT']);
const greetings: ReadonlySet<string> = new Set(['EHLO', 'LHLO', 'HELO']);

function verbOf(text: string): string {
  return /^[A-Za-z]*/.exec(text)?.[0].toUpperCase() ?? '';
}

/** A refusal for good as one for now. */
function forNow(line: string): string {
  return /^5[0-9][0-9]/.test(line) ? `4${line.slice(1)}`.replace(/^(...[ -])5\./, '$14.') : line;
}

/** Watches one connection. Haraka hears of failures as of any error on it. */
export function watchClientAttempt(socket: OutboundSocket, options: ClientAttemptOptions): void {
  const { sasl, credentials } = options;
  const isMust = sasl.demand === 'must';
  let stage: Stage = 'before';
  let isGreeting = false;
  let isOver = false;
  let offered: string[] = [];
  let exchange: ClientExchange | null = null;
  let mechanism = '';
  /** What goes on the way once the exchange has ended: Haraka's MAIL. */
  let pass: () => void = () => {};
  const emit = socket.emit.bind(socket);
  const write = socket.write.bind(socket);

  const fail = (reason: string): void => {
    if (stage === 'failed') return;
    stage = 'failed';
    options.failed(reason);
  };
  /** Ends the attempt as an error does. */
  const breakOff = (reason: string): void => {
    fail(reason);
    if (isOver) return;
    isOver = true;
    write('QUIT\r\n');
    emit('error', new Error(reason));
  };
  const goOn = (next: 'mail' | 'mail-without'): void => {
    stage = next;
    exchange = null;
    pass();
  };
  /** There is no AUTH with this server; `isOurs`: it might succeed another time. */
  const giveUp = (reason: string, isOurs: boolean): void => {
    if (isMust) {
      breakOff(reason);
      return;
    }
    if (isOurs) options.without(reason);
    goOn(isOurs ? 'mail-without' : 'mail');
  };

  const begin = (): void => {
    if (credentials === null) {
      giveUp(`there is no section [CLIENT_AUTH=${sasl.section}]`, false);
      return;
    }
    if (options.avoided) {
      giveUp('the server hung up on AUTH', true);
      return;
    }
    const choice = chooseMechanism(credentials, offered, sasl.inClear || socket.isEncrypted());
    if (choice.kind === 'none') {
      giveUp(choice.reason, choice.isWithheld);
      return;
    }
    mechanism = choice.mechanism;
    stage = 'exchange';
    exchange = new ClientExchange(choice.mechanism, credentials);
    write(`${exchange.command}\r\n`);
  };

  /** A line of the server while the exchange lasts. */
  const answered = (line: string): void => {
    if (exchange === null || /^[0-9]{3}-/.test(line)) return;
    const quoted = `the server answered AUTH with \`${exchange.quoted(line)}\``;
    if (/^334(?: |$)/.test(line)) {
      const said = exchange.respond(line.slice(4));
      if (said === null) breakOff('the server goes on asking after AUTH was given up');
      else write(`${said}\r\n`);
    } else if (/^2[0-9][0-9](?: |$)/.test(line)) {
      options.authenticated(mechanism);
      goOn('mail');
    } else if (/^421(?: |$)/.test(line) || !/^[45][0-9][0-9](?: |$)/.test(line)) breakOff(quoted);
    else giveUp(quoted, true);
  };

  /** Nothing thrown here is to end the process. */
  const attempt = (step: () => void): void => {
    try {
      step();
    } catch (error) {
      breakOff(`AUTH failed here: ${causeOf(error)}`);
    }
  };

  socket.emit = (event, ...values) => {
    const [value] = values;
    if (event === 'line' && typeof value === 'string') {
      if (stage === 'failed') return true;
      const line = value.trimEnd();
      if (stage === 'exchange') {
        attempt(() => answered(line));
        return true;
      }
      const [, names] = (isGreeting && /^250[- ]AUTH[ =](.*)$/i.exec(line)) || [];
      for (const one of names?.split(/[ =]+/) ?? []) if (one !== '') offered.push(one);
      if (stage === 'mail-without') return emit('line', forNow(value));
    } else if (stage === 'exchange') {
      if (event === 'error') fail(`the connection failed at AUTH: ${causeOf(value)}`);
      if (event === 'close') fail('the server closed the connection at AUTH');
    }
    if (event === 'error') {
      // After the first one nobody listens any more, and a second one would end the process.
      if (isOver) return true;
      isOver = stage === 'failed';
    }
    return emit(event, ...values);
  };

  socket.write = (text, ...rest) => {
    if (stage === 'failed') return false;
    if (stage !== 'before') return write(text, ...rest);
    const verb = typeof text === 'string' ? verbOf(text) : '';
    isGreeting = greetings.has(verb);
    if (isGreeting) offered = [];
    if (verb === 'MAIL') {
      pass = () => write(text, ...rest);
      attempt(begin);
      return true;
    }
    // What Haraka itself would say before MAIL; anything else is kept back where AUTH is a must.
    if (isMust && !beforeAuth.has(verb)) {
      breakOff('something else than AUTH was to come first');
      return false;
    }
    return write(text, ...rest);
  };
}
