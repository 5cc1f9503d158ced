/*
 * Which files hold certificate and key, and the order of the certificates.
 *   input     chain (the existing certificates: server, intermediate, root), in any order; or `written`, those of the
 *             file in their order; `file` (its name), `keyFile`, `keyMode` (octal)
 *   expected  file, keyFile, order; of what was `written`: served (the chain as clients get it), codes (of findings)
 * The answers are those of the search that the gateway makes: `order` is the one of all orders without a finding.
 */
import { X509Certificate } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type FoundCertificates, findCertificates } from '../../../runtime/certificates/certificate-files.js';
import { type Area, computed } from '../area.js';
import { certificates, type Role, serverKey } from '../engine/certificate-chain.js';
import { VectorProblem } from '../vector.js';

const now = Date.parse('2027-01-01T00:00:00Z');

interface Files {
  readonly written: readonly Role[];
  readonly file: string;
  readonly keyFile: string;
  readonly keyMode: number;
}

/** The findings of the gateway in an install with these files. */
function look({ written, file, keyFile, keyMode }: Files): FoundCertificates {
  const config = mkdtempSync(join(tmpdir(), 'pmdf-vectors-'));
  try {
    const folder = join(config, 'pmdf');
    mkdirSync(folder);
    writeFileSync(join(folder, file), written.map((role) => certificates[role]).join(''));
    writeFileSync(join(folder, keyFile), serverKey);
    chmodSync(join(folder, keyFile), keyMode);
    return findCertificates(config, now);
  } finally {
    rmSync(config, { recursive: true });
  }
}

function isRole(word: string): word is Role {
  return Object.hasOwn(certificates, word);
}

function rolesOf(words: readonly string[]): readonly Role[] {
  return words.map((word) => {
    if (isRole(word)) return word;
    throw new VectorProblem(`\`${word}\` is not one of ${Object.keys(certificates).join(', ')}`);
  });
}

/** All permutations of a list. */
function ordersOf<T>(things: readonly T[]): readonly (readonly T[])[] {
  if (things.length <= 1) return [things];
  return things.flatMap((one, at) =>
    ordersOf(things.filter((_, index) => index !== at)).map((rest) => [one, ...rest]),
  );
}

/** The file that is looked for under a name that contains this. */
function lookedFor(part: string): string {
  const { paths } = look({
    written: ['server'],
    file: 'other.pem',
    keyFile: 'other-key.pem',
    keyMode: 0o600,
  });
  const path = [...paths].find((one) => basename(one).includes(part));
  return path === undefined ? '' : basename(path);
}

/** The certificates that clients get. */
function servedBy({ value }: FoundCertificates): readonly string[] {
  const [usual] = value.usual;
  if (usual === undefined) return [];
  const roles = Object.entries(certificates).map(
    ([role, pem]) => [new X509Certificate(pem).fingerprint256, role] as const,
  );
  const names = new Map(roles);
  return usual.chain
    .split(/(?<=-----END CERTIFICATE-----\n)/)
    .map((pem) => names.get(new X509Certificate(pem).fingerprint256) ?? 'unknown');
}

export const tlsFiles: Area = (input) => {
  const usual = { file: lookedFor('pub'), keyFile: lookedFor('priv') };
  const files = {
    file: input.textOr('file', usual.file),
    keyFile: input.textOr('keyFile', usual.keyFile),
    keyMode: Number.parseInt(input.textOr('keyMode', '600'), 8),
  };
  const chain = rolesOf(input.has('chain') ? input.texts('chain') : []);
  const written = rolesOf(input.has('written') ? input.texts('written') : chain);
  const order = ordersOf(chain).find((one) => {
    const { value, diagnostics } = look({ ...files, written: one });
    return value.usual.length > 0 && diagnostics.length === 0;
  });
  const found = look({ ...files, written });
  return computed({
    ...usual,
    order: order ?? [],
    served: servedBy(found),
    codes: found.diagnostics.map(({ code }) => code),
  });
};
