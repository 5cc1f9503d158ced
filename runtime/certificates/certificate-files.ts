/*
 * Finds the certificates of an install: PMDF's own pair in config/pmdf, else the pair in Haraka's tls.ini; and
 * for server names (SNI) those in config/tls. Whole chains are kept.
 *   config/pmdf/server-pub.pem    the certificate of the server, then the chain
 *   config/pmdf/server-priv.pem   its key
 * Ref: PMDF 15
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Diagnostic,
  errorAt,
  type Parsed,
  type SourceFile,
  spanOfFile,
  warningAt,
} from '../../lib/text/index.js';
import { fileNames, isOpenToAll, readText } from '../files/index.js';
import { readTlsIni } from '../haraka-install/index.js';
import { joinCertificate, type KeyedCertificate, type PemBlocks, readPem } from './certificates.js';

/** The certificates of an install. */
export interface Certificates {
  /** For clients that name no server or an unknown one; one for each kind of key. */
  readonly usual: readonly KeyedCertificate[];
  /** By server name, in lower case; wildcards as `*.domain.com`. */
  readonly byName: ReadonlyMap<string, KeyedCertificate>;
}

/** The certificates, and every path that was read or looked for. */
export interface FoundCertificates extends Parsed<Certificates> {
  readonly paths: ReadonlySet<string>;
}

const largest = 1024 * 1024;

interface PemFile extends PemBlocks {
  readonly source: SourceFile;
}

/** One search through the files of an install. */
class Search {
  readonly diagnostics: Diagnostic[] = [];
  readonly paths = new Set<string>();
  readonly #folder: string;
  readonly #now: number;

  constructor(configFolder: string, now: number) {
    this.#folder = join(configFolder, 'pmdf');
    this.#now = now;
  }

  /** Reads a PEM file; null if it is missing, or, with an error, cannot be read. */
  read(path: string): PemFile | null {
    this.paths.add(path);
    const outcome = readText(path, fileNames(this.#folder, path), largest);
    if (outcome.kind !== 'read') {
      if (outcome.kind === 'unreadable') this.diagnostics.push(outcome.diagnostic);
      return null;
    }
    const { source } = outcome;
    const { value, diagnostics } = readPem(source);
    for (const one of diagnostics) this.diagnostics.push(one);
    const [key] = value.keys;
    if (key !== undefined && isOpenToAll(path)) {
      const message = 'every account on this host can read this private key';
      const hint = `\`chmod o-r ${source.name}\``;
      this.diagnostics.push(warningAt(key.span, 'tls/key-readable', message, { hint }));
    }
    return { ...value, source };
  }

  /** Joins a key file and a certificate file; undefined if neither exists. */
  pair(keyPath: string, certificatePath: string): KeyedCertificate | null | undefined {
    const certificateFile = this.read(certificatePath);
    const keyFile = keyPath === certificatePath ? certificateFile : this.read(keyPath);
    if (certificateFile === null && keyFile === null) return undefined;
    const key = keyFile?.keys[0];
    if (keyFile === null || key === undefined) this.#lacks(certificateFile, keyFile, keyPath, 'private key');
    if (certificateFile === null || certificateFile.certificates.length === 0) {
      this.#lacks(keyFile, certificateFile, certificatePath, 'certificate');
    }
    if (certificateFile === null || key === undefined) return null;
    return this.join(certificateFile, key);
  }

  join(file: PemFile, key: PemBlocks['keys'][number]): KeyedCertificate | null {
    const { value, diagnostics } = joinCertificate(file.certificates, key, this.#now);
    for (const one of diagnostics) this.diagnostics.push(one);
    return value;
  }

  /** Reports that one of two files is missing, or lacks its block. */
  #lacks(there: PemFile | null, lacking: PemFile | null, path: string, what: string): void {
    if (lacking !== null) {
      // A block that cannot be read was reported already.
      if (this.diagnostics.some(({ code, span }) => code === 'tls/pem' && span.source === lacking.source))
        return;
      const span = { source: lacking.source, offset: 0, length: 0 };
      this.diagnostics.push(errorAt(span, 'tls/pem', `there is no ${what} in \`${lacking.source.name}\``));
      return;
    }
    if (there === null) return;
    const { name } = fileNames(this.#folder, path);
    const span = { source: there.source, offset: 0, length: 0 };
    const message = `its ${what} is missing: there is no \`${name}\``;
    this.diagnostics.push(errorAt(span, 'tls/incomplete', message, { hint: 'put both files there' }));
  }
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() || entry.isSymbolicLink())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch {
    return [];
  }
}

/** The certificates of config/tls, each with its key from any file there. */
function byNameIn(folder: string, search: Search): Map<string, KeyedCertificate> {
  search.paths.add(folder);
  const files = filesIn(folder).flatMap((path) => search.read(path) ?? []);
  const keys = files.flatMap((file) => file.keys);
  const byName = new Map<string, KeyedCertificate>();
  for (const file of files) {
    const [first] = file.certificates;
    if (first === undefined) continue;
    const key = keys.find((one) => first.certificate.checkPrivateKey(one.key));
    if (key === undefined) {
      const message = 'no private key in this folder belongs to this certificate';
      search.diagnostics.push(warningAt(first.span, 'tls/incomplete', message));
      continue;
    }
    const joined = search.join(file, key);
    for (const name of joined?.names ?? [])
      if (joined !== null && !byName.has(name)) byName.set(name, joined);
  }
  return byName;
}

const ownFiles = ['server-pub.pem', 'server-priv.pem'] as const;

function bareName(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

/** Misspelt files of PMDF's pair, such as server_pub.pem. */
function misnamedIn(pmdf: string, usedInstead: boolean): Diagnostic[] {
  let names: string[];
  try {
    names = readdirSync(pmdf);
  } catch {
    return [];
  }
  return ownFiles.flatMap((wanted) => {
    const written = names.find((name) => name !== wanted && bareName(name) === bareName(wanted));
    if (written === undefined || names.includes(wanted)) return [];
    const span = spanOfFile(fileNames(pmdf, join(pmdf, written)));
    const other = usedInstead ? '; another certificate is used' : '';
    const message = `a file of this name is not read${other}`;
    return [warningAt(span, 'tls/misnamed', message, { hint: `rename it \`${wanted}\`` })];
  });
}

/** Finds the certificates below Haraka's config folder; `now` in milliseconds since 1970. */
export function findCertificates(configFolder: string, now: number): FoundCertificates {
  const search = new Search(configFolder, now);
  const pmdf = join(configFolder, 'pmdf');
  const own = search.pair(join(pmdf, 'server-priv.pem'), join(pmdf, 'server-pub.pem'));
  const usual: KeyedCertificate[] = [];
  if (own !== undefined) {
    if (own !== null) usual.push(own);
  } else {
    const ini = readTlsIni(configFolder);
    search.paths.add(join(configFolder, 'tls.ini'));
    for (const [index, key] of ini.keys.entries()) {
      const certificate = ini.certificates[index];
      if (certificate === undefined) continue;
      const pair = search.pair(join(configFolder, key), join(configFolder, certificate));
      if (pair !== undefined && pair !== null) usual.push(pair);
    }
  }
  const further = new Search(configFolder, now);
  const byName = byNameIn(join(configFolder, 'tls'), further);
  return {
    value: { usual, byName },
    // Without one of these the usual certificate is used.
    diagnostics: [
      ...search.diagnostics,
      ...misnamedIn(pmdf, usual.length > 0),
      ...further.diagnostics.map((one) => ({ ...one, severity: 'warning' as const })),
    ],
    paths: new Set([...search.paths, ...further.paths]),
  };
}
