/*
 * The options of every TLS handshake with clients, which Haraka keeps in one place.
 * Undocumented, read from Haraka 3.3.4:
 *   tls_socket.js certsByHost['*']      key, cert, SNICallback, rejectUnauthorized of every handshake
 *   tls_socket.js load_default_opts()   reads the certificate of tls.ini into them; called again when tls.ini changes
 *   tls_socket.js load_tls_ini()        reads tls.ini
 *   tls_socket.js tls_valid             whether Haraka has a certificate that it can use
 *   server.js listeners                 the listeners; those under TLS from the start keep options of their own
 *   outbound/config.js cfg.enable_tls   whether Haraka issues STARTTLS
 */
import type { SecureContext, SecureContextOptions } from 'node:tls';
import { hasFunctions, Part } from '../part.js';
import type { HarakaPlugin } from '../types.js';

export interface HandshakeOptions extends SecureContextOptions {
  rejectUnauthorized?: boolean;
  SNICallback?: (name: string, done: (error: Error | null, context?: SecureContext) => void) => void;
}

export interface TlsSocketModule {
  readonly certsByHost: Readonly<Record<string, HandshakeOptions | undefined>>;
  load_default_opts(): void;
  load_tls_ini(): unknown;
}

export const tlsSocket = new Part<TlsSocketModule>('tls_socket', '', ['load_default_opts', 'load_tls_ini'], {
  certsByHost: 'object',
});

export const serverModule = new Part<{ readonly listeners: object }>('server', '', [], {
  listeners: 'object',
});

export const outboundConfig = new Part<{ readonly cfg: { readonly enable_tls: boolean } }>(
  'outbound/config',
  '',
  [],
  { 'cfg.enable_tls': 'boolean' },
);

/** A listener under TLS from the start. */
export interface SecureListener {
  setSecureContext(options: SecureContextOptions): void;
}

function isSecureListener(value: unknown): value is SecureListener {
  return hasFunctions(value, ['setSecureContext']);
}

/** The listeners under TLS from the start. */
export function secureListeners(plugin: HarakaPlugin): SecureListener[] {
  const { listeners } = serverModule.in(plugin);
  if (!Array.isArray(listeners)) return [];
  return listeners
    .map((one: unknown) => Reflect.get(Object(one), 'tlsServer') ?? one)
    .filter((one) => isSecureListener(one));
}

/** Whether Haraka has a certificate that it can use. */
export function hasCertificate(plugin: HarakaPlugin): boolean {
  return Reflect.get(Object(plugin.haraka_require('tls_socket')), 'tls_valid') === true;
}

/** Whether Haraka issues STARTTLS when it delivers: `enable_tls` of outbound.ini. */
export function issuesStartTls(plugin: HarakaPlugin): boolean {
  return outboundConfig.in(plugin).cfg.enable_tls;
}
