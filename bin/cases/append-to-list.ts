/*
 * Whether a case can be appended to a file of cases by adding lines at its end, and how these are indented. The list of
 * cases must be the last thing in the file, and written with dashes.
 */
import {
  type Diagnostic,
  errorAt,
  hasErrors,
  lineColumnAt,
  lineText,
  type SourceFile,
  startOf,
} from '../../lib/text/index.js';
import type { Case } from './case.js';
import { parseCases } from './parse-cases.js';

const probe = "- { client: 127.0.0.1, from: '', to: postmaster, expect: { verdict: accept } }";
const usualIndent = '  ';

/** The blanks before the dash of a case; undefined when the case has no dash. */
function indentOf(one: Case): string | undefined {
  const { source, offset } = one.span;
  const text = lineText(source, lineColumnAt(source, offset).line);
  return /^( *)- /.exec(text)?.[1];
}

/** A case without its places. */
function bare({ name, request, expectations }: Case): string {
  return JSON.stringify([
    name,
    request,
    expectations.map(({ part, recipient, wanted }) => [part, recipient, wanted]),
  ]);
}

/** Whether text has the same cases as before, and one more after them. */
export function holdsOneMore(source: SourceFile, before: readonly Case[]): boolean {
  const { value, diagnostics } = parseCases(source);
  if (hasErrors(diagnostics) || value.length !== before.length + 1) return false;
  return before.every((one, index) => {
    const now = value[index];
    return now !== undefined && bare(now) === bare(one);
  });
}

/** The indentation for a further case in a file without errors, or why it cannot be appended. */
export function furtherCase(
  source: SourceFile,
  cases: readonly Case[],
): { readonly indent: string } | { readonly diagnostic: Diagnostic } {
  const last = cases.at(-1);
  const indent = (last === undefined ? undefined : indentOf(last)) ?? usualIndent;
  if (holdsOneMore({ ...source, text: `${source.text}\n${indent}${probe}\n` }, cases)) return { indent };
  const span = last?.span ?? startOf(source);
  const diagnostic = errorAt(span, 'cases/append', 'no case can be appended to this file', {
    hint: 'the file must end with `cases:` and a list whose cases begin with a dash and a blank',
  });
  return { diagnostic };
}
