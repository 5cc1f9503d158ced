/*
 * The names of key and certificate in Haraka's tls.ini, `key`, `cert`, `key[]` and `cert[]` of its main section.
 */
import { readText } from './read-text.js';

/** File names below Haraka's config folder, those of one pair at the same place. */
export interface TlsIni {
  readonly keys: readonly string[];
  readonly certificates: readonly string[];
}

const largest = 1024 * 1024;

/** Reads tls.ini; what it does not say is as Haraka has it. */
export function readTlsIni(path: string): TlsIni {
  const outcome = readText(path, { name: path, shortName: path }, largest);
  const keys: string[] = [];
  const certificates: string[] = [];
  let section = 'main';
  for (const line of outcome.kind === 'read' ? outcome.source.text.split(/\r?\n/) : []) {
    const [, named] = /^\[([^\]]*)\]/.exec(line.trim()) ?? [];
    if (named !== undefined) section = named.trim();
    const [, key, value] = /^(key|cert)(?:\[\])?\s*=\s*(\S.*)$/.exec(line.trim()) ?? [];
    if (section !== 'main' || value === undefined) continue;
    (key === 'key' ? keys : certificates).push(value.trim());
  }
  return {
    keys: keys.length === 0 ? ['tls_key.pem'] : keys,
    certificates: certificates.length === 0 ? ['tls_cert.pem'] : certificates,
  };
}
