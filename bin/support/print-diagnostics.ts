/*
 * Diagnostics as text for people and as JSON for programs.
 */
import { counted, type Diagnostic, formatDiagnostic, lineColumnAt, type Span } from '../../lib/text/index.js';
import type { Paint } from './paint.js';
import { visibleLines } from './visible.js';

function placeJson(span: Span) {
  return { file: span.source.name, ...lineColumnAt(span.source, span.offset) };
}

/** A diagnostic as JSON; line and column count from 1. */
export function diagnosticJson(diagnostic: Diagnostic) {
  const { span, severity, code, message, hint, related = [] } = diagnostic;
  return {
    ...placeJson(span),
    severity,
    code,
    message,
    hint: hint ?? null,
    related: related.map((one) => ({ ...placeJson(one.span), message: one.message })),
  };
}

/** The text form of one diagnostic, safe to print. */
export function diagnosticText(diagnostic: Diagnostic, paint: Paint): string {
  const [first = '', ...rest] = visibleLines(formatDiagnostic(diagnostic)).split('\n');
  const head = diagnostic.severity === 'error' ? paint.bad(first) : paint.doubtful(first);
  return [head, ...rest].join('\n');
}

/** The number of diagnostics of a severity, including those that were left out. */
export function countOf(diagnostics: readonly Diagnostic[], severity: Diagnostic['severity']): number {
  return diagnostics.reduce((sum, one) => sum + (one.severity === severity ? (one.leftOut ?? 1) : 0), 0);
}

/** `2 errors, 1 warning` */
export function countLine(diagnostics: readonly Diagnostic[]): string {
  const count = (severity: Diagnostic['severity']): number => countOf(diagnostics, severity);
  return `${counted(count('error'), 'error')}, ${counted(count('warning'), 'warning')}`;
}
