/*
 * Questions that the lint puts to a policy. One that fails, by a look-up or a step limit, is a finding of its own.
 */
import type { Environment, Lookup } from '../engine/index.js';
import type { RulePattern } from '../rewrite/index.js';
import { type Diagnostic, type Span, warningAt } from '../text/index.js';

/** An answer, or the finding that there is none. */
export type LintAnswer<T> = { readonly answer: T } | { readonly finding: Diagnostic };

/** Asks one question about `what` at `span`. */
export function* askPolicy<T>(
  what: string,
  span: Span,
  newEnvironment: () => Environment,
  question: (environment: Environment) => Lookup<T>,
): Lookup<LintAnswer<T>> {
  try {
    return { answer: yield* question(newEnvironment()) };
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    return { finding: warningAt(span, 'lint/undecided', `${what} cannot be found out: ${cause}`) };
  }
}

/** The first label of the hosts that stand for all hosts of a pattern; nobody has it. */
const anyLabel = 'any-host';

/** A host name that a pattern takes, to ask with; null for literals, tags and what takes no host of its own. */
export function exampleHost(pattern: RulePattern): string | null {
  if (pattern.tag !== '' || pattern.text.includes('[')) return null;
  switch (pattern.kind) {
    case 'host':
      return pattern.text;
    case 'suffix':
      return `${anyLabel}${pattern.text}`;
    case 'stars':
      return pattern.text.replaceAll('*', anyLabel);
    case 'all':
    case 'first':
      return `${anyLabel}.invalid`;
    case 'literal-prefix':
    case 'any-literal':
    case 'percent':
    case 'bang':
      return null;
  }
}
