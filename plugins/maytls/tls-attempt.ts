/*
 * TLS in one attempt at one server, from STARTTLS to the second EHLO: keeps what must not be sent in the clear from being sent, and
 * ends the attempt when the handshake fails.
 *   no     the server's offer of STARTTLS is hidden from Haraka
 *   may    the same where TLS failed with this server lately; a failure now is reported
 *   must   in the clear, Haraka may send only EHLO, LHLO, HELO, STARTTLS and QUIT
 * Ref: PMDF 2.3.4.45; RFC 3207 4.1
 */
import { isIP } from 'node:net';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import type { ClientTls } from '../../lib/tls/index.js';
import { causeOf, type OutboundSocket, type Send, SocketWatch, verbOf } from '../haraka/index.js';

export interface TlsAttemptOptions {
  readonly tls: ClientTls;
  readonly host: string;
  /** The name that the address was looked up for. */
  readonly mx: { readonly from_dns?: string };
  /** The only trusted authorities, in PEM; null for those that Node trusts. */
  readonly authorities: readonly string[] | null;
  /** Whether STARTTLS, although permitted, is not to be issued. */
  readonly avoided: boolean;
  /** Gets the reason, once, before Haraka learns of the failure and goes on to the next server. */
  readonly failed: (reason: string) => void;
}

type Stage =
  /** In clear, perhaps to the end. */
  | 'clear'
  | 'requested'
  | 'shaking'
  /** The handshake is done; the reply to the EHLO after it is awaited. */
  | 'greeting'
  | 'secure';

/** An offer of STARTTLS as Haraka reads it: with any code, and perhaps an enhanced one. */
const offerOfTls = /^[0-9]{3}[- ]#?(?:[0-9]\.[0-9]\.[0-9]\s)?STARTTLS\s*$/i;

const inClear: ReadonlySet<string> = new Set(['EHLO', 'LHLO', 'HELO', 'STARTTLS', 'QUIT']);

/** The name that the certificate of a server must have. */
export function expectedName({ tls, mx, host }: Pick<TlsAttemptOptions, 'tls' | 'mx' | 'host'>): string {
  if (tls.name !== null) return tls.name;
  if (isIP(host) === 0) return host;
  const { from_dns: named } = mx;
  return named !== undefined && named !== '' && isIP(named) === 0 ? named : host;
}

/** Watches the TLS of one connection. */
export class TlsAttempt extends SocketWatch {
  readonly #options: TlsAttemptOptions;
  #stage: Stage = 'clear';
  #isOffered = false;

  constructor(socket: OutboundSocket, options: TlsAttemptOptions) {
    super(socket, options.failed);
    this.#options = options;
  }

  protected override line(line: string): boolean {
    const { tls, avoided } = this.#options;
    switch (this.#stage) {
      case 'requested':
        if (/^220(?: |$)/.test(line)) this.#stage = 'shaking';
        else if (!line.startsWith('220-'))
          return this.breakOff(`the server answered STARTTLS with \`${line.trimEnd()}\``);
        break;
      case 'clear':
        if (offerOfTls.test(line)) {
          this.#isOffered = true;
          if (tls.demand === 'no' || avoided) return this.hear(`${line.slice(0, 4)}XNOSTARTTLS`);
        }
        break;
      case 'shaking':
        // Anyone on the path could have inserted it. Ref: RFC 3207 4.2
        return this.breakOff('the server sent unencrypted data after its reply to STARTTLS');
      case 'greeting':
        // The last line of the first reply under TLS.
        if (/^[2-5][0-9][0-9](?: |$)/.test(line)) this.#stage = 'secure';
        break;
      case 'secure':
        break;
    }
    return this.hear(line);
  }

  protected override command(text: string | Uint8Array, send: Send): unknown {
    if (this.#stage !== 'clear' && this.#stage !== 'requested') return send(text);
    const verb = verbOf(text);
    if (verb === 'STARTTLS') this.#stage = 'requested';
    else if (this.#options.tls.demand === 'must' && !inClear.has(verb)) {
      this.breakOff(
        this.#isOffered
          ? 'STARTTLS was not issued, although the server offers it: see enable_tls and no_tls_hosts of Haraka'
          : 'the server does not offer STARTTLS',
      );
      return false;
    }
    return send(text);
  }

  protected override secured(): void {
    if (this.#stage === 'shaking') this.#stage = 'greeting';
  }

  protected override failureOn(event: 'error' | 'close', cause: unknown): string | null {
    if (this.#stage === 'clear' || this.#stage === 'secure') return null;
    return event === 'error'
      ? `the handshake failed: ${causeOf(cause)}`
      : 'the server closed the connection during the handshake';
  }

  protected override handshakeOptions(): object {
    const { tls, authorities } = this.#options;
    const name = expectedName(this.#options);
    const servername = isIP(name) === 0 ? { servername: name } : {};
    if (tls.verify === 'none') return { ...servername, rejectUnauthorized: false };
    return {
      ...servername,
      ...(authorities === null ? {} : { ca: authorities }),
      rejectUnauthorized: true,
      // Without a server name, as for an address, Node would check against `localhost`.
      checkServerIdentity: (_: string, certificate: PeerCertificate) =>
        checkServerIdentity(name, certificate),
    };
  }
}
