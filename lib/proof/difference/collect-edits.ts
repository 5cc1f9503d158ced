/*
 * Everything that two policies have differently, one edit after the other: whether it certainly changes nothing, which names and
 * probes it is about, and whether a difference comes from it.
 */
import { type AccessTable, findAccessTable, type ProbeField, probeFields } from '../../access/index.js';
import { tablesCalledBy } from '../../config/index.js';
import { type DatabaseName, foldKey } from '../../engine/index.js';
import {
  type Entry,
  fieldsOf,
  type MappingPattern,
  type MappingTable,
  tableKey,
  tablesOf,
} from '../../mapping/index.js';
import { patternKey, printRule, type RewriteRule, tablesCalledByRules } from '../../rewrite/index.js';
import { placeOf } from '../../text/index.js';
import { fillPattern } from '../inclusion/example-text.js';
import type { AddressLanguages } from '../language/address-languages.js';
import type { PatternBoxes } from '../language/pattern-boxes.js';
import { aliasEdits } from './alias-edits.js';
import { channelEdits } from './channel-edits.js';
import type { Difference } from './class-words.js';
import { databaseEdits } from './database-edits.js';
import { comparedTable, type Region, RegionFinder } from './entry-regions.js';
import type { NamedEdit } from './named-edits.js';
import type { Edit, Side } from './policy-difference.js';
import { probeSpaces } from './probe-space.js';
import { type RuleEdit, ruleEdits } from './rule-edits.js';
import { settingEdits } from './setting-edits.js';
import { type TableEdits, tableEdits } from './table-edits.js';
import { clientAddressOf, hostOf } from './trial-clients.js';

/** An edit before its effect is known. */
export interface OpenEdit extends Omit<Edit, 'effect' | 'why'> {
  /** Set where its effect is known without a trial. */
  readonly known: { readonly effect: 'none' | 'not-decided'; readonly why: string } | null;
  /** Texts that it names, which may be users, hosts or addresses. */
  readonly names: readonly string[];
  /** Probes that a table answers differently for it. */
  readonly regions: readonly Region[];
  /** Why there may be more regions. */
  readonly uncertain: string | null;
  /** Whether a difference, decided with a trace, comes from it; null where that cannot be told. */
  readonly isPartOf: ((difference: Difference) => boolean) | null;
}

export interface CollectedEdits {
  readonly edits: readonly OpenEdit[];
  readonly tables: readonly TableEdits[];
  readonly rules: readonly RuleEdit[];
  /** Databases whose entries were not read. */
  readonly unread: readonly DatabaseName[];
}

/** Large tables are compared entry by entry up to this many; the others count as not compared. */
const mostEntries = 400;

function inTrace(placeBefore: string | null, placeNow: string | null) {
  return ({ before, now }: Difference): boolean =>
    (placeBefore !== null && before.answer.places.includes(placeBefore)) ||
    (placeNow !== null && now.answer.places.includes(placeNow));
}

const addressFields: ReadonlySet<ProbeField> = new Set(['from', 'authenticatedFrom', 'to', 'orcpt']);

/** The parts of the pattern of an entry of an access table that are about addresses; the whole where it cannot be taken apart. */
function partsWithNames(table: AccessTable, { pattern }: Entry): readonly MappingPattern[] {
  const parts = fieldsOf(pattern);
  const layouts = [true, false]
    .flatMap((overTcp) => [true, false].map((orcpt) => probeFields(table, { overTcp, orcpt })))
    .filter((fields) => fields.length === parts.length);
  if (layouts.length === 0) return [pattern];
  return parts.filter((_part, at) =>
    layouts.some((fields) => {
      const field = fields[at];
      return field !== undefined && addressFields.has(field);
    }),
  );
}

/** The literals of an entry, each a text that may be a name; of access tables those of addresses. */
export function literalsOf(table: AccessTable | null, entry: Entry): string[] {
  const parts = table === null ? [entry.pattern] : partsWithNames(table, entry);
  return parts.flatMap((part) =>
    part.flatMap((element) => (element.kind === 'literal' ? element.text.split('|') : [])),
  );
}

/** A text that a pattern is made for, with `bob` for wildcards of any length; it may not match. */
export function exampleOf({ pattern }: Entry): string {
  return fillPattern(pattern, () => 'bob');
}

function textOf({ patternText, templateText }: Entry): string {
  return `${patternText}  ${templateText}`;
}

class EditCollector {
  readonly #before: Side;
  readonly #now: Side;
  readonly #addresses: AddressLanguages;
  readonly #boxes: PatternBoxes;

  /** The tables that are asked by name, under either policy. */
  readonly #asked: ReadonlySet<string>;
  /** Whether any table may be. */
  readonly #isAnyAsked: boolean;

  constructor(before: Side, now: Side, addresses: AddressLanguages, boxes: PatternBoxes) {
    this.#asked = new Set([before, now].flatMap((side) => [...askedByName(side)]));
    this.#isAnyAsked = [before, now].some(mayCallTables);
    this.#before = before;
    this.#now = now;
    this.#addresses = addresses;
    this.#boxes = boxes;
  }

  /** Two forms of an entry, or one that only one of the policies has. */
  *ofTable(edits: TableEdits): Generator<OpenEdit> {
    const { name, before, now, removed, added } = edits;
    const table = findAccessTable(name)?.table ?? null;
    const policies = [this.#before.compiled, this.#now.compiled];
    const finder =
      table === null
        ? null
        : new RegionFinder(
            table,
            this.#addresses,
            this.#boxes,
            comparedTable(before, this.#before.compiled.policy.mappings.get(tableKey(name))),
            comparedTable(now, this.#now.compiled.policy.mappings.get(tableKey(name))),
          );
    const isAsked = this.#isAnyAsked || this.#asked.has(name);
    const isUsed = edits.isUsed || this.#isAnyAsked;
    const spaces = table === null ? [] : probeSpaces(table, policies, this.#addresses);
    let examined = 0;
    const made = (from: MappingTable | null, at: number, isNow: boolean): OpenEdit[] => {
      const entry = from?.entries[at];
      if (entry === undefined) return [];
      const place = placeOf(entry.span);
      const [placeBefore, placeNow] = isNow ? [null, place] : [place, null];
      const unused = { effect: 'none', why: 'no table and no rule asks this table' } as const;
      const isExamined = isUsed && finder !== null && examined < mostEntries;
      if (isExamined) examined += 1;
      const found = isExamined ? finder.regionsOf(spaces, entry, isNow) : null;
      const isNone = found !== null && found.regions.length === 0 && found.uncertain === null && !isAsked;
      const ofNotices = { effect: 'not-decided', why: 'only the texts of notices depend on it' } as const;
      const isOfNotices = name === 'NOTIFICATION_LANGUAGE' && !isAsked;
      const taken = { effect: 'none', why: 'entries before it, or after it, answer the same' } as const;
      return [
        {
          part: 'tables',
          name,
          before: isNow ? null : textOf(entry),
          now: isNow ? textOf(entry) : null,
          placeBefore,
          placeNow,
          known: !isUsed ? unused : isOfNotices ? ofNotices : isNone ? taken : null,
          names: [...literalsOf(table, entry), exampleOf(entry)],
          regions: found?.regions ?? [],
          uncertain:
            found?.uncertain ??
            (isAsked ? 'rules, tables or values of databases may ask this table too' : null) ??
            (finder !== null && !isExamined ? 'too many entries of the table were edited' : null),
          isPartOf: inTrace(placeBefore, placeNow),
        },
      ];
    };
    for (const at of removed) yield* made(before, at, false);
    for (const at of added) yield* made(now, at, true);
    if (removed.length + added.length > 0) return;
    const there = now ?? before;
    const place = there === null ? null : placeOf(there.span);
    yield {
      ...plainEdit('tables', name),
      before: before === null ? null : 'a table without entries',
      now: now === null ? null : 'a table without entries',
      placeBefore: before === null ? null : place,
      placeNow: now === null ? null : place,
      known: { effect: 'none', why: 'it has no entries' },
    };
  }

  ofRule({ before, now, isUnreachable }: RuleEdit): OpenEdit {
    const rule = before ?? now;
    const place = (one: RewriteRule | null) => (one === null ? null : placeOf(one.span));
    const named = rule === null ? [] : [hostOf(rule), clientAddressOf(rule)];
    return {
      ...plainEdit('rewriting', rule === null ? '' : patternKey(rule.pattern)),
      before: before === null ? null : printRule(before),
      now: now === null ? null : printRule(now),
      placeBefore: place(before),
      placeNow: place(now),
      known: isUnreachable ? { effect: 'none', why: 'a rule above it always fires' } : null,
      names: named.flatMap((one) => one ?? []),
      isPartOf: inTrace(place(before), place(now)),
    };
  }

  *ofChannels(): Generator<OpenEdit> {
    const [tableBefore, tableNow] = [this.#before, this.#now].map(
      (side) => side.compiled.policy.channels.channels,
    );
    for (const { channel, before, now, known, inBefore, inNow } of channelEdits(
      this.#before.compiled,
      this.#now.compiled,
    )) {
      const place = (name: string, table: typeof tableBefore) => {
        const found = table?.get(name);
        return found === undefined ? null : placeOf(found.span);
      };
      yield {
        ...plainEdit('channels', channel),
        before,
        now,
        placeBefore: inBefore === null ? null : place(channel, tableBefore),
        placeNow: inNow === null ? null : place(channel, tableNow),
        known,
        names: [inBefore, inNow].flatMap((one) => (one === null ? [] : [one.officialHostName])),
        isPartOf: ({ before: was, now: is }) =>
          [was.answer, is.answer].some(
            ({ source, deliveries }) =>
              source === channel ||
              deliveries.some((one) => one.split(' ').includes(channel) || one.includes(`${channel},`)),
          ),
      };
    }
  }
}

/** The tables that entries and rules ask by name; an access table among them gets other texts than its probes. */
function askedByName({ compiled }: Side): ReadonlySet<string> {
  const byTables = tablesOf(compiled.mappings).flatMap(tablesCalledBy);
  return new Set([...byTables, ...tablesCalledByRules(compiled.rules).map(tableKey)]);
}

/** Whether a value of a database may call a table, which nothing else shows. */
function mayCallTables({ compiled: { policy }, contents }: Side): boolean {
  const { databases, ldap } = policy.settings;
  if (ldap.domainUrl !== null) return true;
  return (['general', 'domain'] as const).some((name) => {
    if (databases[name] === null) return false;
    const entries = contents(name);
    if (entries === null) return true;
    for (const { value } of entries) if (value.includes('${')) return true;
    return false;
  });
}

function plainEdit(part: Edit['part'], name: string): OpenEdit {
  return {
    part,
    name,
    before: null,
    now: null,
    placeBefore: null,
    placeNow: null,
    known: null,
    names: [],
    regions: [],
    uncertain: null,
    isPartOf: null,
  };
}

function ofAlias(edit: NamedEdit): OpenEdit {
  const { name } = edit;
  const user = name.split('@')[0] ?? name;
  return {
    ...plainEdit('aliases', name),
    ...edit,
    names: [name, ...(edit.before ?? '').split(', '), ...(edit.now ?? '').split(', ')],
    isPartOf: ({ trial }) => trial.to.toLowerCase().includes(user),
  };
}

/** The hosts that the text of a setting names; a domain with a dot before it names a host below it. */
function hostsInSetting(text: string | null): readonly string[] {
  const words = [...(text ?? '').matchAll(/"([-\w.@]+)"/g)].flatMap(([, word]) => word ?? []);
  const hosts = words.filter((word) => word.includes('.'));
  return hosts.map((host) => (host.startsWith('.') ? `sub${host}` : host));
}

/** Whether a session asked a database for a key. */
function asks(database: DatabaseName, key: string) {
  return ({ before, now }: Difference): boolean =>
    [...before.trace, ...now.trace].some(
      (event) =>
        event.kind === 'lookup' &&
        event.request.kind === 'database' &&
        event.request.database === database &&
        foldKey(event.request.key) === key,
    );
}

/** Collects the edits, in the order of a report. */
export function collectEdits(
  before: Side,
  now: Side,
  addresses: AddressLanguages,
  boxes: PatternBoxes,
): CollectedEdits {
  const collector = new EditCollector(before, now, addresses, boxes);
  const tables = tableEdits(before.compiled, now.compiled);
  const rules = ruleEdits(before.compiled, now.compiled);
  const databases = databaseEdits(before, now);
  const edits: OpenEdit[] = [
    ...tables.flatMap((one) => [...collector.ofTable(one)]),
    ...rules.map((one) => collector.ofRule(one)),
    ...collector.ofChannels(),
    ...aliasEdits(before.compiled, now.compiled).map(ofAlias),
    ...databases.edits.map(
      ({ database, ...edit }): OpenEdit => ({
        ...plainEdit('databases', `${database} ${edit.name}`),
        ...edit,
        name: `${database} ${edit.name}`,
        names: [edit.name, ...[edit.before, edit.now].flatMap((one) => one ?? [])],
        isPartOf: asks(database, edit.name),
      }),
    ),
    ...settingEdits(before, now).map(
      ({ decides, ...edit }): OpenEdit => ({
        ...plainEdit('settings', edit.name),
        ...edit,
        known: decides ? null : { effect: 'not-decided', why: 'no decision in a session depends on it' },
        names: [edit.before, edit.now].flatMap(hostsInSetting),
      }),
    ),
  ];
  return { edits, tables, rules, unread: databases.unread };
}
