/*
 * TLS to a server of a store: the certificate must be trusted and have the name of the server.
 * Ref: RFC 6125 6
 */
import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import type { Secrets, StoreServer } from './store-connection.js';

/** Whether the text of a file of authorities has one at all. */
export function hasCertificate(pem: string): boolean {
  return pem.includes('-----BEGIN CERTIFICATE-----') || pem.includes('-----BEGIN TRUSTED CERTIFICATE-----');
}

/** The options for `tls.connect`, without host and port; null where TLS is not used. */
export function tlsOptions(server: StoreServer, { ca }: Secrets): ConnectionOptions | null {
  if (server.kind === 'path' || server.tls === 'off') return null;
  return {
    // Server names are for host names only.
    ...(isIP(server.host) === 0 ? { servername: server.host } : {}),
    ...(ca === null ? {} : { ca }),
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
  };
}
