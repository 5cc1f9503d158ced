/*
 * Explains a YAML syntax error. Most come from unquoted text that begins with an indicator of YAML.
 */
import { type Diagnostic, errorAt, lineColumnAt, lineText, type SourceFile } from '../../text/index.js';

const signs = new Set('[]{}*&!|>%@`,"\'#');

/** The text of a line after its dashes and its key. */
function valueOn(line: string): string {
  let value = line.trimStart();
  while (value.startsWith('- ')) value = value.slice(2).trimStart();
  const colon = value.indexOf(': ');
  return colon === -1 ? value : value.slice(colon + 2).trimStart();
}

function hintFor(source: SourceFile, offset: number, reason: string): string | undefined {
  if (reason.startsWith('tab characters')) return 'indent with blanks';
  if (offset >= source.text.length) return 'look for a quote or a bracket that is opened and never closed';
  const value = valueOn(lineText(source, lineColumnAt(source, offset).line));
  const sign = value[0];
  if (sign !== undefined && signs.has(sign)) return `put text that begins with \`${sign}\` in single quotes`;
  if (value.includes(': ')) return 'put text with a colon and a blank in single quotes';
  return undefined;
}

function messageFor(source: SourceFile, offset: number, reason: string, maximumDepth: number): string {
  if (reason.startsWith('nesting exceeded'))
    return `lists and mappings are nested more than ${maximumDepth} deep`;
  if (reason.startsWith('tab characters')) return 'a tab cannot indent';
  if (offset >= source.text.length) return 'the file ends inside a list, a mapping or a quoted text';
  if (reason.includes('indentation')) return 'the indentation does not fit, or text lacks its quotes';
  return `this cannot be read as YAML: ${reason}`;
}

/** The diagnostic of a syntax error; `offset` may be the end of the file. */
export function syntaxError(
  source: SourceFile,
  offset: number,
  reason: string,
  maximumDepth: number,
): Diagnostic {
  const at = Math.min(Math.max(0, offset), source.text.length);
  const span = { source, offset: at, length: at < source.text.length ? 1 : 0 };
  const message = messageFor(source, at, reason, maximumDepth);
  const hint = hintFor(source, at, reason);
  return errorAt(span, 'yaml/syntax', message, hint === undefined ? {} : { hint });
}
