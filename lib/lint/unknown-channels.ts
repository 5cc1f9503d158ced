/*
 * Entries of access tables whose source or destination channel is none that there is. It is known which field of a probe
 * a field of a pattern meets only when both have as many bars; entries with fewer are not judged. Fields that templates
 * of the same table write are left alone: a table may have marks of its own. So are the names of PMDF's own channels:
 * tables from everywhere keep mail from programs that a site may lack.
 * Ref: PMDF 16.1
 */
import { type AccessTable, findAccessTable } from '../access/index.js';
import { isReservedChannelName } from '../channel/index.js';
import { StepBudget } from '../engine/index.js';
import { compilePattern, type Entry, fieldsOf, type MappingPattern, printPattern } from '../mapping/index.js';
import type { CompiledPolicy } from '../policy/index.js';
import { matchesText, patternKey } from '../proof/index.js';
import { type Diagnostic, nearest, type Span, warningAt } from '../text/index.js';
import { usualFields } from './probe-text.js';
import { lintTables, siteOf } from './tables.js';

const matchWork = 10_000;

/** The fields of a table that are channels, numbered from 0. */
function channelFields(table: AccessTable): readonly number[] {
  switch (table) {
    case 'PORT_ACCESS':
      return [];
    case 'ORIG_SEND_ACCESS':
    case 'SEND_ACCESS':
      return [0, 2];
    case 'FROM_ACCESS':
      return [7];
    case 'ORIG_MAIL_ACCESS':
    case 'MAIL_ACCESS':
      return [7, 9];
  }
}

/** Channels of PMDF and its relatives that tables guard, beside the reserved names. */
const guarded = new Set(['hold', 'native', 'bitbucket', 'process', 'reprocess']);

/** Whether the field is the plain name of a channel that comes with PMDF. */
function isOfPmdf(field: MappingPattern): boolean {
  const name = printPattern(field).toLowerCase();
  return isReservedChannelName(name) || guarded.has(name);
}

/** Whether some channel is called so; a back-match cannot be told from its field alone. */
function namesChannel(field: MappingPattern, channels: readonly string[]): boolean {
  if (field.some((element) => element.kind === 'back-match')) return true;
  const compiled = compilePattern(field);
  return channels.some((name) => matchesText(compiled, name, new StepBudget(matchWork)) !== false);
}

/** The texts that the templates of a table write, in one. */
function writtenBy(entries: readonly Entry[]): string {
  const items = entries.flatMap(({ template }) => template);
  return items
    .map((item) => (item.kind === 'literal' ? item.text : '\n'))
    .join('')
    .toLowerCase();
}

/** Judges the fields of one table; what was said of a text once holds for it again. */
class FieldJudge {
  readonly #channels: readonly string[];
  readonly #written: string;
  readonly #known = new Map<string, boolean>();

  constructor(channels: readonly string[], entries: readonly Entry[]) {
    this.#channels = channels;
    this.#written = writtenBy(entries);
  }

  /** Whether a field may be met by something that there is. */
  isKnown(field: MappingPattern): boolean {
    const key = patternKey(field);
    const before = this.#known.get(key);
    if (before !== undefined) return before;
    const texts = field.flatMap((element) =>
      element.kind === 'literal' ? [element.text.toLowerCase()] : [],
    );
    const isKnown = namesChannel(field, this.#channels) || texts.some((text) => this.#written.includes(text));
    this.#known.set(key, isKnown);
    return isKnown;
  }
}

/** Finds channels in entries that do not exist. */
export function lintUnknownChannels(compiled: CompiledPolicy): Diagnostic[] {
  const channels = [...compiled.policy.channels.channels.keys()];
  const { orcpt } = compiled.policy.settings.access;
  return lintTables(compiled).flatMap(({ written }) => {
    const access = findAccessTable(written.name);
    if (access === undefined) return [];
    const judge = new FieldJudge(channels, written.entries);
    const hasMore = orcpt && (access.table === 'SEND_ACCESS' || access.table === 'ORIG_SEND_ACCESS');
    const count = usualFields(access.table, siteOf(compiled)).length + (hasMore ? 1 : 0);
    return written.entries.flatMap(({ pattern }) => {
      const fields = fieldsOf(pattern);
      if (fields.length !== count) return [];
      return channelFields(access.table).flatMap((number) => {
        const field = fields[number] ?? [];
        const [first] = field;
        return first === undefined || isOfPmdf(field) || judge.isKnown(field)
          ? []
          : [unknownChannel(first.span, field, channels)];
      });
    });
  });
}

function unknownChannel(span: Span, field: MappingPattern, channels: readonly string[]): Diagnostic {
  const text = printPattern(field);
  const meant = nearest(text, channels);
  const hint =
    meant === undefined ? 'name a channel of pmdf.cnf, or take the entry out' : `did you mean \`${meant}\`?`;
  return warningAt(
    span,
    'lint/entry-channel',
    `there is no channel \`${text}\`, so this entry never matches`,
    { hint },
  );
}
