/*
 * Prints an alias file in one canonical form: names quoted only where they must be, values on one line as long as they
 * fit, else one on each line. Parsing what was printed gives the same tree.
 * Ref: PMDF 3.1.1
 */
import { quote, splitAddress } from '../address/index.js';
import type { Alias, AliasFile, AliasValue } from './syntax.js';

const longestLine = 100;

/** Prints the name of an alias, with the quotes that it needs in a file. */
export function printName(name: string): string {
  const { route, localPart, domain } = splitAddress(name);
  if (route.length > 0 || domain === null) return quoteName(name);
  return `${quoteName(localPart)}@${domain}`;
}

/** Beside what a local part needs quotes for, a bar would look like a program, and `!` in front like a comment. */
function quoteName(text: string): string {
  return /^!|\|/.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : quote(text);
}

export function printValue(value: AliasValue): string {
  switch (value.kind) {
    case 'address':
      return value.written ?? value.text;
    case 'list':
      return `<${value.file}`;
    case 'parameter':
      return value.value === '' ? `[${value.name}]` : `[${value.name}] ${value.value}`;
  }
}

function printAlias({ name, values }: Alias): string {
  const head = `${printName(name)}:`;
  const printed = values.map(printValue);
  const line = printed.length === 0 ? head : `${head} ${printed.join(', ')}`;
  return line.length <= longestLine ? `${line}\n` : `${head}\n  ${printed.join(',\n  ')}\n`;
}

export function printAliases(file: AliasFile): string {
  return file.items.map((item) => (item.kind === 'alias' ? printAlias(item) : `${item.text}\n`)).join('');
}
