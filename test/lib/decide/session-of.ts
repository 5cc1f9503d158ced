/*
 * Sessions, envelopes and the answers of databases for tests of decisions.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Path } from '../../../lib/address/address.js';
import { parsePath } from '../../../lib/address/parse-path.js';
import { absent, driveNow, found, type Lookup, type LookupAnswer } from '../../../lib/engine/lookup.js';
import type { RecipientRequest, Session } from '../../../lib/policy/session.js';
import { projectRoot } from '../../support/project-root.js';

/** A file of the example configuration. */
export function exampleFile(name: 'pmdf.cnf' | 'mappings'): string {
  return readFileSync(join(projectRoot, 'config', name), 'utf8');
}

/** A stranger on tcp_local who sent EHLO, with the given differences. */
export function sessionOf(differences: Partial<Session> = {}): Session {
  return {
    client: { address: '192.0.2.1', port: 4000 },
    server: { address: '203.0.113.25', port: 25 },
    reverseName: { kind: 'none', cause: 'it has none' },
    sourceChannel: 'tcp_local',
    helo: 'client.example',
    esmtp: true,
    tls: false,
    authUser: null,
    ...differences,
  };
}

/** Reads an address of a command, without brackets; fails the test if it is malformed. */
export function pathOf(address: string): Path {
  const parsed = parsePath(`<${address}>`);
  assert.ok(parsed.kind === 'path', address);
  return parsed.path;
}

/** An RCPT TO without parameters, with the given differences. */
export function requestOf(to: string, differences: Partial<RecipientRequest> = {}): RecipientRequest {
  return { to: pathOf(to), originalRecipient: null, notify: new Set(), ...differences };
}

/** Runs a decision; databases answer from the map, by key, and `failing` keys fail. */
export function decideNow<T>(
  lookup: Lookup<T>,
  database: Readonly<Record<string, string | LookupAnswer>> = {},
): T {
  const entries = new Map(Object.entries(database));
  return driveNow(lookup, (request) => {
    if (request.kind !== 'database') return absent;
    const entry = entries.get(request.key.toLowerCase());
    if (entry === undefined) return absent;
    return typeof entry === 'string' ? found(entry) : entry;
  });
}
