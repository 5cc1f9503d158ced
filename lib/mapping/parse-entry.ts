/*
 * Parses one entry, a pattern and its template, and checks the two against each other.
 * Patterns and templates come from a line of a mapping file, from YAML or from a command line.
 * Ref: PMDF 5.2
 */
import { type Diagnostic, errorAt, type Parsed, type Span, type SpanAt, warningAt } from '../text/index.js';
import { parsePattern } from './parse-pattern.js';
import { parseTemplate } from './parse-template.js';
import type { ArgumentItem, Comment, Entry, MappingPattern, MappingTemplate } from './syntax.js';

const pmdfLimit = 252;
const hardLimit = 4096;

/** One side of an entry as written, and the place of its characters. */
export interface WrittenSide {
  readonly text: string;
  readonly at: SpanAt;
}

function checkLength(what: string, { text, at }: WrittenSide): Diagnostic[] {
  const { length } = text;
  if (length > hardLimit) {
    return [
      errorAt(
        at(0, length),
        'mapping/too-long',
        `the ${what} has ${length} characters, more than ${hardLimit}`,
      ),
    ];
  }
  if (length <= pmdfLimit) return [];
  const message = `the ${what} has ${length} characters, the limit of PMDF is ${pmdfLimit}`;
  const hint = `shorten it if PMDF itself has to read this table`;
  return [warningAt(at(0, length), 'mapping/long', message, { hint })];
}

function savedOf(pattern: MappingPattern): Span[] {
  return pattern.flatMap((element) => (element.kind !== 'literal' && element.saved ? [element.span] : []));
}

function argumentOf(item: MappingTemplate[number]): readonly ArgumentItem[] {
  switch (item.kind) {
    case 'database':
      return item.key;
    case 'sub-table':
      return item.argument;
    case 'routine':
      return item.call;
    case 'ldap':
      return item.url;
    default:
      return [];
  }
}

function checkReferences(pattern: MappingPattern, template: MappingTemplate): Diagnostic[] {
  const saved = savedOf(pattern);
  const diagnostics: Diagnostic[] = [];
  const eleventh = saved[10];
  if (eleventh !== undefined) {
    const message = 'a template cannot name this wildcard, the eleventh or later';
    const hint = 'write wildcards that the template does not need as `$@*`';
    diagnostics.push(warningAt(eleventh, 'mapping/many-captures', message, { hint }));
  }
  for (const item of template.flatMap((one) => [one, ...argumentOf(one)])) {
    if (item.kind !== 'capture' || item.capture < saved.length) continue;
    const last = saved.length - 1;
    const message = `the pattern has no wildcard ${item.capture}`;
    const hint =
      last < 0 ? 'the pattern saves no wildcard' : `its wildcards are \`$0\` to \`$${Math.min(last, 9)}\``;
    diagnostics.push(warningAt(item.span, 'mapping/reference', message, { hint }));
  }
  return diagnostics;
}

/** Parses both sides of an entry; a side over the hard limit is not read at all. */
export function parseEntry(
  written: { readonly pattern: WrittenSide; readonly template: WrittenSide },
  span: Span,
  comments: readonly Comment[] = [],
): Parsed<Entry> {
  const lengths = [...checkLength('pattern', written.pattern), ...checkLength('template', written.template)];
  const isTooLong = lengths.some((one) => one.severity === 'error');
  const { text: patternText } = written.pattern;
  const { text: templateText } = written.template;
  const pattern = parsePattern(isTooLong ? '' : patternText, written.pattern.at);
  const template = parseTemplate(isTooLong ? '' : templateText, written.template.at);
  // A wildcard that could not be read shifts the numbers, so references are checked in sound patterns only.
  const references = pattern.diagnostics.length === 0 ? checkReferences(pattern.value, template.value) : [];
  const diagnostics = [...lengths, ...pattern.diagnostics, ...template.diagnostics, ...references];
  return {
    value: { pattern: pattern.value, template: template.value, patternText, templateText, span, comments },
    diagnostics,
  };
}
