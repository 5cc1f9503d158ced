/*
 * The fields of a pattern: what is between its literal bars. A wildcard may match bars as well, so a pattern may
 * have fewer fields than the probes that it matches.
 */
import type { MappingPattern, PatternElement } from './syntax.js';

/** Cuts a pattern at its literal bars; every piece of a literal keeps its place. */
export function fieldsOf(pattern: MappingPattern): MappingPattern[] {
  const fields: PatternElement[][] = [[]];
  for (const element of pattern) {
    if (element.kind !== 'literal') {
      fields.at(-1)?.push(element);
      continue;
    }
    let offset = element.span.offset;
    for (const [index, text] of element.text.split('|').entries()) {
      if (index > 0) fields.push([]);
      const span = { ...element.span, offset, length: text.length };
      if (text !== '') fields.at(-1)?.push({ kind: 'literal', text, span });
      offset += text.length + 1;
    }
  }
  return fields;
}
