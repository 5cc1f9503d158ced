/*
 * Entries of access tables with a source or destination channel that does not exist. Which field of the probe a field of
 * the pattern matches is known only when both have as many bars; other entries are not checked. Fields that templates of
 * the same table write are left alone, and so are PMDF's own channels, which tables written elsewhere mention.
 * Ref: PMDF 16.1
 */
import { type AccessTable, findAccessTable } from '../../access/index.js';
import { isReservedChannelName } from '../../channel/index.js';
import { StepBudget } from '../../engine/index.js';
import {
  compilePattern,
  type Entry,
  fieldsOf,
  type MappingPattern,
  printPattern,
} from '../../mapping/index.js';
import { matchesText, patternKey } from '../../proof/index.js';
import { nearest } from '../../text/index.js';
import { fieldPosition, ordinaryFields } from '../example-probe.js';
import type { Finding, WrittenRule } from '../rule.js';

const matchWork = 10_000;

function channelPositions(table: AccessTable): readonly number[] {
  return [fieldPosition(table, 'sourceChannel'), fieldPosition(table, 'destinationChannel')].filter(
    (position) => position !== -1,
  );
}

/** PMDF's own channels, besides the reserved names, that tables written elsewhere mention. */
const ownChannels = new Set(['hold', 'native', 'bitbucket', 'process', 'reprocess']);

/** Whether a field is the plain name of a channel that comes with PMDF. */
function isOfPmdf(field: MappingPattern): boolean {
  const name = printPattern(field).toLowerCase();
  return isReservedChannelName(name) || ownChannels.has(name);
}

/** Whether a field matches the name of a channel; for a back-match that depends on other fields. */
function namesChannel(field: MappingPattern, channels: readonly string[]): boolean {
  if (field.some((element) => element.kind === 'back-match')) return true;
  const compiled = compilePattern(field);
  return channels.some((name) => matchesText(compiled, name, new StepBudget(matchWork)) !== false);
}

/** The text that the templates of a table write. */
function writtenBy(entries: readonly Entry[]): string {
  const items = entries.flatMap(({ template }) => template);
  return items
    .map((item) => (item.kind === 'literal' ? item.text : '\n'))
    .join('')
    .toLowerCase();
}

/** A test whether a field matches a channel, or a text that the table writes itself; its answers are kept. */
function knownFieldTest(channels: readonly string[], entries: readonly Entry[]) {
  const written = writtenBy(entries);
  const answers = new Map<string, boolean>();
  return (field: MappingPattern): boolean => {
    const key = patternKey(field);
    const isKnown =
      answers.get(key) ??
      (namesChannel(field, channels) ||
        field.some((element) => element.kind === 'literal' && written.includes(element.text.toLowerCase())));
    answers.set(key, isKnown);
    return isKnown;
  };
}

function findingFor(field: MappingPattern, channels: readonly string[]): Finding[] {
  const [first] = field;
  if (first === undefined) return [];
  const name = printPattern(field);
  const meant = nearest(name, channels);
  const why = field.every(({ kind }) => kind === 'literal') ? 'there is no channel' : 'no channel matches';
  const hint =
    meant === undefined ? 'name a channel of pmdf.cnf, or remove the entry' : `did you mean \`${meant}\`?`;
  return [{ span: first.span, message: `this entry never matches: ${why} \`${name}\``, hint }];
}

export const entryChannel = {
  code: 'lint/entry-channel',
  about:
    'The source or destination channel in the pattern of an access table entry does not exist, so the entry never matches. Correct the name, or remove the entry.',
  check({ policy, tables }) {
    const channels = [...policy.channels.channels.keys()];
    return tables.flatMap(({ written, site }) => {
      const table = findAccessTable(written.name)?.table;
      if (table === undefined) return [];
      const isKnown = knownFieldTest(channels, written.entries);
      const hasOrcpt = site.orcpt && (table === 'SEND_ACCESS' || table === 'ORIG_SEND_ACCESS');
      const count = ordinaryFields(table, site).length + (hasOrcpt ? 1 : 0);
      return written.entries
        .map(({ pattern }) => fieldsOf(pattern))
        .filter((fields) => fields.length === count)
        .flatMap((fields) => channelPositions(table).map((position) => fields[position] ?? []))
        .filter((field) => field.length > 0 && !isOfPmdf(field) && !isKnown(field))
        .flatMap((field) => findingFor(field, channels));
    });
  },
} as const satisfies WrittenRule;
