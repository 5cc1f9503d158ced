/*
 * What an entry that goes on with its output makes of a probe, field by field: a field as it was, or a fixed text.
 * Ref: PMDF 5.3.2
 */
import { type ArgumentItem, fieldsOf, type MappingPattern } from '../../mapping/index.js';
import type { ProbePart } from './session-space.js';

type OutputField = readonly ArgumentItem[];

/** Cuts an output at its bars; empty texts are left out. */
function outputFields(output: readonly ArgumentItem[]): readonly OutputField[] {
  const fields: ArgumentItem[][] = [[]];
  for (const item of output) {
    if (item.kind !== 'literal') {
      fields.at(-1)?.push(item);
      continue;
    }
    for (const [index, text] of item.text.split('|').entries()) {
      if (index > 0) fields.push([]);
      if (text !== '') fields.at(-1)?.push({ ...item, text });
    }
  }
  return fields;
}

/** The output that is the same as a field of a pattern, for each field; null where a wildcard is not kept. */
function sameAs(fields: readonly MappingPattern[]): readonly (string | null)[] {
  let capture = 0;
  return fields.map((field) => {
    let text: string | null = '';
    for (const element of field) {
      if (element.kind === 'literal') text = text === null ? null : `${text}=${element.text.toLowerCase()}`;
      else if (element.saved) {
        text = text === null ? null : `${text}$${capture}`;
        capture += 1;
      } else text = null;
    }
    return text;
  });
}

function written(field: OutputField): string {
  return field
    .map((item) =>
      item.kind === 'literal'
        ? `=${item.text.toLowerCase()}`
        : item.kind === 'capture'
          ? `$${item.capture}`
          : '~',
    )
    .join('');
}

/** Finds the probe that later entries see; null where a field is neither one as it was nor a fixed text. */
export function nextProbe(
  pattern: MappingPattern,
  output: readonly ArgumentItem[],
  parts: readonly ProbePart[],
): readonly ProbePart[] | null {
  const fields = fieldsOf(pattern);
  // With a bar for each of the probe no wildcard of the pattern matches one.
  const same = fields.length === parts.length ? sameAs(fields) : [];
  const made: ProbePart[] = [];
  for (const field of outputFields(output)) {
    if (field.every((item) => item.kind === 'literal')) {
      made.push({ text: field.map((item) => (item.kind === 'literal' ? item.text : '')).join('') });
      continue;
    }
    const part = parts[same.indexOf(written(field))];
    if (part === undefined) return null;
    made.push(part);
  }
  return made;
}
