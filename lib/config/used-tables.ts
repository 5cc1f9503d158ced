/*
 * The mapping tables that the gateway can ever use: the access tables, FORWARD, REVERSE and NOTIFICATION_LANGUAGE, the tables
 * that rewrite rules name, and those that a used table names in turn. An error in a call-out of any other table does no harm, so there it is
 * a warning, one for each table.
 * Ref: PMDF 5.3.2, 16.1
 */
import { accessTables } from '../access/index.js';
import { type MappingTable, tableKey } from '../mapping/index.js';
import { type RuleFile, tablesCalledByRules } from '../rewrite/index.js';
import type { Diagnostic, SourceFile, Span } from '../text/index.js';

/** The tables that the gateway itself uses. */
export const namedTables: readonly string[] = [
  ...accessTables.map(({ table }) => table),
  'FORWARD',
  'REVERSE',
  'NOTIFICATION_LANGUAGE',
];

/** The keys of the tables that the entries of a table use. */
export function tablesCalledBy({ entries }: MappingTable): string[] {
  return entries.flatMap(({ template }) =>
    template.flatMap((item) => (item.kind === 'sub-table' ? [tableKey(item.table)] : [])),
  );
}

/** The keys of all tables that can be used, whether they exist or not. */
export function usedTables(tables: readonly MappingTable[], rules: RuleFile): ReadonlySet<string> {
  const byKey = new Map(tables.map((table) => [tableKey(table.name), table]));
  const asked = new Set([...namedTables, ...tablesCalledByRules(rules)].map(tableKey));
  // The loop also visits what is added to the set meanwhile.
  for (const key of asked) {
    const table = byKey.get(key);
    for (const further of table === undefined ? [] : tablesCalledBy(table)) asked.add(further);
  }
  return asked;
}

/** Only the words of notices depend on these, and not who may send to whom. */
const aboutWords: ReadonlySet<string> = new Set(['NOTIFICATION_LANGUAGE'].map(tableKey));

/** What an error in a table does when the table decides nothing. */
function effectOf(table: string): string {
  return aboutWords.has(tableKey(table))
    ? `only the texts of notices depend on the table \`${table}\``
    : `nothing uses the table \`${table}\`, so this has no effect`;
}

/** The codes of errors in one entry, which fails only when that entry is used. */
const harmless: ReadonlySet<string> = new Set(['mapping/not-provided', 'mapping/unknown-table', 'ldap/url']);

function isHarmless({ code, severity }: Diagnostic): boolean {
  return severity === 'error' && harmless.has(code);
}

/** The offsets of tables and entries in each file, in order, with the table that they belong to. */
class Places {
  readonly #bySource = new Map<SourceFile, { readonly offset: number; readonly table: MappingTable }[]>();

  constructor(tables: readonly MappingTable[]) {
    for (const table of tables) {
      this.#add(table.span, table);
      for (const entry of table.entries) this.#add(entry.span, table);
    }
    for (const places of this.#bySource.values()) places.sort((one, other) => one.offset - other.offset);
  }

  #add({ source, offset }: Span, table: MappingTable): void {
    const places = this.#bySource.get(source) ?? [];
    this.#bySource.set(source, places);
    places.push({ offset, table });
  }

  /** The table at a place; undefined outside all tables. */
  tableAt({ source, offset }: Span): MappingTable | undefined {
    const places = this.#bySource.get(source) ?? [];
    let low = 0;
    let high = places.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((places[middle]?.offset ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return places[low - 1]?.table;
  }
}

/**
 * Turns errors in unused tables about call-outs and missing tables into warnings, one for each table and code. The tables
 * that are `used`, which takes a walk through all entries, are worked out only for such an error.
 */
export function withoutUnusedTables(
  diagnostics: readonly Diagnostic[],
  tables: readonly MappingTable[],
  used: () => ReadonlySet<string>,
): Diagnostic[] {
  if (!diagnostics.some(isHarmless)) return [...diagnostics];
  const asked = used();
  const places = new Places(tables);
  const kept: Diagnostic[] = [];
  const groups = new Map<string, { readonly first: Diagnostic; readonly table: string; count: number }>();
  for (const one of diagnostics) {
    const table = isHarmless(one) ? places.tableAt(one.span) : undefined;
    const key = table === undefined ? '' : tableKey(table.name);
    if (table === undefined || (asked.has(key) && !aboutWords.has(key))) {
      kept.push(one);
      continue;
    }
    const kind = `${one.code} ${key}`;
    const group = groups.get(kind);
    if (group === undefined) groups.set(kind, { first: one, table: table.name, count: one.leftOut ?? 1 });
    else group.count += one.leftOut ?? 1;
  }
  for (const { first, table, count } of groups.values()) {
    const more = count === 1 ? '' : `, here and ${count - 1} times more in this table`;
    const hint = effectOf(table);
    const { code, span } = first;
    kept.push({ severity: 'warning', code, span, message: `${first.message}${more}`, hint });
  }
  return kept;
}
