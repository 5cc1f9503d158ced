/*
 * What a lint rule is: it finds text that is valid and most likely a mistake. A rule is one file in `rules/` with its
 * code, the text of its section in docs/diagnostics.md, and its check; test/lib/lint/rules has a case for each.
 */
import type { Lookup } from '../engine/index.js';
import type { Diagnostic, LintCode, RelatedPlace, Severity, Span } from '../text/index.js';
import type { LintSubject } from './subject.js';

/** One finding of a rule: `message` is one lower-case sentence without a final period, `hint` says what to do. */
export interface Finding {
  readonly span: Span;
  readonly message: string;
  readonly hint?: string;
  readonly related?: readonly RelatedPlace[];
  /** In place of the severity of the rule. */
  readonly severity?: Severity;
}

/** What all rules have. */
export interface LintRule {
  readonly code: LintCode;
  readonly severity: Severity;
  /** What a finding means and what to do, for the documentation and `pmdf check --explain`. */
  readonly about: string;
}

/** A rule that reads the configuration. */
export interface WrittenRule extends LintRule {
  readonly check: (subject: LintSubject) => readonly Finding[];
}

/** A rule that runs requests through the compiled policy. */
export interface RequestRule extends LintRule {
  readonly check: (subject: LintSubject) => Lookup<readonly Finding[]>;
}

/** The findings of a rule as diagnostics. */
export function diagnosticsOf(
  { code, severity }: LintRule,
  findings: readonly Finding[],
): readonly Diagnostic[] {
  return findings.map((finding) => ({ severity, ...finding, code }));
}

/** The first places of a list as related places of a finding. */
export function relatedPlaces<T>(
  places: readonly T[],
  placeOf: (place: T) => RelatedPlace,
): readonly RelatedPlace[] {
  return places.slice(0, 5).map(placeOf);
}
