/*
 * A hash of the files that a policy was made from: the same files give the same hash on every host, whatever folder they are
 * in. Files with passwords are left out, since a log is no place for what a password could be guessed from; so are the entries
 * of databases, which change without a reload.
 */
import { createHash } from 'node:crypto';
import { octetsOf } from '../lib/text/index.js';
import type { ReadSource } from './files/index.js';

const shownDigits = 16;

/**
 * Hashes the files in the order in which they were read, which their contents decide; one that is missing counts as missing.
 * `secret` are the paths of those to leave out.
 */
export function policyHash(outcomes: ReadonlyMap<string, ReadSource>, secret: ReadonlySet<string>): string {
  const hash = createHash('sha256');
  for (const [path, outcome] of outcomes) {
    if (secret.has(path)) continue;
    if (outcome.kind !== 'read') {
      hash.update('missing\n');
      continue;
    }
    const octets = octetsOf(outcome.source) ?? Buffer.from(outcome.source.text, 'utf8');
    hash.update(`${octets.length}\n`).update(octets);
  }
  return hash.digest('hex').slice(0, shownDigits);
}
