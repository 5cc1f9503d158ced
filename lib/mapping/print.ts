/*
 * Prints patterns and templates in one canonical form, quoting only where it is needed, and whole mapping files as they
 * were written, with the templates of a table in one column. Parsing what was printed gives the same tree.
 * Ref: PMDF 5.2, 5.3
 */
import type {
  CharacterClass,
  Comment,
  MappingFile,
  MappingPattern,
  MappingTable,
  PatternElement,
} from './syntax.js';
import type { UnplacedArgument, UnplacedItem, UnplacedTemplate } from './unplaced.js';

/** Entries wider than this do not push the templates of their table further right. */
const widestPattern = 48;

function quote(text: string, special: string): string {
  let quoted = '';
  for (const character of text) {
    quoted += special.includes(character) ? `$${character}` : character;
  }
  return quoted;
}

function printSetCharacter(code: number): string {
  const character = String.fromCodePoint(code);
  if ('-]\\'.includes(character)) return `\\${character}`;
  return quote(character, '$ \t');
}

function printClass(of: CharacterClass): string {
  switch (of.kind) {
    case 'any':
      return '';
    case 'named':
      return of.letter;
    case 'set': {
      const ranges = of.ranges.map(({ from, to }) =>
        from === to ? printSetCharacter(from) : `${printSetCharacter(from)}-${printSetCharacter(to)}`,
      );
      return `[${ranges.join('')}]`;
    }
  }
}

function printElement(element: PatternElement): string {
  if (element.kind === 'literal') return quote(element.text, '%*$ \t');
  const modifiers = element.saved ? '' : '@';
  switch (element.kind) {
    case 'single':
    case 'run': {
      const lazy = element.kind === 'run' && element.lazy ? '_' : '';
      const inside = modifiers + lazy + printClass(element.of);
      return `${inside === '' ? '' : `$${inside}`}${element.kind === 'run' ? '*' : '%'}`;
    }
    case 'back-match':
      return `$${modifiers}${element.capture}*`;
    case 'address': {
      const network = `${element.address}/${element.bits}`;
      switch (element.form) {
        case 'ipv4':
          return `$${modifiers}(${network})`;
        case 'ipv4-low':
          return `$${modifiers}<${network}>`;
        case 'ipv6':
          return `$${modifiers}{${network}}`;
      }
    }
  }
}

/** Prints a pattern with its quoting, as it is written in a file. */
export function printPattern(pattern: MappingPattern): string {
  return pattern.map(printElement).join('');
}

function printCase(to: 'lower' | 'upper' | 'original'): string {
  switch (to) {
    case 'lower':
      return '$\\';
    case 'upper':
      return '$^';
    case 'original':
      return '$_';
  }
}

function printArgumentItem(item: UnplacedArgument, close: string): string {
  switch (item.kind) {
    case 'literal':
      return quote(item.text, `$ \t${close}`);
    case 'capture':
      return `$${item.capture}`;
    case 'case':
      return printCase(item.to);
  }
}

function printArgument(items: readonly UnplacedArgument[], close: string): string {
  return items.map((item) => printArgumentItem(item, close)).join('');
}

function printItem(item: UnplacedItem): string {
  switch (item.kind) {
    case 'literal':
      return quote(item.text, '$ \t');
    case 'capture':
      return `$${item.capture}`;
    case 'case':
      return printCase(item.to);
    case 'filter-quoting':
      return '$=';
    case 'chance':
      return `$?${item.percent}?`;
    case 'input-flag':
      return `$${item.set ? ':' : ';'}${item.flag}`;
    case 'database':
      return `\${${printArgument(item.key, '}')}}`;
    case 'sub-table':
      return `$|${item.table};${printArgument(item.argument, '|')}|`;
    case 'routine':
      return `$[${printArgument(item.call, ']')}]`;
    case 'ldap':
      return `$]${printArgument(item.url, '[')}[`;
    case 'domain-attribute':
      return `$}${item.text}{`;
    case 'sequence':
      return `$#${quote(item.file, '$ \t')}|${item.radix}|${item.width}|${item.modulus ?? ''}#`;
    case 'control':
      return `$${item.control}`;
    case 'stop':
      return '$+1E';
    case 'flag':
      return `$${item.flag}`;
  }
}

/** Prints a template with its quoting, as it is written in a file. */
export function printTemplate(template: UnplacedTemplate): string {
  return template.map(printItem).join('');
}

/** Ends a line. A backslash at its end would join the next line to it, so an empty line is given to be joined. */
export function printLine(line: string): string {
  return line.endsWith('\\') ? `${line}\\\n\n` : `${line}\n`;
}

function printComments(comments: readonly Comment[]): string {
  return comments.map((comment) => `${comment.text}\n`).join('');
}

/** The width of the column of patterns; those that are very wide do not count. */
export function patternWidth(patterns: readonly string[]): number {
  return patterns.reduce((most, one) => (one.length <= widestPattern ? Math.max(most, one.length) : most), 0);
}

function printTable(table: MappingTable): string {
  const width = patternWidth(table.entries.map((entry) => entry.patternText));
  const entries = table.entries.map((entry) => {
    const { patternText: pattern, templateText: template } = entry;
    const line = template === '' ? `  ${pattern}` : `  ${pattern.padEnd(width)}  ${template}`;
    return printComments(entry.comments) + printLine(line);
  });
  const end = table.entries.length === 0 ? '' : '\n';
  return `${table.name}\n\n${entries.join('')}${printComments(table.comments)}${end}`;
}

/** Prints a whole file with patterns and templates quoted as they were written. */
export function printMappingsAsWritten(file: MappingFile): string {
  return file.items.map((item) => (item.kind === 'table' ? printTable(item) : `${item.text}\n`)).join('');
}
