/*
 * `mappings`: mapping tables as lines of a mapping file.
 *   TABLE:
 *     - 'pattern   template'                      as in the file: blanks inside are written `$ `
 *     - [pattern, template]                       blanks need no `$`
 *     - { pattern: ..., template: ... }           the same; without a template it is empty
 * Ref: PMDF 5.2
 */
import type { LogicalLine } from '../../text/index.js';
import { listOf, mapOf, type SiteKey } from '../shapes/collections.js';
import { optional, record, required } from '../shapes/record.js';
import { written } from '../shapes/scalars.js';
import { either, type Field, itemOf, mapped, quoted, type Shape } from '../shapes/shape.js';
import type { YamlScalar } from '../yaml/yaml-node.js';
import { blankLine, endsOpen, LineBuilder } from './line-builder.js';

function quotedLine(
  pattern: YamlScalar,
  template: YamlScalar | null,
  { findings }: Field,
): LogicalLine | undefined {
  if (endsOpen(pattern.text)) {
    const message = 'the pattern ends in a `$` that quotes nothing';
    return findings.error(pattern.span, 'settings/mapping', message, 'write a literal `$` as `$$`');
  }
  const line = new LineBuilder(pattern.span.source);
  line.add(' ', pattern.pieces[0]?.offset ?? pattern.span.offset).addQuoted(pattern);
  if (template !== null) line.addBlank().addQuoted(template);
  return line.line();
}

const text = written('text');

/** A template may be empty, a pattern may not. */
const template: Shape<YamlScalar | null> = {
  schema: { type: ['string', 'number', 'boolean', 'null'], pattern: '^(?:|(?=.*\\S)[^\\n\\r]*)$' },
  read: (node, field) => {
    const isEmpty = node.kind === 'scalar' && (node.value === null || node.text === '');
    return isEmpty ? null : text.read(node, field);
  },
};

const pair: Shape<LogicalLine> = {
  schema: { type: 'array', minItems: 1, maxItems: 2, prefixItems: [text.schema, template.schema] },
  read: (node, field) => {
    const [first, second, third] = node.kind === 'sequence' ? node.items : [];
    if (first === undefined || third !== undefined) {
      const count = node.kind === 'sequence' ? node.items.length : 0;
      const message = `\`${field.path}\` must be a pattern and a template, not ${count} items`;
      const hint = 'put text with a comma in single quotes';
      return field.findings.error(node.span, 'settings/mapping', message, hint);
    }
    const pattern = text.read(first, itemOf(field, 0, first));
    const output = second === undefined ? null : template.read(second, itemOf(field, 1, second));
    return pattern === undefined || output === undefined ? undefined : quotedLine(pattern, output, field);
  },
};

const entry: Shape<LogicalLine> = either(
  {
    scalar: mapped(written('an entry such as `pattern   template`'), (scalar) => {
      const start = scalar.pieces[0]?.offset ?? scalar.span.offset;
      return new LineBuilder(scalar.span.source).add(' ', start).addScalar(scalar).line();
    }),
    sequence: pair,
    mapping: mapped(
      record({
        pattern: required(text, 'The pattern; blanks need no `$`.'),
        template: optional(template, 'The template; blanks need no `$`.'),
      }),
      (written, _node, field) => quotedLine(written.pattern, written.template, field),
    ),
  },
  'an entry such as `pattern   template`',
);

const tableName: SiteKey<YamlScalar> = {
  pattern: '^[A-Za-z][^\\s\\p{Cc}]*$',
  place: 'key',
  read: ({ key, keySpan, keyScalar }, { findings }) => {
    if (/^[A-Za-z][^\s\p{Cc}]*$/u.test(key)) return keyScalar;
    const message = `${quoted(key)} cannot be the name of a mapping table`;
    return findings.error(
      keySpan,
      'settings/mapping',
      message,
      'a name is one word that begins with a letter',
    );
  },
};

/** Mapping tables, in their order. */
export const mappingLines: Shape<readonly LogicalLine[]> = mapped(
  mapOf(tableName, listOf(entry, 'a list of entries'), 'a mapping from tables to entries'),
  (tables) =>
    Object.freeze(
      [...tables].flatMap(([name, entries]) => [
        new LineBuilder(name.span.source).addScalar(name).line(),
        blankLine(name.span),
        ...entries,
        blankLine(name.span),
      ]),
    ),
);
