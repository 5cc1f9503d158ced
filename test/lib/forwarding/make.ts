/*
 * Short ways to parse alias files in tests.
 */

import type { AliasFile } from '../../../lib/forwarding/syntax.js';
import type { Parsed } from '../../../lib/text/diagnostic.js';
import { readLogicalLines } from '../../../lib/text/logical-lines.js';
import type { SourceFile } from '../../../lib/text/source.js';
import { parseAliases } from '../../support/language.js';

/** Parses an alias file; `files` can be included or named as lists. */
export function parseText(text: string, files: Readonly<Record<string, string>> = {}): Parsed<AliasFile> {
  const source = (name: string, content: string): SourceFile => ({ name, shortName: name, text: content });
  const readInclude = (name: string) => {
    const content = Object.hasOwn(files, name) ? files[name] : undefined;
    return content === undefined ? undefined : source(name, content);
  };
  const lines = readLogicalLines(source('aliases', text), readInclude);
  const file = parseAliases(lines.value, readInclude);
  return { value: file.value, diagnostics: [...lines.diagnostics, ...file.diagnostics] };
}
