/*
 * A whole text database as entries by folded key. All errors are reported. The work is done in slices, so that a
 * large file can be reloaded while mail flows.
 */
import { foldKey } from '../../lib/engine/index.js';
import {
  type Diagnostic,
  DiagnosticList,
  errorAt,
  type Parsed,
  type SourceFile,
  warningAt,
} from '../../lib/text/index.js';
import { parseDatabaseLine } from './database-line.js';

const linesPerSlice = 2000;

/** Values by folded key. */
export type Entries = ReadonlyMap<string, string>;

/** Whether a repeated key is an error, or permitted, so that its first value counts; `keep` collects the others too. */
export type Duplicates = 'reject' | 'permit' | { readonly keep: Map<string, string[]> };

/** The line that begins at `start`, without its line end, and where the next one begins. */
export function physicalLine(text: string, start: number): { line: string; next: number } {
  const newline = text.indexOf('\n', start);
  const end = newline === -1 ? text.length : newline;
  const bare = end > start && text.charCodeAt(end - 1) === 0x0d ? end - 1 : end;
  return { line: text.slice(start, bare), next: end + 1 };
}

/** The first place of each key; only called when there is a duplicate to report. */
function firstPlaces(text: string, wanted: ReadonlySet<string>): Map<string, number> {
  const places = new Map<string, number>();
  for (let start = 0; start < text.length; ) {
    const { line, next } = physicalLine(text, start);
    const parsed = parseDatabaseLine(line);
    if (parsed.kind === 'entry') {
      const folded = foldKey(parsed.key);
      if (wanted.has(folded) && !places.has(folded)) places.set(folded, start);
    }
    start = next;
  }
  return places;
}

interface Duplicate {
  readonly key: string;
  readonly offset: number;
  readonly sameValue: boolean;
}

function reportDuplicates(source: SourceFile, duplicates: readonly Duplicate[]): Diagnostic[] {
  if (duplicates.length === 0) return [];
  const places = firstPlaces(source.text, new Set(duplicates.map((one) => foldKey(one.key))));
  return duplicates.map(({ key, offset, sameValue }) => {
    const { length } = key;
    const first = { source, offset: places.get(foldKey(key)) ?? 0, length };
    const related = [{ message: 'first here', span: first }];
    const span = { source, offset, length };
    return sameValue
      ? warningAt(span, 'database/duplicate-key', `the key \`${key}\` is repeated with the same value`, {
          related,
        })
      : errorAt(span, 'database/duplicate-key', `the key \`${key}\` is repeated with a different value`, {
          hint: 'keep one of the two lines',
          related,
        });
  });
}

/** A mailbox with so many addresses is ambiguous however many more there are. */
const mostOthers = 50;

function keepOther(others: Map<string, string[]>, key: string, value: string): void {
  const known = others.get(key);
  if (known === undefined) others.set(key, [value]);
  else if (known.length < mostOthers) known.push(value);
}

export function* parseDatabaseSlices(
  source: SourceFile,
  duplicates: Duplicates = 'reject',
): Generator<void, Parsed<Entries>> {
  const { text } = source;
  const entries = new Map<string, string>();
  const diagnostics = new DiagnosticList();
  const twice: Duplicate[] = [];
  let lines = 0;
  for (let start = 0; start < text.length; ) {
    const { line, next } = physicalLine(text, start);
    const parsed = parseDatabaseLine(line);
    if (parsed.kind === 'wrong') {
      const span = { source, offset: start + parsed.offset, length: parsed.length };
      diagnostics.push(errorAt(span, parsed.code, parsed.message));
    } else if (parsed.kind === 'entry') {
      const { key, value } = parsed;
      const folded = foldKey(key);
      const before = entries.get(folded);
      if (before === undefined) entries.set(folded, value);
      else if (duplicates === 'reject') twice.push({ key, offset: start, sameValue: before === value });
      else if (typeof duplicates === 'object') keepOther(duplicates.keep, folded, value);
    }
    start = next;
    lines += 1;
    if (lines % linesPerSlice === 0) yield;
  }
  diagnostics.append(reportDuplicates(source, twice));
  return { value: entries, diagnostics: diagnostics.all };
}

/** Parses a database at once. */
export function parseDatabase(source: SourceFile, duplicates: Duplicates = 'reject'): Parsed<Entries> {
  const slices = parseDatabaseSlices(source, duplicates);
  let step = slices.next();
  while (step.done !== true) step = slices.next();
  return step.value;
}
