/*
 * A bare `%` in the address field of an access table where a percent sign is what was most likely meant: between a local
 * part and a host, in front of an at sign. A bare `%` is any one character; the percent sign is written `$%`.
 * A `%` that only says that something must be there, as in `%*@*`, or that stands for a digit, as in `user%@*`, is left
 * alone.
 * Ref: PMDF 5.3.1
 */
import { findAccessTable } from '../access/index.js';
import type { MappingPattern, PatternElement } from '../mapping/index.js';
import type { CompiledPolicy } from '../policy/index.js';
import { type Diagnostic, warningAt } from '../text/index.js';
import { lintTables } from './tables.js';

function isAnyRun(element: PatternElement | undefined): boolean {
  return element?.kind === 'run' && element.of.kind === 'any';
}

/** Whether an at sign follows in the same field. */
function atFollows(rest: MappingPattern): boolean {
  for (const element of rest) {
    if (element.kind !== 'literal') continue;
    const bar = element.text.indexOf('|');
    const at = element.text.indexOf('@');
    if (at !== -1 && (bar === -1 || at < bar)) return true;
    if (bar !== -1) return false;
  }
  return false;
}

/** Text between a `%` and the at sign that looks like a host. */
function beginsWithHost(element: PatternElement | undefined): boolean {
  if (element?.kind !== 'literal') return false;
  const [host = ''] = element.text.split('@');
  return /^[A-Za-z0-9-]*\.[A-Za-z0-9.-]+$/.test(host);
}

/** Whether the `%` at `index` stands where a percent sign would. */
function standsForSign(pattern: MappingPattern, index: number): boolean {
  const element = pattern[index];
  const before = pattern[index - 1];
  const after = pattern[index + 1];
  if (element?.kind !== 'single' || element.of.kind !== 'any' || !atFollows(pattern.slice(index + 1)))
    return false;
  const isLocalPart = isAnyRun(before) || (before?.kind === 'literal' && !/[|@]$/.test(before.text));
  if (!isLocalPart) return false;
  // Between two wildcards it could only say that something must be there, which `%*` says.
  if (isAnyRun(before) && isAnyRun(after)) return true;
  return beginsWithHost(after);
}

/** Finds wildcards that were meant as percent signs. */
export function lintPercentWildcards(compiled: CompiledPolicy): Diagnostic[] {
  const entries = lintTables(compiled)
    .filter(({ written }) => findAccessTable(written.name) !== undefined)
    .flatMap(({ written }) => written.entries);
  return entries.flatMap(({ pattern }) =>
    pattern.flatMap((element, index) =>
      standsForSign(pattern, index)
        ? [
            warningAt(
              element.span,
              'lint/percent-wildcard',
              'this `%` matches any one character, where a percent sign would divide an address',
              { hint: 'write `$%` for the sign; then the numbers of the wildcards behind it are one less' },
            ),
          ]
        : [],
    ),
  );
}
