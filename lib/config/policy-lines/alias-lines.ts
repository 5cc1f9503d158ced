/*
 * `aliases`: aliases as lines of an alias file.
 *   name: address                       the same text as after the colon in the file
 *   name: [address, address, <list]     one value for each item
 * Names with special characters keep the double quotes that they have in the file.
 * Ref: PMDF 3.1.1
 */
import type { LogicalLine } from '../../text/index.js';
import { listOf, mapOf, type SiteKey } from '../shapes/collections.js';
import { written } from '../shapes/scalars.js';
import { either, mapped, quoted, type Shape } from '../shapes/shape.js';
import type { YamlScalar } from '../yaml/yaml-node.js';
import { LineBuilder } from './line-builder.js';

const wanted = 'an address or a list of addresses';

/** Other names would be a comment, an include or a continuation line in a file, or end early. */
const aliasName: SiteKey<YamlScalar> = {
  pattern: '^(?=[^\\s!<])(?:"(?:[^"\\\\]|\\\\.)*"|\\[[^\\]]*\\]|[^\\s\\p{Cc}:])+$',
  place: 'key',
  read: ({ key, keySpan, keyScalar }, { findings }) => {
    const bare = key.replace(/"(?:[^"\\]|\\.)*"/g, '').replace(/\[[^\]]*\]/g, '');
    if (/^[^\s!<]/.test(key) && !/[\s\p{Cc}:]/u.test(bare)) return keyScalar;
    const hint = 'put a name with special characters in double quotes inside single quotes';
    return findings.error(keySpan, 'settings/alias', `${quoted(key)} cannot be the name of an alias`, hint);
  },
};

const addresses: Shape<readonly YamlScalar[]> = either<readonly YamlScalar[]>(
  {
    nothing: { value: [] },
    scalar: mapped(written(wanted), (one) => [one]),
    sequence: listOf(written('an address'), wanted),
  },
  wanted,
);

function aliasLine(name: YamlScalar, values: readonly YamlScalar[]): LogicalLine {
  const end = name.span.offset + name.span.length - 1;
  const line = new LineBuilder(name.span.source).addScalar(name).add(':', end);
  values.forEach((value, index) => {
    if (index > 0) line.add(',', end);
    line.addBlank().addScalar(value);
  });
  return line.line();
}

/** Aliases, in their order. */
export const aliasLines: Shape<readonly LogicalLine[]> = mapped(
  mapOf(aliasName, addresses, 'a mapping from names to addresses'),
  (aliases) => Object.freeze([...aliases].map(([name, values]) => aliasLine(name, values))),
);
