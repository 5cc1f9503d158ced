/*
 * Findings as commands of a GitHub workflow, which shows them at their lines:
 *   ::error file=pmdf.cnf,line=3,endLine=3,col=1,endColumn=9,title=rewrite/pattern::message
 * A line end in the text would end the command and begin another, so it is escaped, as is whatever separates properties.
 */
import { type Diagnostic, placeOf } from '../../lib/text/index.js';
import { countLine, type Findings, visibleLines } from '../support/index.js';
import { regionOf } from './places.js';
import { remarksOf } from './remarks.js';

function escapeText(text: string): string {
  return visibleLines(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeText(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

function command(name: string, properties: readonly (readonly [string, string | number])[], text: string) {
  const written = properties.map(([key, value]) => `${key}=${escapeProperty(String(value))}`).join(',');
  return `::${name} ${written}::${escapeText(text)}`;
}

function annotation({ severity, code, message, span, hint, related = [] }: Diagnostic): string {
  const region = regionOf(span);
  const place =
    region === null
      ? []
      : ([
          ['line', region.line],
          ['endLine', region.endLine],
          ['col', region.column],
          ['endColumn', region.endColumn],
        ] as const);
  const text = [
    message,
    ...related.map((one) => `${placeOf(one.span)}: ${one.message}`),
    ...(hint === undefined ? [] : [`hint: ${hint}`]),
  ];
  return command(severity, [['file', span.source.name], ...place, ['title', code]], text.join('\n'));
}

/** One line for each finding, one for what else is to say, and the number of findings. */
export function githubLines(findings: Findings): string[] {
  return [
    ...findings.diagnostics.map(annotation),
    ...remarksOf(findings).map(({ title, lines }) => command('notice', [['title', title]], lines.join('\n'))),
    countLine(findings.diagnostics),
  ];
}
