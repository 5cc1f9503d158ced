/*
 * Gives Haraka the certificates of the install: whole chains, for every name of a server, and again when files change.
 * Handshakes are not made again on a connection, which costs the server more than the client.
 * This is the one place that uses what Haraka 3.3 has for TLS without documenting it:
 *   tls_socket.certsByHost['*']        the options of every handshake: key, cert, SNICallback, rejectUnauthorized
 *   tls_socket.load_default_opts()     reads the certificate of tls.ini into them; run again when tls.ini changes
 *   tls_socket.load_tls_ini()          reads tls.ini
 *   server.listeners                   the listeners; those under TLS from the start keep options of their own
 * `openServerCertificates` checks that all of it is there.
 */

import { constants } from 'node:crypto';
import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls';
import { formatDiagnostic } from '../../lib/text/index.js';
import {
  type FoundCertificates,
  findCertificates,
  type KeyedCertificate,
} from '../../runtime/certificates/index.js';
import { WatchFolder } from '../../runtime/files/index.js';
import { systemClock } from '../../runtime/time/index.js';
import { hasFunctions } from '../haraka/part.js';
import type { HarakaPlugin } from '../haraka/types.js';
import { brokenStart } from '../support/broken-start.js';
import { causeOf } from '../support/guard.js';

interface HandshakeOptions extends SecureContextOptions {
  rejectUnauthorized?: boolean;
  SNICallback?: (name: string, done: (error: Error | null, context?: SecureContext) => void) => void;
}

interface TlsSocketModule {
  readonly certsByHost: Readonly<Record<string, HandshakeOptions | undefined>>;
  load_default_opts(): void;
  load_tls_ini(): unknown;
}

interface SecureListener {
  setSecureContext(options: SecureContextOptions): void;
}

/** The options of OpenSSL that tls.ini gives, and no further handshake on the same connection. */
function withoutRenegotiation({ secureOptions }: HandshakeOptions): number {
  return (Number(secureOptions) || 0) | constants.SSL_OP_NO_RENEGOTIATION;
}

function isTlsSocket(value: unknown): value is TlsSocketModule {
  return (
    hasFunctions(value, ['load_default_opts', 'load_tls_ini']) &&
    typeof Reflect.get(value, 'certsByHost') === 'object'
  );
}

function isSecureListener(value: unknown): value is SecureListener {
  return hasFunctions(value, ['setSecureContext']);
}

const settleMs = 500;

/** The certificates of the running Haraka. */
export class ServerCertificates {
  readonly #plugin: HarakaPlugin;
  readonly #tls: TlsSocketModule;
  readonly #folder: string;
  #found: FoundCertificates;
  readonly #contexts = new Map<KeyedCertificate, SecureContext>();
  /** What tls.ini says of clients without a certificate, for all ports. */
  readonly #rejectUnauthorized: boolean | undefined;
  #watch: WatchFolder | null = null;

  constructor(plugin: HarakaPlugin, tls: TlsSocketModule, configFolder: string) {
    this.#plugin = plugin;
    this.#tls = tls;
    this.#folder = configFolder;
    this.#found = findCertificates(configFolder, Date.now());
    this.#report(this.#found);
    const errors = this.#found.diagnostics.filter(({ severity }) => severity === 'error');
    if (errors.length > 0) throw brokenStart(errors);
    const loadDefaults = tls.load_default_opts.bind(tls);
    tls.load_default_opts = () => {
      // Haraka reads no files where keys are there already, and takes what is there as usable.
      this.#hand();
      loadDefaults();
      this.#hand();
    };
    tls.load_tls_ini();
    this.#rejectUnauthorized = tls.certsByHost['*']?.rejectUnauthorized;
    this.#watch = new WatchFolder({
      folder: `${configFolder}/pmdf`,
      paths: () => this.#found.paths,
      settleMs,
      changed: () => this.#renew(),
      report: (message) => plugin.logwarn(message),
      clock: systemClock,
    });
  }

  /** What was found last that could be used. */
  get found(): FoundCertificates {
    return this.#found;
  }

  /**
   * Lets `requireAuthorized` of tls.ini count for its own ports, once all listeners are open: Haraka 3.3 writes the
   * demand of its port under TLS from the start into the options that STARTTLS on all other ports takes too.
   */
  keepDemandsApart(): void {
    const options = this.#tls.certsByHost['*'];
    if (options === undefined) return;
    if (this.#rejectUnauthorized === undefined) delete options.rejectUnauthorized;
    else options.rejectUnauthorized = this.#rejectUnauthorized;
  }

  close(): void {
    this.#watch?.close();
  }

  #report({ diagnostics }: FoundCertificates): void {
    for (const one of diagnostics) {
      if (one.severity === 'error') this.#plugin.logerror(formatDiagnostic(one));
      else this.#plugin.logwarn(formatDiagnostic(one));
    }
  }

  /** Puts our certificates into the options of handshakes. */
  #hand(): void {
    const options = this.#tls.certsByHost['*'];
    const { usual } = this.#found.value;
    if (options === undefined) return;
    options.secureOptions = withoutRenegotiation(options);
    options.SNICallback = (name, done) => this.#choose(name, done);
    if (usual.length === 0) return;
    options.key = usual.map(({ key }) => Buffer.from(key));
    options.cert = usual.map(({ chain }) => Buffer.from(chain));
  }

  /** The certificate for a name of a server: its own, that of a wildcard, or none of its own. */
  #certificateFor(name: string): KeyedCertificate | undefined {
    const { byName } = this.#found.value;
    const folded = name.toLowerCase();
    const dot = folded.indexOf('.');
    return byName.get(folded) ?? (dot === -1 ? undefined : byName.get(`*${folded.slice(dot)}`));
  }

  #choose(name: string, done: (error: Error | null, context?: SecureContext) => void): void {
    try {
      const certificate = this.#certificateFor(name);
      // Without a context the one of the connection counts.
      if (certificate === undefined) done(null);
      else done(null, this.#contextOf(certificate, this.#tls.certsByHost[name.toLowerCase()]));
    } catch (error) {
      this.#plugin.logerror(`the certificate for ${name} cannot be used: ${causeOf(error)}`);
      done(null);
    }
  }

  #contextOf(certificate: KeyedCertificate, own: HandshakeOptions | undefined): SecureContext {
    const known = this.#contexts.get(certificate);
    if (known !== undefined) return known;
    const { key, chain } = certificate;
    const options = own ?? this.#tls.certsByHost['*'] ?? {};
    const secureOptions = withoutRenegotiation(options);
    const made = createSecureContext({ ...options, secureOptions, key, cert: chain });
    this.#contexts.set(certificate, made);
    return made;
  }

  /** Reads the files again; a certificate that cannot be used does not take the place of one that can. */
  #renew(): void {
    const found = findCertificates(this.#folder, Date.now());
    this.#report(found);
    const hadOne = this.#found.value.usual.length > 0;
    if (
      found.diagnostics.some(({ severity }) => severity === 'error') ||
      (hadOne && found.value.usual.length === 0)
    ) {
      this.#plugin.logerror('the certificates cannot be used; those in use stay');
    } else {
      this.#found = found;
      this.#contexts.clear();
      this.#hand();
      for (const listener of this.#secureListeners()) {
        const { key, cert, ...rest } = this.#tls.certsByHost['*'] ?? {};
        if (key !== undefined && cert !== undefined) listener.setSecureContext({ ...rest, key, cert });
      }
      this.#plugin.lognotice('the certificates were read again and are in use');
    }
    this.#watch?.refresh();
  }

  #secureListeners(): SecureListener[] {
    const server: unknown = this.#plugin.haraka_require('server');
    const listeners: unknown =
      typeof server === 'object' && server !== null ? Reflect.get(server, 'listeners') : null;
    if (!Array.isArray(listeners)) return [];
    return listeners.flatMap((one: unknown) => {
      const inner: unknown =
        typeof one === 'object' && one !== null ? (Reflect.get(one, 'tlsServer') ?? one) : one;
      return isSecureListener(inner) ? [inner] : [];
    });
  }
}

/** Takes over the certificates; throws, naming what is missing, when this Haraka is not the one we know. */
export function openServerCertificates(plugin: HarakaPlugin, configFolder: string): ServerCertificates {
  const tls = plugin.haraka_require('tls_socket');
  if (!isTlsSocket(tls)) {
    throw new Error(
      'pmdf/maytls needs the TLS part of Haraka 3.3 (certsByHost, load_default_opts, load_tls_ini); this Haraka has ' +
        'another one: use Haraka 3.3, or take pmdf/maytls out of config/plugins',
    );
  }
  return new ServerCertificates(plugin, tls, configFolder);
}

/** Whether Haraka itself holds a certificate that it can use. */
export function holdsCertificate(plugin: HarakaPlugin): boolean {
  const tls = plugin.haraka_require('tls_socket');
  return typeof tls === 'object' && tls !== null && Reflect.get(tls, 'tls_valid') === true;
}
