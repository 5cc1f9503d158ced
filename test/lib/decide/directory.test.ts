/*
 * Recipients on directory channels: what they become, who is told of candidates, and what a stranger can do with them.
 */
import assert from 'node:assert/strict';
import type { RecipientDecision } from '../../../lib/decide/decision.js';
import { type Asker, type Directories, Site } from './decide-as.js';
import { relay } from './forwarding-site.js';

const directories: Directories = {
  'example.com': {
    'john.doe': ['ariel@host.domain.com'],
    'same.twice': ['ariel@host.domain.com', 'ariel@HOST.domain.com'],
    'j.smith': ['js1@host.domain.com', 'js2@host.domain.com'],
    'far.away': ['me@other.com'],
    local: ['bob'],
    '"john doe"': ['quoted@host.domain.com'],
    list: ['a@host.domain.com, b@host.domain.com'],
    kept: ['new+*@host.domain.com'],
    'wild+*': ['wild@host.domain.com'],
    _special: ['secret@host.domain.com'],
    there: ['back@other.example'],
    itself: ['itself@example.com'],
    process: ['joe%other.com@PROCESS-DAEMON'],
  },
  'other.example': { back: ['there@example.com'] },
  'all.example': { '*': ['*@host.domain.com'], known: ['ann@host.domain.com'] },
  'one.example': { '*': ['staff@host.domain.com'] },
  'broken.example': 'broken',
};

const domains = Object.keys(directories);

function siteWith(keywords: string, options = ''): Site {
  const cnf = `${domains.map((domain) => `${domain}  $U%${domain}@DIRECTORY-DAEMON`).join('\n')}
domain.com    $U@domain.com
.domain.com   $U%$H$D@TCP-INTERNAL
.             $U%$H@TCP-DAEMON

l
domain.com

tcp_local smtp switchchannel
TCP-DAEMON

tcp_internal smtp allowswitchchannel
TCP-INTERNAL

tcp_submit smtp maysaslserver
SUBMIT-DAEMON

process
PROCESS-DAEMON

directory ${keywords}
DIRECTORY-DAEMON
`;
  const lines = `${domains.map((domain) => `${domain}=0`).join('\n')}\n${options}`;
  const yaml = 'listeners: { 587: tcp_submit }\n';
  const text = { cnf, mappings: relay, yaml, options: { directory_option: lines } };
  return new Site(text, {}, directories);
}

function shown(decision: RecipientDecision): string {
  const { verdict, deliveries } = decision;
  if (verdict.kind !== 'accept') {
    const { code, enhanced, text } = verdict.reply;
    return verdict.kind === 'defer' ? `${code} ${verdict.cause}` : `${code} ${enhanced} ${text}`;
  }
  return deliveries
    .flatMap((one) => (one.candidates === undefined ? (one.then ?? [one]) : [one]))
    .map(({ address, channel, candidates }) =>
      candidates === undefined ? `${address} ${channel}` : `${address} may be ${candidates.join(' ')}`,
    )
    .join(', ');
}

/** What a recipient becomes, or the reply; the same with `inline` and without. */
const results: readonly (readonly [to: string, result: string, keywords?: string])[] = [
  ['john.doe@example.com', 'ariel@host.domain.com tcp_internal'],
  ['JOHN.Doe@EXAMPLE.com', 'ariel@host.domain.com tcp_internal'],
  ['"john.doe"@example.com', 'ariel@host.domain.com tcp_internal'],
  ['"john doe"@example.com', 'quoted@host.domain.com tcp_internal'],
  ['same.twice@example.com', 'ariel@host.domain.com tcp_internal'],
  ['local@example.com', 'bob@domain.com l'],
  ['far.away@example.com', 'me@other.com tcp_local'],
  ['john.doe+x@example.com', 'ariel+x@host.domain.com tcp_internal'],
  ['john.doe+x@example.com', '550 5.1.1 unknown or illegal alias: john.doe+x@example.com', 'subaddressexact'],
  ['john.doe+x@example.com', '550 5.1.1 unknown or illegal alias: john.doe+x@example.com', 'subaddresswild'],
  ['wild+x@example.com', 'wild@host.domain.com tcp_internal', 'subaddresswild'],
  ['wild@example.com', '550 5.1.1 unknown or illegal alias: wild@example.com'],
  ['kept@example.com', 'new@host.domain.com tcp_internal'],
  ['nobody@example.com', '550 5.1.1 unknown or illegal alias: nobody@example.com'],
  ['_special@example.com', '550 5.1.1 unknown or illegal alias: _special@example.com'],
  ['*@example.com', '550 5.1.1 unknown or illegal alias: *@example.com'],
  ['*@all.example', '*@host.domain.com tcp_internal'],
  ['j.smith@example.com', '550 5.1.4 ambiguous name: j.smith@example.com'],
  [
    'list@example.com',
    '451 the directory of `directory` has a value that is not an address: `a@host.domain.com, b@host.domain.com`',
  ],
  ['Any.Body+x@all.example', 'Any.Body+x@host.domain.com tcp_internal'],
  ['"any body"@all.example', '"any body"@host.domain.com tcp_internal'],
  ['known@all.example', 'ann@host.domain.com tcp_internal'],
  ['any@one.example', 'staff@host.domain.com tcp_internal'],
  ['any+x@one.example', 'staff@host.domain.com tcp_internal'],
  ['x@broken.example', '451 the directory is broken'],
];

const loops: readonly (readonly [to: string, text: string])[] = [
  ['itself@example.com', '550 5.4.6 forwarding loop: itself@example.com -> itself@example.com'],
  [
    'there@example.com',
    '550 5.4.6 forwarding loop: there@example.com -> back@other.example -> there@example.com',
  ],
];

describe('recipients on a directory channel', () => {
  for (const inline of ['', 'inline']) {
    for (const [to, result, keywords = ''] of results) {
      it(`${inline} ${keywords} ${to} -> ${result}`, () => {
        assert.equal(shown(siteWith(`${inline} ${keywords}`).recipient(to)), result);
      });
    }
    for (const [to, result] of loops) {
      it(`${inline} ${to} is a loop, which the reply names`, () => {
        assert.equal(shown(siteWith(inline).recipient(to)), result);
      });
    }
  }

  it('leads on to the process channel', () => {
    assert.equal(shown(siteWith('').recipient('process@example.com')), 'joe@other.com tcp_local');
    const { deliveries } = siteWith('inline').recipient('process@example.com');
    assert.deepEqual(
      deliveries.map(({ channel, then = [] }) => [channel, then.map(({ address }) => address)]),
      [['process', ['joe@other.com']]],
    );
  });

  it('is looked up by the name after a percent sign at a host of the channel, as an alias may write it', () => {
    const cnf = siteWith('inline');
    assert.equal(
      shown(cnf.reprocessed('john.doe%example.com@DIRECTORY-DAEMON')),
      'ariel@host.domain.com tcp_internal',
    );
  });

  it('is not reached by the name of the channel over SMTP', () => {
    for (const to of ['john.doe@directory-daemon', 'john.doe%example.com@directory-daemon']) {
      assert.match(shown(siteWith('').recipient(to)), /^550 5\.1\.2 /);
    }
  });

  it('is seen by ORIG_SEND_ACCESS with the channel `directory`, and in the second pass from it', () => {
    const site = siteWith('');
    site.recipient('far.away@example.com');
    assert.deepEqual(site.probes('ORIG_SEND_ACCESS'), [
      'tcp_local|a@ext.org|directory|far.away@example.com',
      'directory|a@ext.org|tcp_local|me@other.com',
    ]);
  });
});

describe('what a stranger can do with a directory channel', () => {
  for (const inline of ['', 'inline']) {
    for (const domain of ['example.com', 'all.example']) {
      for (const to of [
        `victim%other.com@${domain}`,
        `other.com!victim@${domain}`,
        `"victim@other.com"@${domain}`,
        `john.doe+x%other.com@${domain}`,
        `@${domain}:victim@other.com`,
        `victim%other.com%${domain}@domain.com`,
        'victim@other.com',
      ]) {
        it(`${inline} ${to} goes nowhere`, () => {
          const { verdict } = siteWith(inline).recipient(to);
          assert.equal(verdict.kind, 'reject');
        });
      }
    }
  }
});

describe('the candidates for an ambiguous name', () => {
  const told = 'j.smith@example.com may be js1@host.domain.com js2@host.domain.com';
  const refused = '550 5.1.4 ambiguous name: j.smith@example.com';
  const askers: readonly (readonly [who: string, asker: Asker, result: string])[] = [
    ['a stranger', {}, refused],
    ['a stranger who authenticated where clients are switched', { user: 'ann' }, refused],
    ['a client inside', { source: 'tcp_internal' }, told],
    ['a stranger on the submission port', { source: 'tcp_submit' }, refused],
    ['a client that authenticated there', { source: 'tcp_submit', user: 'ann' }, told],
    ['the null sender inside', { source: 'tcp_internal', from: '' }, refused],
  ];
  for (const inline of ['', 'inline']) {
    for (const [who, asker, result] of askers) {
      it(`${inline} ${who}: ${result}`, () => {
        const site = siteWith(inline, 'INLINE_AMBIGUOUS=0\n');
        assert.equal(shown(site.recipient('j.smith@example.com', asker)), result);
      });
    }
  }

  it('are not shown unless the channel says so', () => {
    for (const options of ['', 'INLINE_AMBIGUOUS=1\n']) {
      const site = siteWith('inline', options);
      assert.equal(shown(site.recipient('j.smith@example.com', { source: 'tcp_internal' })), refused);
    }
  });
});
