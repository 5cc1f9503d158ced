/*
 * One search for a URL at the servers of LDAP_HOST: its values, or the first of them. The values are those of the first
 * attribute of the URL that an entry has. A URL for which nothing can match asks no server.
 */
import {
  absent,
  askEntries,
  type DirectoryEntry,
  type Environment,
  found,
  type Lookup,
  type LookupAnswer,
  type ValuesAnswer,
} from '../engine/index.js';
import type { ValueOf } from './template-text.js';
import { fillTemplate, type LdapTemplate } from './url.js';

/** The values that an entry has under the first of these attributes that it has. */
export function valuesOfEntry(entry: DirectoryEntry, attributes: readonly string[]): readonly string[] {
  for (const attribute of attributes) {
    const values = entry.get(attribute.toLowerCase());
    if (values !== undefined && values.length > 0) return values;
  }
  return [];
}

/** Asks for all values; more than `most` entries are a failure, since some would be left out. */
export function* askUrlValues<V>(
  template: LdapTemplate<V>,
  valueFor: ValueOf<V>,
  most: number,
  environment: Environment,
): Lookup<ValuesAnswer> {
  const search = fillTemplate(template, valueFor, most);
  if (search === null) return absent;
  const answer = yield* askEntries({ kind: 'ldap', channel: null, search }, environment);
  if (answer.kind !== 'entries') return answer;
  if (answer.isCut && most > 1) {
    return { kind: 'failed', cause: `the LDAP servers have more than ${most} entries` };
  }
  const values = answer.entries.flatMap((entry) => valuesOfEntry(entry, template.attributes));
  return values.length === 0 ? absent : { kind: 'values', values };
}

/** Asks for one value: the first, in whatever order the server gives them. */
export function* askUrl<V>(
  template: LdapTemplate<V>,
  valueFor: ValueOf<V>,
  environment: Environment,
): Lookup<LookupAnswer> {
  const answer = yield* askUrlValues(template, valueFor, 1, environment);
  return answer.kind === 'values' ? found(answer.values[0] ?? '') : answer;
}
