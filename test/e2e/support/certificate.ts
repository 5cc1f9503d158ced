// Self-signed certificates for servers under test, made by openssl.

import { requireProgram, runSuccessfully } from './program.js';

/** A private key and its certificate, in PEM. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** Makes a certificate, valid for a day, for the host names given; the first one is its common name. */
export async function makeCertificate(...names: readonly [string, ...string[]]): Promise<Certificate> {
  const openssl = requireProgram('/usr/bin/openssl');
  const { stdout } = await runSuccessfully(openssl, [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'],
    ...[
      '-subj',
      `/CN=${names[0]}`,
      '-addext',
      `subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}`,
    ],
    ...['-keyout', '-', '-out', '-'],
  ]);
  const end = stdout.indexOf('-----BEGIN CERTIFICATE-----');
  return { key: stdout.slice(0, end), cert: stdout.slice(end) };
}
