/*
 * Rewrite rules as text, the inverse of parse-rules: parsing what is printed gives the same rules.
 */
import type { RewriteRule, RulePattern, TemplateItem, Unplaced } from './rule.js';

function quote(text: string, marks: boolean): string {
  return marks ? text.replace(/[$%@]/g, '$$$&') : text.replaceAll('$', '$$$$');
}

function printStatus(status: string | null): string {
  if (status === null) return '';
  const [kind = '', subject = '', detail = ''] = status.split('.');
  return kind + subject.padStart(3, '0') + detail.padStart(3, '0');
}

const userParts = { whole: '$U', base: '$0U', subaddress: '$1U' } as const;
const caseSigns = { lower: '$\\', upper: '$^', original: '$_' } as const;
const labelSigns = { host: { left: '&', right: '!' }, domain: { left: '*', right: '#' } } as const;

function numbered(drop: number, letter: string): string {
  return drop === 0 ? `$${letter}` : `$${drop}${letter}`;
}

function printItems(items: readonly Unplaced<TemplateItem>[], inside: boolean): string {
  return items.map((item) => printItem(item, inside)).join('');
}

/** Prints an item; `inside` a look-up, separators are only text. */
export function printItem(item: Unplaced<TemplateItem>, inside = false): string {
  switch (item.kind) {
    case 'text':
      return quote(item.text, !inside);
    case 'separator':
      return item.mark;
    case 'user':
      return userParts[item.part];
    case 'host':
      return numbered(item.drop, 'H');
    case 'domain':
      return numbered(item.drop, 'D');
    case 'literal':
      return '$L';
    case 'unique':
      return '$W';
    case 'case':
      return caseSigns[item.form];
    case 'label':
      return `$${labelSigns[item.of][item.from]}${item.index}`;
    case 'general':
      return `$(${printItems(item.key, true)})`;
    case 'mapping':
      return `\${${item.table},${printItems(item.argument, true)}}`;
    case 'host-name':
      return `$[${item.image},hostName,${printItems(item.address, true)}]`;
    case 'ldap':
      return `$]${item.url}[`;
    case 'domain-check':
      // An at sign or a percent sign that is not quoted would end the name.
      return `$${item.isLocal ? 'V' : 'Z'}${printItems(item.name, false)}`;
    case 'plain-control':
      return `$${item.letter}`;
    case 'channel-control':
      return `$${item.letter}${item.channel}`;
    case 'reprocessing-control':
      return `$1${item.letter}`;
    case 'set-tag':
      return `$T${item.tag}`;
    case 'error-text':
      return `$${printStatus(item.status)}?${quote(item.text, true)}`;
  }
}

export function printPattern(pattern: RulePattern): string {
  return pattern.tag + pattern.text;
}

export function printTemplate({ items }: { readonly items: readonly Unplaced<TemplateItem>[] }): string {
  return printItems(items, false);
}

/** Prints one rule, pattern and template with blanks between. */
export function printRule(rule: RewriteRule): string {
  const text = `${printPattern(rule.pattern)}  ${printTemplate(rule.template)}`;
  // A backslash at the end of a line would join the next one to it; one before a blank does not.
  return text.endsWith('\\') ? `${text} ` : text;
}
