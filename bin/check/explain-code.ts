/*
 * `pmdf check --explain CODE`: what findings with this code mean, and an example from docs/diagnostics.md.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FindingCode, findingCodes, isFindingCode, meaningOf } from '../../lib/lint/index.js';
import { nearest } from '../../lib/text/index.js';
import { packageFolder } from '../../runtime/files/index.js';
import { indent, quoted, type Report, UnknownName } from '../support/index.js';

const page = join(packageFolder, 'docs', 'diagnostics.md');

function nameOf(code: string): string {
  return code.slice(code.indexOf('/') + 1);
}

/** The nearest code; its area may be missing. */
function nearestCode(written: string): string | undefined {
  const codes = findingCodes();
  if (written.includes('/')) return nearest(written, codes);
  const name = nearest(written, codes.map(nameOf));
  return codes.find((code) => nameOf(code) === name);
}

/** Reads a code, in brackets or not, in any case. Throws UnknownName. */
function codeFrom(written: string): FindingCode {
  const bare = written.replace(/^\[|\]$/g, '').toLowerCase();
  if (isFindingCode(bare)) return bare;
  const meant = nearestCode(bare);
  throw new UnknownName(
    `there is no finding with the code ${quoted(written)}`,
    meant === undefined
      ? 'the code is in brackets at the end of the first line of a finding'
      : `did you mean \`${meant}\`?`,
  );
}

/** The lines of the example; none when the documentation is not installed. */
function exampleOf(code: FindingCode): readonly string[] {
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

export function explainCode(written: string): Report {
  const code = codeFrom(written);
  const meaning = meaningOf(code);
  const example = exampleOf(code);
  return {
    exitCode: 0,
    json: { code, meaning, example },
    text: (paint) => [paint.bold(code), meaning, ...(example.length === 0 ? [] : ['', ...indent(example)])],
  };
}
