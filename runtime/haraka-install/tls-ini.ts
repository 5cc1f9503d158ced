/*
 * The key and certificate files in Haraka's tls.ini: `key`, `cert`, `key[]` and `cert[]` of its main section.
 */
import { readIniFile } from './ini-file.js';

/** File names relative to Haraka's config folder; those of one pair have the same index. */
export interface TlsIni {
  readonly keys: readonly string[];
  readonly certificates: readonly string[];
}

/** Reads tls.ini, with Haraka's defaults. */
export function readTlsIni(configFolder: string): TlsIni {
  const ini = readIniFile(configFolder, 'tls.ini');
  const namesOf = (key: string, usual: string): readonly string[] => {
    // The last form counts: `key` replaces a list before it, and a list replaces a single name.
    const written = ini.settings.filter(
      (one) => one.section === 'main' && (one.key === key || one.key === `${key}[]`),
    );
    const from = written.findLastIndex((one) => one.key === key);
    const counting = from === written.length - 1 ? written.slice(-1) : written.slice(from + 1);
    const names = counting.flatMap(({ value }) => (value === undefined || value === '' ? [] : [value]));
    return names.length === 0 ? [usual] : names;
  };
  return { keys: namesOf('key', 'tls_key.pem'), certificates: namesOf('cert', 'tls_cert.pem') };
}
