/*
 * What a mapping table may answer to the call of a rewrite template, where that does not depend on what it is asked.
 * Ref: PMDF 2.2.6.9, 5.3.2
 */
import {
  type MappingFile,
  type MappingTable,
  type MappingTemplate,
  tableKey,
  tablesOf,
} from '../../mapping/index.js';

/** The texts that a table may answer with; null where they are not known. */
export type TableAnswers = readonly string[] | null;

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
  const found = new Set<string>();
  for (const { template } of entries) {
    const answer = answerOf(template);
    if (answer === null || (answer !== undefined && sign.test(answer))) return null;
    if (answer !== undefined) found.add(answer.trim());
  }
  return [...found];
}

/** Reads what a table may answer; one that does not exist answers nothing. */
export function tableAnswers(mappings: MappingFile, name: string): TableAnswers {
  const table = tablesOf(mappings).find((one) => tableKey(one.name) === tableKey(name));
  return table === undefined ? [] : answersOf(table);
}
