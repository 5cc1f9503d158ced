/*
 * What a template needs to run, known from the template alone: whether it asks for something (a database, another table, a
 * sequence file), and whether it uses the texts of wildcards.
 */
import type { UnplacedItem, UnplacedTemplate } from './unplaced.js';

/** The items whose text comes from elsewhere, or that are not supported and fail like an unanswered question. */
export type AskingItem = Extract<
  UnplacedItem,
  { kind: 'database' | 'sub-table' | 'sequence' | 'routine' | 'ldap' | 'domain-attribute' }
>;

/** What a template needs. */
export interface TemplateNeeds {
  readonly asks: boolean;
  readonly captures: boolean;
}

// One object for all templates with the same needs: a table may have a hundred thousand.
const nothing: TemplateNeeds = Object.freeze({ asks: false, captures: false });
const captures: TemplateNeeds = Object.freeze({ asks: false, captures: true });
const answers: TemplateNeeds = Object.freeze({ asks: true, captures: true });

/** Tells whether an item asks for something. */
export function isAsking(item: UnplacedItem): item is AskingItem {
  switch (item.kind) {
    case 'database':
    case 'sub-table':
    case 'sequence':
    case 'routine':
    case 'ldap':
    case 'domain-attribute':
      return true;
    case 'literal':
    case 'capture':
    case 'case':
    case 'filter-quoting':
    case 'chance':
    case 'input-flag':
    case 'control':
    case 'stop':
    case 'flag':
      return false;
  }
}

/** Finds what a template needs; one that asks is taken to use wildcards, as nearly every question does. */
export function templateNeeds(template: UnplacedTemplate): TemplateNeeds {
  if (template.some(isAsking)) return answers;
  return template.some((item) => item.kind === 'capture') ? captures : nothing;
}
