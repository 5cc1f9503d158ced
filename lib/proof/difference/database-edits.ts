/*
 * The entries that two policies have differently in their databases. Databases may have millions of entries, so that only one of the
 * two is held in a table of its own.
 */
import { type DatabaseName, databaseNames, foldKey } from '../../engine/index.js';
import type { ContentsEntry } from '../relay/database-contents.js';
import type { NamedEdit } from './named-edits.js';
import type { Side } from './policy-difference.js';
import { isOneServer } from './unasked-sources.js';

/** An entry of a database. */
export interface DatabaseEdit extends NamedEdit {
  readonly database: DatabaseName;
}

export interface DatabaseEdits {
  readonly edits: readonly DatabaseEdit[];
  /** Databases that one of the policies uses and whose entries could not be read. */
  readonly unread: readonly DatabaseName[];
}

interface Values {
  readonly before: string | null;
  readonly now: string | null;
}

/** The keys whose values differ. The first value of a key counts. */
function differingKeys(
  before: Iterable<ContentsEntry>,
  now: Iterable<ContentsEntry>,
): ReadonlyMap<string, Values> {
  const values = new Map<string, string>();
  for (const { key, value } of before) {
    const folded = foldKey(key);
    if (!values.has(folded)) values.set(folded, value);
  }
  const seen = new Set<string>();
  const found = new Map<string, Values>();
  for (const { key, value } of now) {
    const folded = foldKey(key);
    if (seen.has(folded)) continue;
    seen.add(folded);
    const was = values.get(folded) ?? null;
    if (was !== value) found.set(folded, { before: was, now: value });
  }
  for (const [key, value] of values) if (!seen.has(key)) found.set(key, { before: value, now: null });
  return found;
}

function entriesOf({ compiled, contents }: Side, database: DatabaseName): Iterable<ContentsEntry> | null {
  return compiled.policy.settings.databases[database] === null ? [] : contents(database);
}

/** Compares the databases, entry by entry. */
export function databaseEdits(before: Side, now: Side): DatabaseEdits {
  const edits: DatabaseEdit[] = [];
  const unread: DatabaseName[] = [];
  for (const database of databaseNames) {
    if (isOneServer(before, now, database)) continue;
    const [one, other] = [entriesOf(before, database), entriesOf(now, database)];
    if (one === null || other === null) unread.push(database);
    else {
      for (const [name, { before: was, now: is }] of differingKeys(one, other))
        edits.push({ database, name, before: was, now: is, placeBefore: null, placeNow: null });
    }
  }
  return { edits, unread };
}
