/*
 * Shape of `mappings`: mapping tables as lines of a mapping file.
 *   TABLE:
 *     - 'pattern   template'                      as in the file: blanks inside are written `$ `
 *     - [pattern, template]                       blanks need no `$`
 *     - { pattern: ..., template: ... }           the same; without a template it is empty
 * Ref: PMDF 5.2
 */
import type { LogicalLine } from '../../text/index.js';
import { knownEntries, mappingOf, sequenceOf } from './collection-shapes.js';
import { blankLine, endsOpen, LineBuilder } from './line-builder.js';
import { writtenText } from './scalar-shapes.js';
import { below, isNothing, itemOf, noKeys, quoted, type Setting, type Shape } from './shape.js';
import type { YamlEntry, YamlMapping, YamlNode, YamlScalar, YamlSequence } from './yaml-node.js';

const wanted = 'an entry such as `pattern   template`';

function quotedLine(
  pattern: YamlScalar,
  template: YamlScalar | null,
  setting: Setting,
): LogicalLine | undefined {
  if (endsOpen(pattern.text)) {
    const message = 'the pattern ends in a `$` that quotes nothing';
    return setting.findings.error(pattern.span, 'settings/mapping', message, 'a literal `$` is written `$$`');
  }
  const line = new LineBuilder(pattern.span.source);
  line.add(' ', pattern.pieces[0]?.offset ?? pattern.span.offset).addQuoted(pattern);
  if (template !== null) line.addBlank().addQuoted(template);
  return line.line();
}

/** A template may be empty, a pattern may not. */
function templateOf(node: YamlNode | undefined, setting: Setting): YamlScalar | null | undefined {
  if (node === undefined || isNothing(node)) return null;
  if (node.kind === 'scalar' && node.text === '') return null;
  return writtenText(node, setting, 'text');
}

function pairLine(node: YamlSequence, setting: Setting): LogicalLine | undefined {
  const [first, second, third] = node.items;
  if (first === undefined || third !== undefined) {
    const message = `\`${setting.path}\` must be a pattern and a template, not ${node.items.length} items`;
    return setting.findings.error(
      node.span,
      'settings/mapping',
      message,
      'text with a comma stands in single quotes',
    );
  }
  const pattern = writtenText(first, itemOf(setting, 0), 'text');
  const template = templateOf(second, itemOf(setting, 1));
  return pattern === undefined || template === undefined ? undefined : quotedLine(pattern, template, setting);
}

function keyedLine(node: YamlMapping, setting: Setting): LogicalLine | undefined {
  const entries = knownEntries(node, setting, ['pattern', 'template']);
  const written = entries.get('pattern');
  if (written === undefined) {
    return setting.findings.error(
      node.span,
      'settings/missing-key',
      `\`${setting.path}\` has no \`pattern\``,
    );
  }
  const pattern = writtenText(written.value, below(setting, 'pattern', written.keySpan), 'text');
  const other = entries.get('template');
  const template = templateOf(other?.value, below(setting, 'template', other?.keySpan ?? setting.keySpan));
  return pattern === undefined || template === undefined ? undefined : quotedLine(pattern, template, setting);
}

function entryLine(node: YamlNode, setting: Setting): LogicalLine | undefined {
  switch (node.kind) {
    case 'mapping':
      return keyedLine(node, setting);
    case 'sequence':
      return pairLine(node, setting);
    case 'scalar': {
      const scalar = writtenText(node, setting, wanted);
      if (scalar === undefined) return undefined;
      const start = scalar.pieces[0]?.offset ?? scalar.span.offset;
      return new LineBuilder(scalar.span.source).add(' ', start).addScalar(scalar).line();
    }
  }
}

function tableLines(entry: YamlEntry, setting: Setting): LogicalLine[] {
  if (!/^[A-Za-z][^\s\p{Cc}]*$/u.test(entry.key)) {
    const message = `${quoted(entry.key)} cannot be the name of a mapping table`;
    const hint = 'a name is one word that begins with a letter';
    setting.findings.error(entry.keySpan, 'settings/mapping', message, hint);
    return [];
  }
  setting.findings.places.set(setting.path, entry.keySpan);
  const name = new LineBuilder(entry.keySpan.source).addScalar(entry.keyScalar).line();
  const items = sequenceOf(entry.value, setting, 'a list of entries')?.items ?? [];
  const entries = items.flatMap((item, index) => entryLine(item, itemOf(setting, index)) ?? []);
  return [name, blankLine(entry.keySpan), ...entries, blankLine(entry.keySpan)];
}

/** Mapping tables, in their order. */
export const mappingLines: Shape<readonly LogicalLine[]> = {
  keys: new Map([
    ['pattern', noKeys],
    ['template', noKeys],
  ]),
  read: (node, setting) => {
    const lines = mappingOf(node, setting, 'a mapping from tables to entries')?.entries.flatMap((entry) =>
      tableLines(entry, below(setting, entry.key, entry.keySpan)),
    );
    return lines === undefined ? undefined : Object.freeze(lines);
  },
};
