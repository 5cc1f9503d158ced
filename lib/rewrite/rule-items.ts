/*
 * The items of rewrite templates, those inside look-ups included.
 */
import { type RuleFile, rulesOf, type TemplateItem } from './rule.js';

/** The items of a template with those inside its look-ups. */
export function everyItem(items: readonly TemplateItem[]): TemplateItem[] {
  return items.flatMap((item) => {
    switch (item.kind) {
      case 'general':
        return [item, ...everyItem(item.key)];
      case 'mapping':
        return [item, ...everyItem(item.argument)];
      case 'host-name':
        return [item, ...everyItem(item.address)];
      case 'domain-check':
        return [item, ...everyItem(item.name)];
      default:
        return [item];
    }
  });
}

export function itemsOfRules(rules: RuleFile): TemplateItem[] {
  return rulesOf(rules).flatMap(({ template }) => everyItem(template.items));
}

/** The names of the tables that rules call. */
export function tablesCalledByRules(rules: RuleFile): string[] {
  return itemsOfRules(rules).flatMap((item) => (item.kind === 'mapping' ? [item.table] : []));
}
