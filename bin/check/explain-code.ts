/*
 * `pmdf check --explain CODE`: what a finding with this code means, and how one looks. The meaning is that of the list of
 * codes; the findings are those that docs/diagnostics.md of the bundle shows, which is made from cases that bring them forth.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DiagnosticCode, diagnosticCodes, nearest } from '../../lib/text/index.js';
import { type Paint, quoted, type Report, UnknownName } from '../support/index.js';

const page = join(__dirname, '..', '..', '..', 'docs', 'diagnostics.md');

function isCode(text: string): text is DiagnosticCode {
  return Object.hasOwn(diagnosticCodes, text);
}

function nameOf(code: string): string {
  return code.slice(code.indexOf('/') + 1);
}

/** The code that was most likely meant; its area may be missing. */
function nearestCode(written: string): string | undefined {
  const codes = Object.keys(diagnosticCodes);
  if (written.includes('/')) return nearest(written, codes);
  const name = nearest(written, codes.map(nameOf));
  return codes.find((code) => nameOf(code) === name);
}

/** Takes a code as it is printed, in brackets and in any case. Throws UnknownName. */
function codeFrom(written: string): DiagnosticCode {
  const bare = written.replace(/^\[|\]$/g, '').toLowerCase();
  if (isCode(bare)) return bare;
  const meant = nearestCode(bare);
  throw new UnknownName(
    `there is no finding with the code ${quoted(written)}`,
    meant === undefined
      ? 'the code stands in brackets at the end of the first line of a finding'
      : `did you mean \`${meant}\`?`,
  );
}

/** The lines that a page of documentation shows for a code; none where the bundle came without its documentation. */
function exampleOf(code: DiagnosticCode): readonly string[] {
  let text: string;
  try {
    text = readFileSync(page, 'utf8');
  } catch {
    return [];
  }
  const lines = text.split('\n');
  const start = lines.indexOf(`### ${code}`);
  const end = lines.findIndex((line, index) => index > start && /^#{2,3} /.test(line));
  const section = start === -1 ? [] : lines.slice(start, end === -1 ? lines.length : end);
  const [open, close] = [section.indexOf('```'), section.lastIndexOf('```')];
  return open === close ? [] : section.slice(open + 1, close);
}

function textOf(code: string, meaning: string, example: readonly string[], paint: Paint): string[] {
  const shown = example.length === 0 ? [] : ['', ...example.map((line) => (line === '' ? '' : `  ${line}`))];
  return [paint.bold(code), meaning, ...shown];
}

/** Explains one code; `example` are the lines of a finding, empty where none is known. */
export function explainCode(written: string): Report {
  const code = codeFrom(written);
  const meaning = diagnosticCodes[code];
  const example = exampleOf(code);
  return {
    exitCode: 0,
    json: { code, meaning, example },
    text: (paint) => textOf(code, meaning, example, paint),
  };
}
