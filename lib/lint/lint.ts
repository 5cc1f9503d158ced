/*
 * Runs the lint rules over a configuration.
 */
import type { Lookup } from '../engine/index.js';
import type { Diagnostic } from '../text/index.js';
import { diagnosticsOf, type RequestRule, type WrittenRule } from './rule.js';
import { entryNeverMatches } from './rules/entry-never-matches.js';
import { openRelay } from './rules/open-relay.js';
import { ruleNeverFires } from './rules/rule-never-fires.js';
import { undecided } from './rules/undecided.js';
import { unreachedTable } from './rules/unreached-table.js';
import { unusedNote } from './rules/unused-note.js';
import { requestRules, writtenRules } from './rules.js';
import { type LintInput, LintSubject } from './subject.js';

/** Runs the rules that read the configuration. Never throws. */
export function lintWritten(
  subject: LintSubject,
  rules: readonly WrittenRule[] = writtenRules,
): readonly Diagnostic[] {
  return rules.flatMap((rule) => diagnosticsOf(rule, rule.check(subject)));
}

/** Runs the rules that run requests through the policy. Never throws. */
export function* lintRequests(
  subject: LintSubject,
  rules: readonly RequestRule[] = requestRules,
): Lookup<readonly Diagnostic[]> {
  const found: (readonly Diagnostic[])[] = [];
  for (const rule of rules) found.push(diagnosticsOf(rule, yield* rule.check(subject)));
  return found.flat();
}

/** Finds out whether a policy is an open relay: errors, unless it is allowed to be one. */
export function lintOpenRelay(
  compiled: LintInput['compiled'],
  newEnvironment: LintInput['newEnvironment'],
): Lookup<readonly Diagnostic[]> {
  return lintRequests(new LintSubject({ compiled, newEnvironment }), [openRelay, undecided]);
}

/** Finds what has no effect: entries that never match, rules that never apply, tables that nothing calls, notes that allow nothing. */
export function lintWithoutEffect(subject: LintSubject): readonly Diagnostic[] {
  return lintWritten(subject, [entryNeverMatches, ruleNeverFires, unreachedTable, unusedNote]);
}
