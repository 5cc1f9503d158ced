/*
 * One of the two policies, open: with its databases, and with all else that decisions depend on.
 */
import { createHash } from 'node:crypto';
import { foldKey } from '../../lib/engine/index.js';
import { notAsked, routinePart, type Side } from '../../lib/proof/index.js';
import { databaseContents, directoryEntries } from '../../runtime/databases/index.js';
import { type Configuration, decideUnder } from '../../runtime/index.js';

function hashOf(parts: Iterable<string>): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}\n`).update(part);
  return hash.digest('hex');
}

/** Parts that are compared as a whole; what differs in them is not shown. */
function otherParts({ policy, routines }: Configuration, folder: string): ReadonlyMap<string, string> {
  const parts = new Map<string, string>();
  for (const [name, { user, password, mechanisms }] of policy.credentials) {
    parts.set(`credentials ${name}`, hashOf([user, password.reveal(), ...mechanisms]));
  }
  for (const [image, { source }] of routines) parts.set(routinePart(image), hashOf([source.text]));
  for (const [name, text] of policy.authorities) parts.set(`authority ${name}`, hashOf([text]));
  const entries = new Map<string, Map<string, string[]>>();
  for (const { channel, domain, key, value } of directoryEntries(policy.directories, folder)) {
    const name = `directory ${channel} ${domain}`;
    const ofDomain = entries.get(name) ?? new Map<string, string[]>();
    entries.set(name, ofDomain);
    const folded = foldKey(key);
    const values = ofDomain.get(folded) ?? [];
    ofDomain.set(folded, values);
    values.push(value);
  }
  for (const [name, ofDomain] of entries) {
    // The order of the values of one key may count; that of the keys does not.
    parts.set(
      name,
      hashOf([...ofDomain.keys()].sort().flatMap((key) => [key, JSON.stringify(ofDomain.get(key) ?? [])])),
    );
  }
  for (const [name, { texts, options }] of policy.noticeTexts) {
    const written = JSON.stringify([[...texts].sort(), options]);
    parts.set(`notices ${name}`.trimEnd(), hashOf([written]));
  }
  return parts;
}

/** Makes a side of an open configuration; `folder` is the path of its config/pmdf. */
export function sideOf(configuration: Configuration, folder: string): Side {
  const { compiled, policy } = configuration;
  return {
    compiled,
    contents: databaseContents(policy.settings, folder),
    otherParts: otherParts(configuration, folder),
    run: (work) => decideUnder(configuration, work, notAsked),
  };
}
