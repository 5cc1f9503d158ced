/*
 * docs/diagnostics.md, made from the codes and their cases: what each finding means, with an example.
 */
import { findingCodes, meaningOf } from '../../lib/lint/codes.js';
import type { CaseResult } from '../diagnostics/run-cases.js';

const intro = `# Diagnostics

Every finding about a configuration has a code. \`pmdf check\` shows all findings; \`pmdf check --explain CODE\` shows the
section of this page for one code. Haraka shows the same findings when it starts and logs them when it reads changed
files, except those with \`lint/\`, of which it shows only \`lint/open-relay\`. \`pmdf init --dispatcher\` shows those with
\`dispatcher/\`, and \`pmdf cases\` those with \`cases/\`.

A finding looks like this:

\`\`\`
file:line:column: severity: what is wrong [code]
  the line
  ^^^^ the place
  hint: what to write instead
\`\`\`

Lines and columns start at 1. With an *error* Haraka does not start; if it is running, the policy in force stays. A
*warning* changes nothing. At most a hundred findings with one code are shown, then their number.

This page is generated: the examples are the output for a case of each code in \`test/diagnostics/cases\` or
\`test/lib/lint/rules\`. After a change run \`npm run docs\`.
`;

const titles: ReadonlyMap<string, string> = new Map([
  ['file', 'Files'],
  ['access', 'Access tables'],
  ['channel', 'Channel blocks'],
  ['alias', 'Aliases'],
  ['forwarding', 'FORWARD, REVERSE and expansion of aliases'],
  ['dispatcher', 'dispatcher.cnf'],
  ['cnf', 'pmdf.cnf as a whole'],
  ['database', 'Databases'],
  ['yaml', 'pmdf.yaml: YAML'],
  ['settings', 'pmdf.yaml: settings'],
  ['ldap', 'LDAP'],
  ['option', 'Option files'],
  ['policy', 'The whole policy'],
  ['store', 'Stores'],
  ['cases', 'Files of cases'],
  ['auth', 'Authentication'],
  ['security', 'security.cnf'],
  ['tls', 'TLS'],
  ['install', 'The Haraka install'],
  ['lint', 'Likely mistakes'],
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
  for (const code of findingCodes()) {
    const area = areaOf(code);
    const entries = areas.get(area) ?? [];
    entries.push(entry(code, meaningOf(code), examples.get(code) ?? []));
    areas.set(area, entries);
  }
  const sections = [...areas].map(
    ([area, entries]) => `## ${titles.get(area) ?? area}\n\n${entries.join('\n')}`,
  );
  return `${intro}\n${sections.join('\n')}`;
}
