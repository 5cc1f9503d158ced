/*
 * One attempt at one server, watched from STARTTLS to the second EHLO: what is not to happen in clear does not happen,
 * and what fails on the way into TLS ends the attempt.
 *   no     the server's offer of STARTTLS is kept from Haraka
 *   may    the same where TLS failed with this server lately; a failure now is told to `failed`
 *   must   of what Haraka writes in clear only EHLO, LHLO, HELO, STARTTLS and QUIT pass
 * Ref: PMDF 2.3.4.45; RFC 3207 4.1
 */

import { isIP } from 'node:net';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import type { ClientTls } from '../../lib/tls/index.js';
import type { Exchange, OutboundSocket } from '../haraka/delivery/outbound-mail.js';
import { causeOf } from '../support/guard.js';

/** What an attempt is to keep to. */
export interface AttemptOptions {
  readonly tls: ClientTls;
  readonly mx: Exchange;
  readonly host: string;
  /** The only authorities that count, in PEM; null: those that Node trusts. */
  readonly authorities: readonly string[] | null;
  /** STARTTLS is not to be issued, although it may be. */
  readonly avoided: boolean;
  /** Takes the reason, once, before Haraka hears of the failure and goes on to the next server. */
  readonly failed: (reason: string) => void;
}

/** How far the attempt has come. */
type Stage =
  /** In clear, and maybe to stay so. */
  | 'clear'
  /** STARTTLS was written; its reply is awaited. */
  | 'asked'
  | 'shaking'
  /** The handshake is made; the reply to the EHLO after it is awaited. */
  | 'greeting'
  | 'secure'
  | 'failed';

/** An offer of STARTTLS as Haraka reads it: whatever the code, and an enhanced one in front of it. */
const offerOfTls = /^[0-9]{3}[- ]#?(?:[0-9]\.[0-9]\.[0-9]\s)?STARTTLS\s*$/i;

const inClear: ReadonlySet<string> = new Set(['EHLO', 'LHLO', 'HELO', 'STARTTLS', 'QUIT']);

function verbOf(text: string): string {
  return /^[A-Za-z]*/.exec(text)?.[0].toUpperCase() ?? '';
}

/** The name that the certificate of a server has to bear. */
export function expectedName({ tls, mx, host }: Pick<AttemptOptions, 'tls' | 'mx' | 'host'>): string {
  if (tls.name !== null) return tls.name;
  if (isIP(host) === 0) return host;
  const { from_dns: named } = mx;
  return named !== undefined && named !== '' && isIP(named) === 0 ? named : host;
}

/** Options of the handshake, over those of Haraka. */
function handshakeOptions(options: AttemptOptions): object {
  const name = expectedName(options);
  const servername = isIP(name) === 0 ? { servername: name } : {};
  if (options.tls.verify === 'none') return { ...servername, rejectUnauthorized: false };
  return {
    ...servername,
    ...(options.authorities === null ? {} : { ca: options.authorities }),
    rejectUnauthorized: true,
    // Node checks against `localhost` where it is told no name, as for a server known by its address.
    checkServerIdentity: (_: string, certificate: PeerCertificate) => checkServerIdentity(name, certificate),
  };
}

/** Watches one connection. Haraka hears of failures as of any error on it. */
export function watchAttempt(socket: OutboundSocket, options: AttemptOptions): void {
  const { demand } = options.tls;
  const withoutTls = demand === 'no' || options.avoided;
  let stage: Stage = 'clear';
  let offered = false;
  let isOver = false;
  const emit = socket.emit.bind(socket);
  const write = socket.write.bind(socket);
  const upgrade = socket.upgrade.bind(socket);

  const fail = (reason: string): void => {
    if (stage === 'failed') return;
    stage = 'failed';
    options.failed(reason);
  };
  /** Ends the attempt as an error does. */
  const breakOff = (reason: string): boolean => {
    fail(reason);
    if (isOver) return true;
    isOver = true;
    return emit('error', new Error(reason));
  };

  const lineCame = (line: string): boolean => {
    switch (stage) {
      case 'failed':
        return true;
      case 'asked':
        if (/^220(?: |$)/.test(line)) stage = 'shaking';
        else if (!line.startsWith('220-')) return breakOff(`the server answered STARTTLS with \`${line}\``);
        break;
      case 'clear':
        if (offerOfTls.test(line)) {
          offered = true;
          if (withoutTls) return emit('line', `${line.slice(0, 4)}XNOSTARTTLS`);
        }
        break;
      case 'shaking':
        // Whoever sits between could have put it there. Ref: RFC 3207 4.2
        return breakOff('something came in clear behind the reply to STARTTLS');
      case 'greeting':
        // The last line of the first reply under TLS: the server stands by its handshake.
        if (/^[2-5][0-9][0-9](?: |$)/.test(line)) stage = 'secure';
        break;
      case 'secure':
        break;
    }
    return emit('line', line);
  };

  socket.emit = (event, ...values) => {
    const [value] = values;
    if (event === 'line' && typeof value === 'string') return lineCame(value);
    if (event === 'secure' && stage === 'shaking') stage = 'greeting';
    if (stage === 'asked' || stage === 'shaking' || stage === 'greeting') {
      if (event === 'error') fail(`the handshake failed: ${causeOf(value)}`);
      if (event === 'close') fail('the server closed the connection on the way into TLS');
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
    if (stage !== 'clear' && stage !== 'asked') return write(text, ...rest);
    const verb = typeof text === 'string' ? verbOf(text) : '';
    if (verb === 'STARTTLS') stage = 'asked';
    else if (demand === 'must' && !inClear.has(verb)) {
      const why = offered
        ? 'STARTTLS was not issued, although the server offers it: see enable_tls and no_tls_hosts of Haraka'
        : 'the server offers no STARTTLS';
      breakOff(why);
      return false;
    }
    return write(text, ...rest);
  };

  socket.upgrade = (given, done) => {
    if (stage === 'failed') return;
    upgrade({ ...given, ...handshakeOptions(options) }, done);
  };
}
