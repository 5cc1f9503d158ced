/*
 * What a mapping table may answer to the call of a rewrite template, where that does not depend on what it is asked.
 * Ref: PMDF 2.2.6.9, 5.3.2
 */
import {
  type MappingFile,
  type MappingTable,
  type MappingTemplate,
  otherSpellings,
  tableNamed,
} from '../../mapping/index.js';

/** The texts that a table may answer with, each with what it is asked then, or null if any text; null where they are not known. */
export type TableAnswers = ReadonlyMap<string, readonly string[] | null> | null;

/** The answer of an entry; null where it is not known, and undefined for none: then the rule fails. */
function answerOf(template: MappingTemplate): string | null | undefined {
  let text = '';
  let isSet = false;
  for (const item of template) {
    switch (item.kind) {
      case 'literal':
        text += item.text;
        break;
      case 'flag':
        isSet ||= item.flag === 'Y';
        break;
      case 'control':
        if (item.control !== 'E') return null;
        break;
      case 'stop':
        return isSet ? text : undefined;
      // They pass, or the entry fails.
      case 'chance':
      case 'input-flag':
        break;
      case 'filter-quoting':
      case 'routine':
      case 'domain-attribute':
      case 'capture':
      case 'case':
      case 'database':
      case 'sub-table':
      case 'sequence':
      case 'ldap':
        return null;
    }
  }
  return isSet ? text : undefined;
}

/** A character that would be read as part of a template. */
const sign = /[$%@]/;

function answersOf({ entries }: MappingTable): TableAnswers {
  const found = new Map<string, readonly string[] | null>();
  for (const { pattern, template } of entries) {
    const made = answerOf(template);
    if (made === undefined) continue;
    if (made === null || sign.test(made)) return null;
    const answer = made.trim();
    const [only, second] = pattern;
    const isText = second === undefined && otherSpellings(pattern).length === 0;
    const text = isText && only?.kind === 'literal' ? only.text : null;
    const known = found.get(answer);
    found.set(answer, text === null || known === null ? null : [...(known ?? []), text]);
  }
  return found;
}

/** Reads what a table may answer; one that does not exist answers nothing. */
export function tableAnswers(mappings: MappingFile, name: string): TableAnswers {
  const table = tableNamed(mappings, name);
  return table === undefined ? new Map() : answersOf(table);
}
