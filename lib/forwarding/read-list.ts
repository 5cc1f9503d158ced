/*
 * Reads a list file, `<file` as a value of an alias: addresses one per line, comments with `!`, blank lines.
 * A list may include others, three levels deep in all; a file that cannot be read is an error.
 * Ref: PMDF 4.1
 */
import {
  DiagnosticList,
  errorAt,
  type Parsed,
  type ReadInclude,
  readLogicalLines,
  type Span,
  spanIn,
} from '../text/index.js';
import { parseAddressValue } from './parse-value.js';
import { splitValues } from './split-values.js';
import type { AliasAddress } from './syntax.js';

/** Reads the addresses of a list that is named at `from`. */
export function readList(
  file: string,
  from: Span,
  readInclude: ReadInclude,
): Parsed<readonly AliasAddress[]> {
  const source = readInclude(file, from);
  if (source === undefined) {
    const message = `the list file \`${file}\` cannot be read`;
    return { value: [], diagnostics: [errorAt(from, 'file/include-missing', message)] };
  }
  const lines = readLogicalLines({ ...source, includedFrom: from }, readInclude);
  const diagnostics = new DiagnosticList();
  diagnostics.append(lines.diagnostics);
  const addresses: AliasAddress[] = [];
  for (const line of lines.value) {
    if (line.kind !== 'text') continue;
    for (const written of splitValues(line.text, 0)) {
      if (written.text === '') continue;
      const parsed = parseAddressValue(written, (start, length) => spanIn(line, start, length));
      diagnostics.append(parsed.diagnostics);
      if (parsed.value !== null) addresses.push(parsed.value);
    }
  }
  return { value: addresses, diagnostics: diagnostics.all };
}
