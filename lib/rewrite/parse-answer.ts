/*
 * What a database answers, read as a template.
 * Ref: PMDF 2.2.6
 */
import type { Diagnostic, LogicalLine } from '../text/index.js';
import { parseTemplate, ruleReading, type TemplateReading } from './parse-template.js';
import type { TemplateItem } from './rule.js';

/** A text from outside as a line, so that it can be parsed like one. */
export function answerLine(text: string, name: string): LogicalLine {
  const source = { name, shortName: name, text };
  return { kind: 'text', text, pieces: [{ start: 0, source, offset: 0 }] };
}

/** Names what is wrong with a template that came from outside. */
export function firstError(diagnostics: readonly Diagnostic[]): Diagnostic | undefined {
  return diagnostics.find((one) => one.severity === 'error');
}

const generalReading: TemplateReading = { ...ruleReading, blanksAreText: true, generalAllowed: false };

/** Parses what the general database has under a key; null where it cannot be read. */
export function parseAnswer(answer: string): TemplateItem[] | null {
  const { value, diagnostics } = parseTemplate(answerLine(answer.trim(), 'general'), 0, generalReading);
  return firstError(diagnostics) === undefined ? value : null;
}
