/*
 * Whether two entries of an access table answer the same, whatever matches them: two that permit without further effect do, and so
 * does no entry at all.
 */
import { type AccessTable, readAccessOutcome } from '../../access/index.js';
import { type Entry, type MappingTemplate, printTemplate } from '../../mapping/index.js';
import { canonicalText } from './canonical.js';

/** What a template without questions and wildcards answers; null for others. */
function fixedAnswer(template: MappingTemplate): { output: string; flags: ReadonlySet<string> } | null {
  const flags = new Set<string>();
  let output = '';
  for (const item of template) {
    if (item.kind === 'stop') break;
    if (item.kind === 'literal') output += item.text;
    else if (item.kind === 'flag') flags.add(item.flag);
    else if (item.kind !== 'control' || item.control !== 'E') return null;
  }
  return { output, flags };
}

function keyOf(template: MappingTemplate, table: AccessTable): string {
  const answer = fixedAnswer(template);
  if (answer === null) {
    const isFixed = template.every(
      (item) => item.kind !== 'capture' && !('key' in item) && !('argument' in item),
    );
    return isFixed ? `as ${printTemplate(template)}` : '';
  }
  const result = { matched: true, output: answer.output, flags: answer.flags, entries: [], failed: null };
  const { explicitPermit, problems, ...outcome } = readAccessOutcome(table, result);
  return canonicalText(outcome);
}

/** The answers of entries as texts: two entries with one text answer alike. */
export class EntryAnswers {
  readonly #table: AccessTable;
  readonly #known = new Map<Entry, string>();
  readonly #silent: string;

  constructor(table: AccessTable) {
    this.#table = table;
    this.#silent = keyOf([], table);
  }

  /** Of no entry where it is null. */
  textOf(entry: Entry | null): string {
    if (entry === null) return this.#silent;
    const known = this.#known.get(entry);
    if (known !== undefined) return known;
    const text = keyOf(entry.template, this.#table);
    this.#known.set(entry, text);
    return text;
  }

  /** Whether two entries certainly answer alike. */
  areSame(one: Entry | null, other: Entry | null): boolean {
    const text = this.textOf(one);
    return text !== '' && text === this.textOf(other);
  }
}
