/*
 * Gives Haraka the certificates of the install: whole chains, for every name of the server, and again when files change.
 * Clients cannot renegotiate, which costs the server more than the client.
 */
import { constants } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import { formatDiagnostic } from '../../lib/text/index.js';
import {
  type FoundCertificates,
  findCertificates,
  type KeyedCertificate,
} from '../../runtime/certificates/index.js';
import { WatchFolder } from '../../runtime/files/index.js';
import { systemClock } from '../../runtime/time/index.js';
import {
  causeOf,
  type HandshakeOptions,
  type HarakaPlugin,
  secureListeners,
  type TlsSocketModule,
  tlsSocket,
} from '../haraka/index.js';
import { brokenStart } from '../support/index.js';

/** The options of OpenSSL that tls.ini gives, without renegotiation. */
function withoutRenegotiation({ secureOptions }: HandshakeOptions): number {
  return (Number(secureOptions) || 0) | constants.SSL_OP_NO_RENEGOTIATION;
}

const settleMs = 500;

/** The certificates of the running Haraka. */
export class ServerCertificates {
  readonly #plugin: HarakaPlugin;
  readonly #tls: TlsSocketModule;
  readonly #folder: string;
  #found: FoundCertificates;
  readonly #contexts = new Map<KeyedCertificate, SecureContext>();
  /** What tls.ini says about clients without a certificate, for all ports. */
  readonly #rejectUnauthorized: boolean | undefined;
  #watch: WatchFolder | null = null;

  /** Finds the certificates and hands them to Haraka; throws when they cannot be used, or this Haraka lacks something. */
  constructor(plugin: HarakaPlugin, configFolder: string) {
    const tls = tlsSocket.in(plugin);
    this.#plugin = plugin;
    this.#tls = tls;
    this.#folder = configFolder;
    this.#found = findCertificates(configFolder, Date.now());
    this.#report(this.#found);
    const errors = this.#found.diagnostics.filter(({ severity }) => severity === 'error');
    if (errors.length > 0) throw brokenStart(errors);
    const loadDefaults = tls.load_default_opts.bind(tls);
    tls.load_default_opts = () => {
      // Haraka does not read files where keys are set, and considers what is set usable.
      this.#setOptions();
      loadDefaults();
      this.#setOptions();
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

  /** The usable certificates that were found last. */
  get found(): FoundCertificates {
    return this.#found;
  }

  /**
   * Restricts `requireAuthorized` of tls.ini to its own ports, once all listeners are open: Haraka 3.3 writes the demand of
   * its port under TLS from the start into the options that STARTTLS on all other ports uses too.
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

  /** Writes our certificates into the options of handshakes. */
  #setOptions(): void {
    const options = this.#tls.certsByHost['*'];
    const { usual } = this.#found.value;
    if (options === undefined) return;
    options.secureOptions = withoutRenegotiation(options);
    options.SNICallback = (name, done) => this.#choose(name, done);
    if (usual.length === 0) return;
    options.key = usual.map(({ key }) => Buffer.from(key));
    options.cert = usual.map(({ chain }) => Buffer.from(chain));
  }

  /** The certificate for a name of the server: its own or a wildcard; undefined when there is neither. */
  #certificateFor(name: string): KeyedCertificate | undefined {
    const { byName } = this.#found.value;
    const folded = name.toLowerCase();
    const dot = folded.indexOf('.');
    return byName.get(folded) ?? (dot === -1 ? undefined : byName.get(`*${folded.slice(dot)}`));
  }

  #choose(name: string, done: (error: Error | null, context?: SecureContext) => void): void {
    try {
      const certificate = this.#certificateFor(name);
      // Without a context that of the connection is used.
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

  /** Reads the files again; an unusable certificate does not replace a usable one. */
  #renew(): void {
    const found = findCertificates(this.#folder, Date.now());
    this.#report(found);
    const hadOne = this.#found.value.usual.length > 0;
    if (
      found.diagnostics.some(({ severity }) => severity === 'error') ||
      (hadOne && found.value.usual.length === 0)
    ) {
      this.#plugin.logerror('the new certificates cannot be used; the old ones stay in use');
    } else {
      this.#found = found;
      this.#contexts.clear();
      this.#setOptions();
      for (const listener of secureListeners(this.#plugin)) {
        const { key, cert, ...rest } = this.#tls.certsByHost['*'] ?? {};
        if (key !== undefined && cert !== undefined) listener.setSecureContext({ ...rest, key, cert });
      }
      this.#plugin.lognotice('the certificates were read again and are in use');
    }
    this.#watch?.refresh();
  }
}
