/*
 * Shape of `aliases`: aliases as lines of an alias file.
 *   name: address                       the same text as behind the colon in the file
 *   name: [address, address, <list]     one value for each item
 * Names with special characters keep the double quotes that they have in the file.
 * Ref: PMDF 3.1.1
 */
import type { LogicalLine } from '../../text/index.js';
import { mappingOf } from './collection-shapes.js';
import { LineBuilder } from './line-builder.js';
import { writtenText } from './scalar-shapes.js';
import { below, isNothing, itemOf, noKeys, quoted, type Setting, type Shape, wrongType } from './shape.js';
import type { YamlEntry, YamlNode, YamlScalar } from './yaml-node.js';

const wanted = 'an address or a list of addresses';

/** In a file these would make a comment, an include, a line that goes on, or end the name. */
function canBeName(written: string): boolean {
  const bare = written.replace(/"(?:[^"\\]|\\.)*"/g, '').replace(/\[[^\]]*\]/g, '');
  return /^[^\s!<]/.test(written) && !/[\s\p{Cc}:]/u.test(bare);
}

function valuesOf(node: YamlNode, setting: Setting): readonly YamlScalar[] | undefined {
  if (isNothing(node)) return [];
  switch (node.kind) {
    case 'mapping':
      return wrongType(node, setting, wanted);
    case 'scalar': {
      const value = writtenText(node, setting, wanted);
      return value === undefined ? undefined : [value];
    }
    case 'sequence':
      return node.items.flatMap(
        (item, index) => writtenText(item, itemOf(setting, index), 'an address') ?? [],
      );
  }
}

function aliasLine(entry: YamlEntry, setting: Setting): LogicalLine | undefined {
  const { key, keySpan, keyScalar } = entry;
  if (!canBeName(key)) {
    const hint = 'a name with special characters stands in double quotes within single ones';
    const message = `${quoted(key)} cannot be the name of an alias`;
    return setting.findings.error(keySpan, 'settings/alias', message, hint);
  }
  setting.findings.places.set(setting.path, keySpan);
  const values = valuesOf(entry.value, setting);
  if (values === undefined) return undefined;
  const line = new LineBuilder(keySpan.source).addScalar(keyScalar);
  const end = keySpan.offset + keySpan.length - 1;
  line.add(':', end);
  values.forEach((value, index) => {
    if (index > 0) line.add(',', end);
    line.addBlank().addScalar(value);
  });
  return line.line();
}

/** Aliases, in their order. */
export const aliasLines: Shape<readonly LogicalLine[]> = {
  keys: noKeys,
  read: (node, setting) => {
    const lines = mappingOf(node, setting, 'a mapping from names to addresses')?.entries.flatMap(
      (entry) => aliasLine(entry, below(setting, entry.key, entry.keySpan)) ?? [],
    );
    return lines === undefined ? undefined : Object.freeze(lines);
  },
};
