/*
 * Self-signed certificates for servers under test and for the example, made without any program.
 */

import { generate } from 'selfsigned';

/** A private key and its certificate, in PEM. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** PEM with a line end at the end, so that files can be concatenated. */
export function pem(text: string): string {
  return `${text.trimEnd()}\n`;
}

/** Makes a certificate for the host names given, valid for `days`; the first name is its common name. */
export async function makeCertificateFor(
  names: readonly [string, ...string[]],
  days: number,
): Promise<Certificate> {
  const made = await generate([{ name: 'commonName', value: names[0] }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    // A clock that is slightly slow must not consider the certificate not yet valid.
    notBeforeDate: new Date(Date.now() - HOUR_MS),
    notAfterDate: new Date(Date.now() + days * DAY_MS),
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: names.map((value) => ({ type: 2, value })) },
    ],
  });
  return { key: pem(made.private), cert: pem(made.cert) };
}

/** Makes a certificate that is valid for a day. */
export function makeCertificate(...names: readonly [string, ...string[]]): Promise<Certificate> {
  return makeCertificateFor(names, 1);
}
