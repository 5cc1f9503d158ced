/*
 * docs/diagnostics.md, made from the list of codes and the cases: the meaning and an example of each finding.
 */
import { diagnosticCodes } from '../../lib/text/codes.js';
import type { CaseResult } from '../diagnostics/run-cases.js';

const intro = `# Diagnostics

Every finding about a configuration has a code. The same findings are shown by \`pmdf check\`, by Haraka when it starts,
and in the log when changed files are read again; those with \`lint/\` by \`pmdf check\` alone, but for
\`lint/open-relay\`, those with \`dispatcher/\` by \`pmdf init --dispatcher\` and those with \`cases/\` by \`pmdf cases\`.
A finding looks like this:

\`\`\`
file:line:column: severity: what is wrong [code]
  the line
  ^^^^ the place
  hint: what to write instead
\`\`\`

Lines and columns begin with 1. With an *error* Haraka does not start; if it runs already, the policy in force stays.
A *warning* changes nothing. Of each kind the first hundred are shown, then how many there are.

This page is made from the list of codes and from a case for each of them in \`test/diagnostics/\`; the output below is
what those cases print. After a change: \`npm run docs\`.
`;

const titles: ReadonlyMap<string, string> = new Map([
  ['file', 'Files'],
  ['access', 'Access tables'],
  ['channel', 'Channel blocks'],
  ['alias', 'Aliases'],
  ['forwarding', 'FORWARD, REVERSE and expansion'],
  ['dispatcher', 'dispatcher.cnf'],
  ['cnf', 'pmdf.cnf as a whole'],
  ['database', 'Databases'],
  ['yaml', 'pmdf.yaml: YAML'],
  ['settings', 'pmdf.yaml: settings'],
  ['policy', 'Everything together'],
  ['cases', 'Files of cases'],
  ['tls', 'TLS'],
  ['lint', 'Most likely not meant'],
  ['mapping', 'Mapping tables'],
  ['rewrite', 'Rewrite rules'],
]);

function areaOf(code: string): string {
  return code.slice(0, code.indexOf('/'));
}

const widest = 300;

/** Cuts lines that no page can show. */
function clipped(output: string): string {
  return output
    .replaceAll('\r', '\u240d')
    .split('\n')
    .map((line) => (line.length > widest ? `${line.slice(0, 100)}...` : line))
    .join('\n');
}

function entry(code: string, meaning: string, shown: readonly string[]): string {
  const example = shown.length === 0 ? '' : `\n\`\`\`\n${clipped([...new Set(shown)].join('\n'))}\n\`\`\`\n`;
  return `### ${code}\n\n${meaning}\n${example}`;
}

/** Writes the page. */
export function diagnosticsPage(results: readonly CaseResult[]): string {
  const examples = new Map<string, readonly string[]>(results.map(({ code, shown }) => [code, shown]));
  const areas = new Map<string, string[]>();
  for (const [code, meaning] of Object.entries(diagnosticCodes)) {
    const area = areaOf(code);
    const entries = areas.get(area) ?? [];
    entries.push(entry(code, meaning, examples.get(code) ?? []));
    areas.set(area, entries);
  }
  const sections = [...areas].map(
    ([area, entries]) => `## ${titles.get(area) ?? area}\n\n${entries.join('\n')}`,
  );
  return `${intro}\n${sections.join('\n')}`;
}
