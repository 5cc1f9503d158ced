/*
 * Typical mistakes of a reader of the Tech Tip: each gives a finding at its place, and the correct form gives none.
 */
import assert from 'node:assert/strict';
import { absent, found } from '../../../lib/engine/lookup.js';
import type { DatabaseEntry } from '../../../lib/lint/database-entries.js';
import { lintWritten } from '../../../lib/lint/lint.js';
import { placeholder } from '../../../lib/lint/rules/placeholder.js';
import { placeOf } from '../../../lib/text/places.js';
import { findByRequests, subjectOf } from '../lint/subject-of.js';
import { type PolicyText, policyOf } from './policy-of.js';

const rules = `domain.com    $($U)$E$F
domain.com    $U@domain.com
.domain.com   $U%$H$D@TCP-INTERNAL
[10.1.]       $U%[10.1.$L]@TCP-INTERNAL$E$R
.             $U%$H@TCP-DAEMON
`;
const blocks = `
defaults noswitchchannel

l
domain.com

tcp_local smtp switchchannel
TCP-DAEMON

tcp_internal smtp allowswitchchannel
TCP-INTERNAL
`;
const processBlock = '\nprocess\nPROCESS-DAEMON\n';
const block = 'ORIG_SEND_ACCESS\n\n  tcp_local|*|tcp_local|*   $NRelaying$ not$ permitted\n';
const cnf = `${rules}${blocks}`;
const good: PolicyText = { cnf: `${cnf}${processBlock}`, mappings: block };
const forwardTable = `${block}\nFORWARD\n\n  *@domain.com  $D$Y\${$0}\n`;

/** The entries of a general database written in one line: `key value; key value`. */
function entriesOf(text: string): readonly DatabaseEntry[] {
  const source = { name: 'general.txt', shortName: 'general.txt', text: text.replaceAll('; ', '\n') };
  let offset = 0;
  return source.text.split('\n').flatMap((line) => {
    const start = offset;
    offset += line.length + 1;
    const [key = '', value = ''] = line.split(' ');
    const keySpan = { source, offset: start, length: key.length };
    const valueSpan = { source, offset: start + key.length + 1, length: value.length };
    return value === '' ? [] : [{ database: 'general', key, value, keySpan, valueSpan }];
  });
}

function findings(text: Partial<PolicyText>, general = '') {
  const compiled = policyOf({ ...good, ...text });
  const entries = entriesOf(general);
  const byKey = new Map(entries.map(({ key, value }) => [key.toLowerCase(), value]));
  const subject = subjectOf(compiled, {
    databaseEntries: () => entries,
    databaseTexts: entries.map(({ value }) => value),
  });
  const byRequests = findByRequests(subject, (request) => {
    const value = request.kind === 'database' ? byKey.get(request.key.toLowerCase()) : undefined;
    return value === undefined ? absent : found(value);
  });
  return [...byRequests, ...lintWritten(subject)].filter(({ code }) => code !== 'lint/name-may-relay');
}

type Row = readonly [name: string, expected: readonly string[], text: Partial<PolicyText>, general?: string];

const rows: readonly Row[] = [
  ['everything is right', [], {}, 'jane.doe jdoe%other.com@PROCESS-DAEMON; info office%domain.com'],
  // The process channel.
  [
    'it is not found',
    ['no-process-channel general.txt:1'],
    { cnf },
    'jane.doe jdoe%other.com@PROCESS-DAEMON',
  ],
  [
    'it is not there, and an alias names it',
    ['no-process-channel aliases:1'],
    { cnf, aliases: 'jane: jdoe%other.com@process-daemon\n' },
  ],
  [
    'it is not there, and FORWARD names it',
    ['no-process-channel mappings:7'],
    { cnf, mappings: `${block}\nFORWARD\n\n  jane@domain.com  jdoe$%other.com@PROCESS-DAEMON$Y\n` },
  ],
  [
    'it is not there, and a rule names it',
    ['rule-to-nowhere pmdf.cnf:1'],
    { cnf: `old.example  $U%new.example@PROCESS-DAEMON\n${cnf}` },
  ],
  ['it has another host', [], { cnf: `${cnf}\nprocess\nMY-PROCESS\n` }, 'jane.doe jdoe%other.com@MY-PROCESS'],
  // Entries that are never looked up.
  [
    'a key is a whole address, and rules ask for local parts',
    ['unasked-entry general.txt:1'],
    {},
    'jane@domain.com jdoe%other.com@PROCESS-DAEMON; joe@domain.com bob%domain.com; bob joe%domain.com',
  ],
  [
    'a key is a whole address, and a rule asks for one',
    [],
    { cnf: `domain.com  $($U@domain.com)$E$F\n${cnf}${processBlock}` },
    'jane@domain.com bob%domain.com',
  ],
  [
    'no rule looks up the database',
    ['unasked-entry general.txt:1'],
    { cnf: cnf.replace('domain.com    $($U)$E$F\n', '') },
    'jane bob%domain.com',
  ],
  // Nobody inside.
  [
    'the channel for the outside may be switched to, and does not switch',
    ['nobody-inside pmdf.cnf:12'],
    { cnf: `${cnf}${processBlock}`.replace('smtp switchchannel', 'smtp allowswitchchannel') },
  ],
  // Values of the general database.
  ['a value is an address', ['value-to-nowhere general.txt:1'], {}, 'jane.doe jdoe@other.com'],
  [
    'a value names no channel',
    ['value-to-nowhere general.txt:1'],
    {},
    'jane.doe jdoe%other.com@PROCES-DAEMON',
  ],
  [
    'a value is an address, for FORWARD',
    [],
    { cnf: `${cnf.replace('domain.com    $($U)$E$F\n', '')}${processBlock}`, mappings: forwardTable },
    'jane.doe jdoe@other.com',
  ],
  ['a value has a host of its own', [], {}, 'jane.doe jane%pc.domain.com@TCP-INTERNAL'],
  // Forwarding without the process channel.
  ['forwarding leads outside', ['forward-refused general.txt:1'], {}, 'jane.doe jdoe%other.com'],
  ['by the channel for outside', ['forward-refused general.txt:1'], {}, 'jane.doe jdoe%other.com@TCP-DAEMON'],
  [
    'of several, one finding',
    ['forward-refused general.txt:2'],
    {},
    'bob bob2%domain.com; jane j%a.com; joe j%b.com',
  ],
  ['forwarding leads inside', [], {}, 'jane.doe jdoe%pc.domain.com'],
  [
    'nothing is refused',
    ['open-relay pmdf.cnf:12'],
    { mappings: 'X\n\n  a  b\n' },
    'jane.doe jdoe%other.com',
  ],
  [
    'an entry lets it pass',
    [],
    { mappings: block.replace('\n  tcp', '\n  tcp_local|*|tcp_local|jdoe@other.com  $Y\n  tcp') },
    'jane.doe jdoe%other.com',
  ],
  [
    'an alias leads outside, and SEND_ACCESS refuses that',
    ['forward-refused aliases:1'],
    { mappings: `${block}\n${block.replace('ORIG_', '')}`, aliases: 'jane: jdoe@other.com\n' },
  ],
  [
    'FORWARD leads outside, and SEND_ACCESS refuses that',
    ['forward-refused mappings:11'],
    {
      mappings: `${block}\n${block.replace('ORIG_', '')}\nFORWARD\n\n  jane@domain.com  jdoe@other.com$Y$D\n`,
    },
  ],
  [
    'FORWARD leads outside by the process channel',
    [],
    {
      mappings: `${block}\n${block.replace('ORIG_', '')}\nFORWARD\n\n  jane@domain.com  jdoe%other.com@PROCESS-DAEMON$Y$D\n`,
    },
  ],
  ['an alias leads outside', [], { aliases: 'jane: jdoe@other.com\n' }],
  // Nobody is inside.
  [
    'allowswitchchannel is forgotten',
    ['nobody-inside pmdf.cnf:15'],
    { cnf: `${cnf.replace(' allowswitchchannel', '')}${processBlock}` },
  ],
  [
    'switchchannel is forgotten',
    ['nobody-inside pmdf.cnf:12'],
    { cnf: `${cnf.replace('smtp switchchannel', 'smtp')}${processBlock}` },
  ],
  [
    'the channel itself says noswitchchannel',
    ['unreached'],
    { cnf: `${cnf.replace('allowswitchchannel', 'noswitchchannel')}${processBlock}` },
  ],
  [
    'no rule is for clients',
    [],
    { cnf: `${cnf.replace(/^\[10.*\n/m, '').replace(' allowswitchchannel', '')}${processBlock}` },
  ],
  // Placeholders.
  [
    'domain.com was left in',
    ['placeholder pmdf.cnf:1'],
    { cnf: `.domain.com  $U%$H$D@TCP-DAEMON\n${cnf.replaceAll('domain.com', 'corp.de')}${processBlock}` },
  ],
  [
    'domain.com was left in a table, at a site with a name that is made up',
    ['placeholder mappings:3'],
    {
      cnf: `${cnf.replaceAll('domain.com', 'corp.example')}${processBlock}`,
      mappings: block.replace('\n  tcp', '\n  tcp_local|*|*|"*@*"@domain.com  $NNo\n  tcp'),
    },
  ],
  [
    'an example was left in, at a site with a real name',
    ['placeholder mappings:3'],
    {
      cnf: `${cnf.replaceAll('domain.com', 'corp.de')}${processBlock}`,
      mappings: block.replace('\n  tcp', '\n  *|*@spam.example|*|*  $NNo\n  tcp'),
    },
  ],
  [
    'examples at a site with a name that is made up',
    [],
    {
      cnf: `${cnf.replaceAll('domain.com', 'corp.example')}${processBlock}`,
      mappings: block.replace('\n  tcp', '\n  *|*@spam.example|*|*  $NNo\n  tcp'),
    },
  ],
  [
    'names that only look alike',
    [],
    { mappings: block.replace('\n  tcp', '\n  *|*@mydomain.com|*|*  $NNo\n  tcp') },
  ],
  [
    'names that only look alike, at a real site',
    [],
    {
      cnf: `${cnf.replaceAll('domain.com', 'corp.de')}${processBlock}`,
      mappings: block.replace('\n  tcp', '\n  *|*@my-domain.com|*|*example.de  $NNo\n  tcp'),
    },
  ],
];

describe('mistakes of a reader of the Tech Tip', () => {
  for (const [name, expected, text, general] of rows) {
    it(name, () => {
      const shown = findings(text, general).map(
        ({ code, span }) => `${code.replace('lint/', '')} ${placeOf(span)}`,
      );
      if (expected[0] === 'unreached') assert.ok(shown.every((one) => !one.startsWith('nobody-inside')));
      else assert.deepEqual(shown, expected);
    });
  }

  it('are reported with a correction', () => {
    const hints: readonly (readonly [Partial<PolicyText>, string, RegExp])[] = [
      [
        { cnf },
        'jane j%other.com@PROCESS-DAEMON',
        /^add a channel block at the end of pmdf\.cnf: `process`, and/,
      ],
      [
        {},
        'jane j%other.com',
        /^write `j%other\.com@PROCESS-DAEMON`, so that the channel `process` sends it on$/,
      ],
      [
        { cnf },
        'jane j%other.com',
        /^write `j%other\.com@PROCESS-DAEMON`.*, and add a channel block at the end/,
      ],
      [
        {},
        'jane j@other.com',
        /write `j%other\.com`, or, through the process channel, `j%other\.com@PROCESS-DAEMON`/,
      ],
      [
        { cnf: cnf.replace(' allowswitchchannel', '') },
        '',
        /^give `tcp_internal` the keyword `allowswitchchannel`$/,
      ],
      [
        { cnf: cnf.replace('smtp switchchannel', 'smtp') },
        '',
        /^give `tcp_local` the keyword `switchchannel`$/,
      ],
    ];
    for (const [text, general, expected] of hints) {
      assert.match(findings(text, general)[0]?.hint ?? '', expected);
    }
  });

  it('domain.com is the domain of a host with another name', () => {
    const names: readonly (readonly [string | null, boolean])[] = [
      ['gateway.corp.de', true],
      ['GATEWAY.Corp.DE', true],
      ['domain.com', false],
      ['mail.domain.com', false],
      ['gateway.corp.example', false],
      ['myhost', false],
      ['myhost.local', false],
      ['192.0.2.1', false],
      ['', false],
      [null, false],
    ];
    const compiled = policyOf(good);
    const own = policyOf({ cnf: cnf.replaceAll('domain.com', 'corp.de'), mappings: block });
    for (const [me, isFound] of names) {
      const shown = lintWritten(subjectOf(compiled, { ownName: me }), [placeholder]).map(
        ({ code, span }) => `${code} ${placeOf(span)}`,
      );
      assert.deepEqual(shown, isFound ? ['lint/placeholder pmdf.cnf:9'] : [], String(me));
      assert.deepEqual(lintWritten(subjectOf(own, { ownName: me }), [placeholder]), []);
    }
  });
});
