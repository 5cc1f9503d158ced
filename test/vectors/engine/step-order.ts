/*
 * The order of the steps of a run, read from the trace: look-ups in databases, the alias file, mapping tables.
 */
import { accessTables } from '../../../lib/access/tables.js';
import type { DatabaseName } from '../../../lib/engine/lookup.js';
import type { TraceEvent } from '../../../lib/engine/trace.js';
import { isTexts, type JsonObject } from '../json.js';

type Occurs = (event: TraceEvent) => boolean;

function asksDatabase(name: DatabaseName): Occurs {
  return (event) =>
    event.kind === 'lookup' && event.request.kind === 'database' && event.request.database === name;
}

function asksTable(name: string): Occurs {
  return (event) => event.kind === 'table-ends' && event.table === name;
}

const databases: readonly DatabaseName[] = ['general', 'domain', 'alias', 'forward', 'reverse'];

/** The steps by name. */
const steps: ReadonlyMap<string, Occurs> = new Map<string, Occurs>([
  ['rewriting', (event) => event.kind === 'rewrite-begins'],
  ['rewrite rules', (event) => event.kind === 'rewrite-begins'],
  ['alias file', (event) => event.kind === 'entry-matched' && event.table === 'aliases'],
  ...databases.map((name) => [`${name} database`, asksDatabase(name)] as const),
  ...['FORWARD', 'REVERSE'].flatMap((name) =>
    [name, `${name} mapping`, `${name} table`, `${name} mapping table`].map(
      (called) => [called.toLowerCase(), asksTable(name)] as const,
    ),
  ),
  ...accessTables.map(({ table }) => [table.toLowerCase(), asksTable(table)] as const),
]);

/** Those steps of `expected.order` that occurred, in the order in which they first did. */
export function stepOrder(events: readonly TraceEvent[], expected: JsonObject): readonly string[] {
  const asked = expected['order'];
  if (!isTexts(asked)) return [];
  const places = asked.flatMap((name) => {
    const occurs = steps.get(name.toLowerCase());
    const at = occurs === undefined ? -1 : events.findIndex(occurs);
    return at === -1 ? [] : [{ name, at }];
  });
  return places.sort((left, right) => left.at - right.at).map(({ name }) => name);
}
