/*
 * Certificates and private keys in PEM: the blocks of a file, whether key, certificate and chain belong
 * together, and when they expire. The certificate of the server comes first, then each issuer of the one before
 * it.
 * Ref: PMDF 15; RFC 7468; RFC 8446 4.4.2
 */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import {
  type Diagnostic,
  errorAt,
  type Parsed,
  type SourceFile,
  type Span,
  warningAt,
} from '../../lib/text/index.js';

export interface PlacedCertificate {
  readonly certificate: X509Certificate;
  readonly span: Span;
}

/** A private key and its place. */
export interface PlacedKey {
  readonly key: KeyObject;
  readonly pem: string;
  readonly span: Span;
}

/** The blocks of a PEM file, in its order. */
export interface PemBlocks {
  readonly certificates: readonly PlacedCertificate[];
  readonly keys: readonly PlacedKey[];
}

/** A key with its certificate and chain, ready for a handshake. */
export interface KeyedCertificate {
  /** In PEM. */
  readonly key: string;
  /** In PEM, the whole chain. */
  readonly chain: string;
  /** The names that it is for, in lower case; wildcards as `*.domain.com`. */
  readonly names: readonly string[];
}

const begin = /-----BEGIN ([A-Z0-9 ]{1,40})-----/g;

function readKey(pem: string, span: Span, diagnostics: Diagnostic[]): PlacedKey[] {
  try {
    return [{ key: createPrivateKey(pem), pem, span }];
  } catch {
    const isEncrypted = pem.includes('ENCRYPTED');
    const message = isEncrypted
      ? 'the private key is encrypted with a password'
      : 'the private key cannot be read';
    const hint = isEncrypted
      ? 'decrypt it: `openssl pkey -in encrypted.pem -out server-priv.pem`'
      : 'copy the file again';
    diagnostics.push(errorAt(span, 'tls/pem', message, { hint }));
    return [];
  }
}

function readCertificate(pem: string, span: Span, diagnostics: Diagnostic[]): PlacedCertificate[] {
  try {
    return [{ certificate: new X509Certificate(pem), span }];
  } catch {
    const message = 'the certificate cannot be read';
    diagnostics.push(errorAt(span, 'tls/pem', message, { hint: 'copy the file again' }));
    return [];
  }
}

/** Reads the certificates and keys of a PEM file. */
export function readPem(source: SourceFile): Parsed<PemBlocks> {
  const diagnostics: Diagnostic[] = [];
  const certificates: PlacedCertificate[] = [];
  const keys: PlacedKey[] = [];
  for (const match of source.text.matchAll(begin)) {
    const [head, label = ''] = match;
    const span = { source, offset: match.index, length: head.length };
    const end = `-----END ${label}-----`;
    const at = source.text.indexOf(end, match.index);
    if (at === -1) {
      const message = `the line \`${end}\` is missing`;
      diagnostics.push(errorAt(span, 'tls/pem', message, { hint: 'copy the file again' }));
      break;
    }
    const pem = `${source.text.slice(match.index, at)}${end}\n`;
    if (label === 'CERTIFICATE' || label === 'X509 CERTIFICATE') {
      for (const one of readCertificate(pem, span, diagnostics)) certificates.push(one);
    } else if (label.endsWith('PRIVATE KEY'))
      for (const one of readKey(pem, span, diagnostics)) keys.push(one);
  }
  return { value: { certificates, keys }, diagnostics };
}

/** The names of a certificate: its alternative names, else its common name. */
export function namesOf(certificate: X509Certificate): readonly string[] {
  const alternative = (certificate.subjectAltName ?? '')
    .split(', ')
    .filter((one) => one.startsWith('DNS:'))
    .map((one) => one.slice('DNS:'.length).replaceAll('"', '').toLowerCase());
  if (alternative.length > 0) return alternative;
  const common = certificate.subject.split('\n').find((line) => line.startsWith('CN='));
  return common === undefined ? [] : [common.slice('CN='.length).toLowerCase()];
}

const soonMs = 14 * 24 * 60 * 60 * 1000;

function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

function checkTime({ certificate, span }: PlacedCertificate, now: number): Diagnostic[] {
  const begins = Date.parse(certificate.validFrom);
  const ends = Date.parse(certificate.validTo);
  const name = namesOf(certificate)[0] ?? certificate.subject.replaceAll('\n', ', ');
  const hint = 'renew it; the new file is used without a restart';
  if (ends <= now) {
    return [
      warningAt(span, 'tls/expired', `the certificate for \`${name}\` expired on ${day(ends)}`, { hint }),
    ];
  }
  if (begins > now) {
    return [
      warningAt(span, 'tls/expired', `the certificate for \`${name}\` is not valid before ${day(begins)}`),
    ];
  }
  if (ends - now > soonMs) return [];
  const message = `the certificate for \`${name}\` expires on ${day(ends)}`;
  return [warningAt(span, 'tls/expires-soon', message, { hint })];
}

function checkChain(certificates: readonly PlacedCertificate[]): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  for (const [index, { certificate, span }] of certificates.entries()) {
    const before = certificates[index - 1]?.certificate;
    if (before === undefined || before.checkIssued(certificate)) continue;
    const message = 'this certificate did not issue the one before it';
    const hint = 'put the certificate of the server first, then its issuer, and so on up to the root';
    diagnostics.push(warningAt(span, 'tls/chain-order', message, { hint }));
    break;
  }
  return diagnostics;
}

function mismatch(
  first: PlacedCertificate,
  others: readonly PlacedCertificate[],
  key: PlacedKey,
): Diagnostic {
  const fitting = others.some(({ certificate }) => certificate.checkPrivateKey(key.key));
  return errorAt(first.span, 'tls/key-mismatch', 'the private key does not belong to this certificate', {
    hint: fitting
      ? 'it belongs to a later one of the file: put that one first'
      : 'use the key that the certificate was requested with',
    related: [{ message: 'the key', span: key.span }],
  });
}

/** Joins a key and the certificates of one file; null, with an error, if they do not belong together. */
export function joinCertificate(
  certificates: readonly PlacedCertificate[],
  key: PlacedKey,
  now: number,
): Parsed<KeyedCertificate | null> {
  const [first, ...others] = certificates;
  if (first === undefined) return { value: null, diagnostics: [] };
  if (!first.certificate.checkPrivateKey(key.key)) {
    return { value: null, diagnostics: [mismatch(first, others, key)] };
  }
  const value = {
    key: key.pem,
    chain: certificates.map(({ certificate }) => certificate.toString()).join(''),
    names: namesOf(first.certificate),
  };
  const times = certificates.flatMap((one) => checkTime(one, now));
  return { value, diagnostics: [...checkChain(certificates), ...times] };
}
