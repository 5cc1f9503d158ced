/*
 * Certificates and private keys in PEM: which blocks a file holds, whether key, certificate and chain belong together,
 * and how long they count. The certificate of the server stands first, then each one that issued the one before.
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

/** A certificate and its place. */
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

/** What a PEM file holds, in its order. */
export interface PemBlocks {
  readonly certificates: readonly PlacedCertificate[];
  readonly keys: readonly PlacedKey[];
}

/** A key with its certificate and the chain above it, ready for a handshake. */
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
    const isLocked = pem.includes('ENCRYPTED');
    diagnostics.push(
      errorAt(
        span,
        'tls/pem',
        isLocked ? 'the private key is locked by a password' : 'the private key cannot be read',
        {
          hint: isLocked
            ? 'unlock it: `openssl pkey -in locked.pem -out server-priv.pem`'
            : 'copy the file again',
        },
      ),
    );
    return [];
  }
}

function readCertificate(pem: string, span: Span, diagnostics: Diagnostic[]): PlacedCertificate[] {
  try {
    return [{ certificate: new X509Certificate(pem), span }];
  } catch {
    diagnostics.push(
      errorAt(span, 'tls/pem', 'the certificate cannot be read', { hint: 'copy the file again' }),
    );
    return [];
  }
}

/** Reads the blocks of a PEM file; blocks of other kinds are passed over. */
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
      diagnostics.push(
        errorAt(span, 'tls/pem', `the line \`${end}\` is missing`, { hint: 'copy the file again' }),
      );
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

/** The names that a certificate is for: its alternative names, or without any its common name. */
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
  const hint = 'have it renewed; the new file is used without a restart';
  if (ends <= now) {
    return [
      warningAt(span, 'tls/expired', `the certificate for \`${name}\` expired on ${day(ends)}`, { hint }),
    ];
  }
  if (begins > now) {
    return [
      warningAt(span, 'tls/expired', `the certificate for \`${name}\` counts from ${day(begins)} on only`),
    ];
  }
  if (ends - now > soonMs) return [];
  return [
    warningAt(span, 'tls/expires-soon', `the certificate for \`${name}\` expires on ${day(ends)}`, { hint }),
  ];
}

function checkChain(certificates: readonly PlacedCertificate[]): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  for (const [index, { certificate, span }] of certificates.entries()) {
    const before = certificates[index - 1]?.certificate;
    if (before === undefined || before.checkIssued(certificate)) continue;
    diagnostics.push(
      warningAt(span, 'tls/chain-order', 'this certificate did not issue the one before it', {
        hint: 'the certificate of the server stands first, then the one that issued it, and so on to the root',
      }),
    );
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
  return errorAt(first.span, 'tls/key-mismatch', 'the private key does not fit this certificate', {
    hint: fitting
      ? 'it fits a later one of the file: put that one first'
      : 'put the key beside it that it was requested with',
    related: [{ message: 'the key', span: key.span }],
  });
}

/** Puts a key and the certificates of one file together; null, with an error, where they cannot serve. */
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
