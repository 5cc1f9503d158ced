/*
 * A finding in the configuration, and its form for people:
 *   file:line:column: error: message [code]      the file alone when there is no text to point into
 *   the line
 *      ^^^
 *     hint: what to write instead
 */
import type { DiagnosticCode } from './codes.js';
import { endsWithPasswordName, hideInMessage, hideLine, hidePasswords } from './hide-passwords.js';
import { type Characters, charactersOf } from './octet-source.js';
import { lineColumnAt } from './places.js';
import type { Span } from './source.js';

export type Severity = 'error' | 'warning';

/** The code of a lint rule. Rules are on a higher floor: lib/lint lists their codes and is the only maker of such findings. */
export type LintCode = `lint/${string}`;

/** Another place that belongs to a finding, such as "first defined here". */
export interface RelatedPlace {
  readonly message: string;
  readonly span: Span;
}

/** One finding: `message` is one lower-case sentence without a final period, user text in backticks. */
export interface Diagnostic {
  readonly severity: Severity;
  readonly code: DiagnosticCode | LintCode;
  readonly message: string;
  readonly span: Span;
  readonly hint?: string;
  readonly related?: readonly RelatedPlace[];
  /** How many further findings of its kind this one stands for. */
  readonly leftOut?: number;
}

/** The result of every parser: a value, usable even if incomplete, and all findings. */
export interface Parsed<T> {
  readonly value: T;
  readonly diagnostics: readonly Diagnostic[];
}

/** Makes an error; `extra` carries hint and related places. */
export function errorAt(
  span: Span,
  code: DiagnosticCode,
  message: string,
  extra: Pick<Diagnostic, 'hint' | 'related'> = {},
): Diagnostic {
  return { severity: 'error', code, message: hideInMessage(message), span, ...extra };
}

/** Makes a warning; `extra` carries hint and related places. */
export function warningAt(
  span: Span,
  code: DiagnosticCode,
  message: string,
  extra: Pick<Diagnostic, 'hint' | 'related'> = {},
): Diagnostic {
  return { severity: 'warning', code, message: hideInMessage(message), span, ...extra };
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((one) => one.severity === 'error');
}

/** A file that could not be read has no text, and so no place in it. */
function place(span: Span): string {
  if (charactersOf(span.source).length === 0) return span.source.name;
  const { line, column } = lineColumnAt(span.source, span.offset);
  return `${span.source.name}:${line}:${column}`;
}

/** So many characters of a line are shown, most of them before the caret. */
const shownBefore = 120;
const shownInAll = 200;

/** So many characters before those that are shown may have the key of a password. */
const hiddenBefore = 200;

/** The nearest line above that is not empty; null at the beginning of the text. */
function lineBefore(text: Characters, start: number): string | null {
  for (let end = start - 1; end > 0; ) {
    const begin = text.lastIndexOf('\n', end - 1) + 1;
    const line = text.slice(begin, end);
    if (line.trim() !== '') return line.slice(-hiddenBefore);
    end = begin - 1;
  }
  return null;
}

function shownLine(text: Characters, start: number, line: string): string {
  const before = lineBefore(text, start);
  return before !== null && endsWithPasswordName(before) ? hideLine(line) : hidePasswords(line);
}

/**
 * Shows the line with a caret under the span; a span over several lines is marked on its first, and of a long line
 * the part around the caret is shown. A file without text, such as one that is missing, has no line to show.
 */
function excerpt(span: Span): string[] {
  const text = charactersOf(span.source);
  if (text.length === 0) return [];
  const offset = Math.min(span.offset, text.length);
  const start = offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
  const newline = text.indexOf('\n', offset);
  const last = newline === -1 ? text.length : newline;
  const end = last > offset && text.charCodeAt(last - 1) === 0x0d ? last - 1 : last;
  const from = offset - start > shownBefore ? offset - shownBefore : start;
  const to = end - from > shownInAll ? from + shownInAll : end;
  const line = shownLine(text, start, text.slice(Math.max(start, from - hiddenBefore), to));
  const shownFrom = line.length - (to - from);
  const before = `${from > start ? '...' : ''}${line.slice(shownFrom, shownFrom + offset - from)}`;
  const shown = `${before}${line.slice(shownFrom + offset - from)}${to < end ? '...' : ''}`;
  const indent = Array.from(before, (character) => (character === '\t' ? '\t' : ' ')).join('');
  const room = Array.from(text.slice(offset, to)).length;
  const carets = '^'.repeat(Math.max(1, Math.min(span.length, room)));
  return [`  ${shown}`, `  ${indent}${carets}`];
}

function includeChain(span: Span): string[] {
  const lines: string[] = [];
  for (let from = span.source.includedFrom; from !== undefined; from = from.source.includedFrom) {
    lines.push(`  included from ${place(from)}`);
  }
  return lines;
}

/** Formats one finding for people, without a final line end. */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const { span, severity, message, code } = diagnostic;
  const lines = [
    `${place(span)}: ${severity}: ${message} [${code}]`,
    ...excerpt(span),
    ...includeChain(span),
  ];
  for (const related of diagnostic.related ?? []) {
    lines.push(`${place(related.span)}: note: ${related.message}`, ...excerpt(related.span));
  }
  if (diagnostic.hint !== undefined) lines.push(`  hint: ${diagnostic.hint}`);
  return lines.join('\n');
}
