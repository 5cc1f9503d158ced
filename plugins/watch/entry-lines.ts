/*
 * The line of an entry as it is in force, with the entries before and after it in its table. Nothing but entries is shown: the files
 * that they are in may hold more.
 */
import type { Policy } from '../../lib/policy/index.js';
import { lineColumnAt, lineText, placeOf, type Span } from '../../lib/text/index.js';
import { tableOfEntry } from './entry-tables.js';

const neighbours = 3;
const longestLine = 500;

function printLine(span: Span, isIt: boolean): string {
  const { line } = lineColumnAt(span.source, span.offset);
  const text = lineText(span.source, line);
  const shown = text.length > longestLine ? `${text.slice(0, longestLine)}...` : text;
  return `${isIt ? '>' : ' '} ${String(line).padStart(5)}  ${shown}`;
}

/** The lines for a place such as `mappings:14`; null if the policy has no entry there. */
export function entryLines(policy: Policy, place: string): string | null {
  const table = tableOfEntry(policy, place);
  const entries = table === undefined ? [] : [...(policy.mappings.get(table)?.entries ?? [])];
  const at = entries.findIndex(({ span }) => placeOf(span) === place);
  const file = entries[at]?.span.source;
  if (table === undefined || file === undefined) return null;
  const shown = entries
    .slice(Math.max(0, at - neighbours), at + neighbours + 1)
    .filter(({ span }) => span.source === file)
    .map(({ span }) => printLine(span, placeOf(span) === place));
  return [`${table} in ${file.name}`, '', ...shown, ''].join('\n');
}
