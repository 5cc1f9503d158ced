/*
 * `lint/forward-refused` for directory channels; other forwarding is in test/lib/policy/slips.test.ts.
 */
import assert from 'node:assert/strict';
import { absent, driveNow } from '../../../../lib/engine/lookup.js';
import { lintRequests } from '../../../../lib/lint/lint.js';
import { forwardRefused } from '../../../../lib/lint/rules/forward-refused.js';
import { policyOf } from '../../policy/policy-of.js';
import { subjectOf } from '../subject-of.js';

function cnf(directory: string): string {
  return `pseudo.example  $U%pseudo.example@DIRECTORY-DAEMON
domain.com      $U@domain.com
.               $U%$H@TCP-DAEMON

l
domain.com

tcp_local smtp mx
TCP-DAEMON

${directory}
DIRECTORY-DAEMON
`;
}

const origTable = 'ORIG_SEND_ACCESS\n\n  tcp_local|*|tcp_local|*   $NRelaying$ not$ permitted\n';
const sendTable = `${origTable}\nSEND_ACCESS\n\n  tcp_local|*|tcp_local|*   $NRelaying$ not$ permitted\n`;
const ofDirectory = `${origTable}  directory|*|tcp_local|*   $NNo$ forwarding\n`;

/** The address, the place that rejects it, and the hint of the finding; null without one. */
function findingOf(channel: string, mappings: string, key: string, value: string) {
  const compiled = policyOf({
    cnf: cnf(channel),
    mappings,
    options: { directory_option: 'pseudo.example=0\n' },
  });
  const source = { name: 'pseudo.example.txt', shortName: 'pseudo.example.txt', text: `${key} ${value}` };
  const span = { source, offset: 0, length: 1 };
  const of = { channel: 'directory', domain: 'pseudo.example' };
  const subject = subjectOf(compiled, {
    directoryEntries: () => [{ ...of, key, value, keySpan: span, valueSpan: span }],
  });
  const [finding, ...others] = driveNow(lintRequests(subject, [forwardRefused]), (request) =>
    request.kind === 'directory' && request.key === key ? { kind: 'values', values: [value] } : absent,
  );
  assert.deepEqual(others, []);
  if (finding === undefined) return null;
  const [, address, place] = /for `(.*?)` is rejected by `(.*?)`/.exec(finding.message) ?? [];
  return { address, place, hint: finding.hint };
}

const remove =
  'remove `inline` from the channel `directory`: what it finds then comes in on it, and not from outside';
const permit = 'let the table permit `directory|*|tcp_local|*`, what the channel `directory` sends on';

const cases: readonly (readonly [string, string, string, string, string, ReturnType<typeof findingOf>])[] = [
  ['a table sees the mailbox only', 'directory inline', origTable, 'jane', 'j@other.example', null],
  [
    'with inline, SEND_ACCESS sees the address',
    'directory inline',
    sendTable,
    'jane',
    'j@other.example',
    { address: 'jane@pseudo.example', place: 'mappings:7', hint: remove },
  ],
  [
    'the mailbox needs quotes',
    'directory inline',
    sendTable,
    'jane doe',
    'j@other.example',
    { address: '"jane doe"@pseudo.example', place: 'mappings:7', hint: remove },
  ],
  [
    'the default entry',
    'directory inline',
    sendTable,
    '*',
    '*@other.example',
    { address: 'ann@pseudo.example', place: 'mappings:7', hint: remove },
  ],
  ['the address is inside', 'directory inline', sendTable, 'jane', 'j@domain.com', null],
  [
    'without inline, the second pass is not from outside',
    'directory',
    sendTable,
    'jane',
    'j@other.example',
    null,
  ],
  [
    'without inline, an entry for the channel',
    'directory',
    ofDirectory,
    'jane',
    'j@other.example',
    { address: 'jane@pseudo.example', place: 'mappings:4', hint: permit },
  ],
];

describe('lint/forward-refused with a directory channel', () => {
  for (const [name, channel, mappings, key, value, expected] of cases) {
    it(name, () => assert.deepEqual(findingOf(channel, mappings, key, value), expected));
  }
});
