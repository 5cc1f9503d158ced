/*
 * A `%` in the address field of an access table entry where a percent sign was probably meant: between a local part and a
 * host, before an at sign. A bare `%` matches any one character; the percent sign is written `$%`. A `%` that only
 * demands a character, as in `%*@*`, or matches a digit, as in `user%@*`, is left alone.
 * Ref: PMDF 5.3.1
 */
import type { Entry, MappingPattern, PatternElement } from '../../mapping/index.js';
import type { Finding, WrittenRule } from '../rule.js';

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

/** Whether a text before an at sign looks like a host. */
function beginsWithHost(element: PatternElement | undefined): boolean {
  if (element?.kind !== 'literal') return false;
  const [host = ''] = element.text.split('@');
  return /^[A-Za-z0-9-]*\.[A-Za-z0-9.-]+$/.test(host);
}

/** Whether an element is a `%` between a local part and a host. */
function isMeantAsSign(pattern: MappingPattern, index: number): boolean {
  const element = pattern[index];
  const before = pattern[index - 1];
  const after = pattern[index + 1];
  if (element?.kind !== 'single' || element.of.kind !== 'any') return false;
  if (!atFollows(pattern.slice(index + 1))) return false;
  const isLocalPart = isAnyRun(before) || (before?.kind === 'literal' && !/[|@]$/.test(before.text));
  // Between two wildcards a demand for one character would be written `%*`.
  return isLocalPart && ((isAnyRun(before) && isAnyRun(after)) || beginsWithHost(after));
}

function findingsFor({ pattern }: Entry): Finding[] {
  return pattern
    .filter((_, index) => isMeantAsSign(pattern, index))
    .map(({ span }) => ({
      span,
      message: 'this `%` matches any one character, not the percent sign of an address',
      hint: 'for a percent sign write `$%`; the wildcards after it are then numbered one lower',
    }));
}

export const percentWildcard = {
  code: 'lint/percent-wildcard',
  about:
    'A bare `%` in a pattern matches any one character. Here, before an at sign, a percent sign as in `user%host@domain` was probably meant, which is written `$%`.',
  check: ({ accessEntries }) => accessEntries.flatMap(({ entry }) => findingsFor(entry)),
} as const satisfies WrittenRule;
