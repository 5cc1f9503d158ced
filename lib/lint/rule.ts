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

export interface LintRule {
  readonly code: LintCode;
  /** A warning unless it says otherwise. */
  readonly severity?: Severity;
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

export function diagnosticsOf(
  { code, severity = 'warning' }: LintRule,
  findings: readonly Finding[],
): readonly Diagnostic[] {
  return findings.map((finding) => ({ severity, ...finding, code }));
}

/** The first places of a list as related places of a finding. */
export function relatedPlaces<T extends { readonly span: Span }>(
  places: readonly T[],
  describe: (place: T) => string,
): readonly RelatedPlace[] {
  return places.slice(0, 5).map((place) => ({ message: describe(place), span: place.span }));
}

/** One finding for all places that have the same fault: at the first one, with the next as related places. */
export function oneFinding<T extends { readonly span: Span }>(
  [first, ...others]: readonly T[],
  describe: (first: T) => Pick<Finding, 'message' | 'hint'>,
  describeOther: (other: T) => string,
): readonly Finding[] {
  if (first === undefined) return [];
  return [{ span: first.span, ...describe(first), related: relatedPlaces(others, describeOther) }];
}
