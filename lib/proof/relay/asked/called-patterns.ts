/*
 * For which texts a mapping table that an entry calls answers: those of the patterns of its entries that set `$Y`.
 * Ref: PMDF 5.3.2
 */
import {
  type Entry,
  type MappingFile,
  type MappingPattern,
  otherSpellings,
  tableNamed,
} from '../../../mapping/index.js';
import type { TableCall } from '../entry-runs.js';
import { certainForm, withoutSigns } from './certain-captures.js';

/** A part of what a pattern matches: by which entry of the called table the call is decided. */
export interface CalledPart {
  /** The patterns for all texts of the part, and perhaps more. */
  readonly all: readonly MappingPattern[];
  /** One for texts that are certain to come to the entry, unless an entry before it decides; null where that is not known. */
  readonly certain: MappingPattern | null;
  readonly mayAnswer: boolean;
  /** Whether the entry is certain to end the table, so that `mayAnswer` says all. */
  readonly decides: boolean;
}

/** With more patterns than this nothing is said. */
const mostPatterns = 1_000;

/** Whether later entries of the table see another text than the one it was called with: a control before it ends counts where it fails. */
function goesOn({ template }: Entry): boolean {
  const last = template.findLast(({ kind }) => kind === 'control' || kind === 'stop');
  return last?.kind === 'control' && last.control !== 'E';
}

function setsYes({ template }: Entry): boolean {
  return template.some((item) => item.kind === 'flag' && item.flag === 'Y');
}

/** Whether nothing in a template may fail, and nothing ends it before its flags. */
function isPlain({ template }: Entry): boolean {
  return template.every(
    ({ kind }) => kind === 'literal' || kind === 'capture' || kind === 'case' || kind === 'flag',
  );
}

/** The entries of a table; none where it does not exist, and null where they are not known. */
function entriesOf(mappings: MappingFile, name: string): readonly Entry[] | null {
  const table = tableNamed(mappings, name);
  if (table === undefined) return [];
  return table.entries.length > mostPatterns || table.entries.some(goesOn) ? null : table.entries;
}

/** The wildcard whose whole text a call asks about; null where it asks about more. */
function askedCapture({ argument }: TableCall): number | null {
  const [asked, another] = argument.filter(({ kind }) => kind !== 'case');
  return asked?.kind === 'capture' && another === undefined ? asked.capture : null;
}

/** A pattern with others in place of a wildcard. */
function withElements(pattern: MappingPattern, at: number, inner: MappingPattern): MappingPattern {
  let capture = -1;
  return pattern.flatMap((element): MappingPattern => {
    if (element.kind === 'literal' || !element.saved) return [element];
    capture += 1;
    if (capture !== at) return [element];
    return inner.map((one) => (one.kind === 'literal' ? one : { ...one, saved: false }));
  });
}

/**
 * Cuts what a pattern matches by the entries of a table that its template calls, in their order; null where that is not known. The
 * patterns lose the places of back-matches, so that those for all texts are bounds only.
 */
export function calledParts(
  pattern: MappingPattern,
  call: TableCall,
  mappings: MappingFile,
  fieldCount: number,
): readonly CalledPart[] | null {
  const capture = askedCapture(call);
  const entries = capture === null ? null : entriesOf(mappings, call.table);
  if (capture === null || entries === null) return null;
  const spellings = [pattern, ...otherSpellings(pattern)];
  const form = spellings.length > 1 ? null : certainForm(pattern, new Set([capture]), fieldCount);
  return entries.map((entry) => {
    const inner = [entry.pattern, ...otherSpellings(entry.pattern)];
    const known = form?.afterSign.has(capture) === true ? withoutSigns(entry.pattern) : entry.pattern;
    const isKnown = form !== null && known !== null && !known.some(({ kind }) => kind === 'back-match');
    return {
      all: spellings.flatMap((outer) => inner.map((one) => withElements(outer, capture, one))),
      certain: isKnown ? withElements(form.pattern, capture, known) : null,
      mayAnswer: setsYes(entry),
      decides: isPlain(entry),
    };
  });
}
