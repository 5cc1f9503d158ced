import assert from 'node:assert/strict';
import { absent, failed, type LookupAnswer } from '../../../lib/engine/lookup.js';
import { proxyInternal } from '../../../lib/lint/rules/proxy-internal.js';
import { placeOf } from '../../../lib/text/places.js';
import { type PolicyText, plainEnvironment, policyOf } from '../policy/policy-of.js';
import { findByRequests, subjectOf } from './subject-of.js';

const channels = `
defaults noswitchchannel

l
domain.com

tcp_local smtp mx switchchannel
TCP-DAEMON

tcp_internal smtp mx allowswitchchannel
TCP-INTERNAL
`;

const ownRule = 'domain.com  $U@domain.com\n';
const outsideRule = '.  $U%$H@TCP-DAEMON\n';

function cnf(rules: string, blocks = channels): string {
  return `${ownRule}${rules}${outsideRule}${blocks}`;
}

/** The entry that keeps strangers out; without it every case would also be an open relay. */
const relayBlocking = `ORIG_SEND_ACCESS

  tcp_local|*|tcp_local|*   $NRelaying$ not$ permitted
`;

/** The findings as `code place`. */
function findings(text: PolicyText, answer: LookupAnswer = absent, steps = 100_000): string[] {
  const compiled = policyOf({ mappings: relayBlocking, ...text });
  const subject = subjectOf(compiled, { newEnvironment: () => plainEnvironment(steps) });
  const found = findByRequests(subject, () => answer);
  return found.map((one) => `${one.code} ${placeOf(one.span)}`);
}

const cases: readonly (readonly [string, PolicyText, readonly string[]])[] = [
  ['no finding', { cnf: cnf('') }, []],
  [
    'a name under an internal rule',
    { cnf: cnf('.lab.domain.com  $U%$H$D@TCP-INTERNAL\nlab.domain.com  $U@domain.com\n') },
    ['lint/name-may-relay pmdf.cnf:2', 'lint/local-domain pmdf.cnf:3'],
  ],
  [
    'a name under an internal rule if only addresses switch',
    { cnf: cnf('pc.domain.com  $U%pc.domain.com@TCP-INTERNAL\n'), yaml: 'switch_lookup: literal\n' },
    [],
  ],
  [
    'one name',
    { cnf: cnf('pc.domain.com  $U%pc.domain.com@TCP-INTERNAL\n') },
    ['lint/name-may-relay pmdf.cnf:2'],
  ],
  [
    'one name whose channel may not relay',
    { cnf: cnf('pc.domain.com  $U%pc.domain.com@TCP-INTERNAL\n'), yaml: 'relaying_channels: []\n' },
    [],
  ],
  [
    'a local domain in a directory, from which its mail comes back',
    {
      cnf: `domain.com  $U%domain.com@DIRECTORY-DAEMON$Ndirectory\n${cnf('', `${channels}\ndirectory\nDIRECTORY-DAEMON\n`)}`,
    },
    [],
  ],
  [
    'a local domain in a directory, from which its mail does not come back',
    {
      cnf: `domain.com  $U%domain.com@DIRECTORY-DAEMON\n${outsideRule}${channels}\ndirectory\nDIRECTORY-DAEMON\n`,
    },
    ['lint/local-domain pmdf.cnf:6'],
  ],
  ['a rule for recipients only', { cnf: cnf('pc.domain.com  $U%pc.domain.com@TCP-INTERNAL$F\n') }, []],
  [
    'a name that an earlier rule matches',
    {
      cnf: cnf(
        'pc.domain.com  $U%pc.domain.com@TCP-DAEMON\npc.domain.com  $U%pc.domain.com@TCP-INTERNAL$E$R$Ml\n',
      ),
    },
    [],
  ],
  [
    'every name inside',
    { cnf: `${ownRule}.  $U%$H@TCP-INTERNAL\n${channels}` },
    [
      'lint/open-relay pmdf.cnf:9',
      'lint/open-relay pmdf.cnf:12',
      'lint/name-may-relay pmdf.cnf:2',
      'lint/loopback-internal pmdf.cnf:2',
      'lint/loopback-internal pmdf.cnf:2',
    ],
  ],
  [
    'a host of a channel to switch to',
    { cnf: cnf('', `${channels}pc.domain.com\n`) },
    ['lint/name-may-relay pmdf.cnf:14'],
  ],
  [
    'a name that need not be confirmed',
    {
      cnf: cnf(
        'pc.domain.com  $U%pc.domain.com@TCP-INTERNAL\n',
        channels.replace('switchchannel\nTCP-D', 'switchchannel forwardchecknone\nTCP-D'),
      ),
    },
    ['lint/name-may-relay pmdf.cnf:2', 'lint/name-unconfirmed pmdf.cnf:10'],
  ],
  [
    'unconfirmed names that do not switch',
    { cnf: cnf('', channels.replace('switchchannel\nTCP-D', 'switchchannel forwardchecknone\nTCP-D')) },
    [],
  ],
  [
    'loopback inside',
    { cnf: cnf('[127.]  $U%[127.$L]@TCP-INTERNAL$E$R\n') },
    ['lint/loopback-internal pmdf.cnf:2'],
  ],
  ['loopback inside, but for recipients only', { cnf: cnf('[127.]  $U%[127.$L]@TCP-INTERNAL$F\n') }, []],
  [
    'loopback of IPv6 inside',
    { cnf: cnf('[IPv6:::1]  $U%[IPv6:::1]@TCP-INTERNAL$E$R\n') },
    ['lint/loopback-internal pmdf.cnf:2'],
  ],
  ['another network inside', { cnf: cnf('[127.0.1.]  $U%[127.0.1.$L]@TCP-INTERNAL$E$R\n') }, []],
  [
    'a port that does not switch',
    {
      cnf: cnf('[127.]  $U%[127.$L]@TCP-INTERNAL$E$R\n'),
      yaml: 'listeners: { default: tcp_internal }\n',
    },
    ['lint/open-relay pmdf.cnf:13'],
  ],
  [
    'a further port that switches',
    {
      cnf: cnf('[127.]  $U%[127.$L]@TCP-INTERNAL$E$R\n'),
      yaml: 'listeners: { default: tcp_internal, 2525: tcp_local }\n',
    },
    ['lint/open-relay pmdf.cnf:13', 'lint/loopback-internal pmdf.cnf:2'],
  ],
  [
    'a host of the local channel that a rule routes elsewhere',
    {
      cnf: cnf(
        'old.domain.com  $U%old.domain.com@TCP-DAEMON\n',
        channels.replace('l\ndomain.com', 'l\ndomain.com\nold.domain.com'),
      ),
    },
    ['lint/local-domain pmdf.cnf:9'],
  ],
  [
    'several hosts of the local channel that rules take away',
    {
      cnf: cnf(
        '.old.domain.com  $U%$H$D@TCP-DAEMON\n',
        channels.replace(
          'l\ndomain.com',
          'l\ndomain.com\na.old.domain.com\nb.old.domain.com\nc.old.domain.com',
        ),
      ),
    },
    ['lint/local-domain pmdf.cnf:9'],
  ],
  [
    'a local domain that is outside',
    { cnf: cnf(''), yaml: 'local_domains:\n  - other.example\n' },
    ['lint/local-domain pmdf.yaml:2'],
  ],
  [
    'a local domain on another channel inside',
    {
      cnf: cnf('other.example  $U%other.example@TCP-INTERNAL$F\n'),
      yaml: 'local_domains: [other.example]\n',
    },
    [],
  ],
  [
    'a domain that is delivered locally without being named',
    { cnf: cnf('alias.example  $U@domain.com\n') },
    ['lint/local-domain pmdf.cnf:2'],
  ],
  [
    'a domain that is delivered locally and named',
    { cnf: cnf('alias.example  $U@domain.com\n'), yaml: 'local_domains: [alias.example]\n' },
    [],
  ],
  [
    'a rule that leaves out the domain itself',
    { cnf: cnf('.lab.example  $U%$H$D@TCP-INTERNAL$F\n') },
    ['lint/bare-domain pmdf.cnf:2'],
  ],
  [
    'a rule together with one for the domain itself',
    {
      cnf: cnf('.lab.example  $U%$H$D@TCP-INTERNAL$F\nlab.example  $U%lab.example@TCP-INTERNAL$F\n'),
    },
    [],
  ],
  ['a rule for a top-level name', { cnf: cnf('.lab  $U%$H$D@TCP-INTERNAL$F\n') }, []],
];

describe('lint rules that run requests', () => {
  it('says why mail for a local host cannot be routed', () => {
    const messagesOf = (rules: string) =>
      findByRequests(subjectOf(policyOf({ cnf: `${rules}\n${channels}`, mappings: relayBlocking }))).flatMap(
        ({ code, message }) => (code === 'lint/local-domain' ? [message] : []),
      );
    const start = '`domain.com` is a host of the local channel, but mail for it is rejected: ';
    assert.deepEqual(messagesOf('domain.com  $U@nowhere.example'), [
      `${start}no channel has the host name \`nowhere.example\``,
    ]);
    assert.deepEqual(messagesOf('$*  $U%$H'), [
      `${start}rewriting did not finish within 32 rounds: pmdf.cnf:1`,
    ]);
  });

  for (const [name, text, expected] of cases) {
    it(name, () => assert.deepEqual(findings(text), expected));
  }

  it('names the first few of many domains in one finding', () => {
    const rules = Array.from({ length: 50 }, (_, at) => `d${at}.example  $U@domain.com\n`).join('');
    const found = findByRequests(subjectOf(policyOf({ cnf: cnf(rules), mappings: relayBlocking })));
    assert.deepEqual(
      found.map(({ code, message, related }) => [code, message, related?.length]),
      [
        [
          'lint/local-domain',
          'mail for `d0.example` goes to the local channel `l`, but it is not a local domain; the same applies to 49 more',
          5,
        ],
      ],
    );
  });

  it('names the further rules of one channel beside the first', () => {
    const rules = 'a.domain.com  $U%a.domain.com@TCP-INTERNAL\nb.domain.com  $U%b.domain.com@TCP-INTERNAL\n';
    const found = findByRequests(subjectOf(policyOf({ cnf: cnf(rules), mappings: relayBlocking })));
    assert.deepEqual(
      found.map((one) => [placeOf(one.span), one.related?.map((related) => placeOf(related.span))]),
      [['pmdf.cnf:2', ['pmdf.cnf:3']]],
    );
  });

  it('warns of an open relay, of each channel that is one', () => {
    const more = `${channels}\ntcp_other smtp mx switchchannel\nOTHER-DAEMON\n`;
    const open = { cnf: cnf('', more), mappings: 'X\n\n  a  b\n', yaml: 'listeners: { 26: tcp_other }\n' };
    const relays = (text: PolicyText) => findings(text).filter((one) => one.startsWith('lint/open-relay'));
    assert.deepEqual(relays(open), ['lint/open-relay pmdf.cnf:9', 'lint/open-relay pmdf.cnf:15']);
    assert.deepEqual(relays({ ...open, mappings: relayBlocking }), ['lint/open-relay pmdf.cnf:15']);
  });

  it('warns of an open relay by a channel that nothing comes in on', () => {
    const text = {
      cnf: `domain.com  $U@domain.com\n.  $U%$H@TCP-OUT\n${channels}\ntcp_out smtp daemon smarthost.example\nTCP-OUT\n`,
    };
    const relays = (mappings: string) =>
      findings({ ...text, mappings }).filter((one) => one.startsWith('lint/open-relay'));
    assert.equal(relays('X\n\n  a  b\n').length, 1);
    const block = 'ORIG_SEND_ACCESS\n\n  tcp_local|*|tcp_out|*   $NRelaying$ not$ permitted\n';
    assert.deepEqual(relays(block), []);
  });

  it('warns of an open relay after STARTTLS', () => {
    const byTls = channels.replace(/^tcp_local .*$/m, '$& tlsswitchchannel tcp_tls');
    const text = { cnf: cnf('', `${byTls}\ntcp_tls smtp mx\nTLS-DAEMON\n`), mappings: relayBlocking };
    assert.deepEqual(
      findings(text).filter((one) => one.startsWith('lint/open-relay') || one.startsWith('lint/relay')),
      ['lint/open-relay pmdf.cnf:15'],
    );
  });

  it('warns of an open relay of a channel that strangers get to by two ports', () => {
    const byTls = channels.replace(/^tcp_local .*$/m, '$& tlsswitchchannel tcp_tls');
    const more = `${byTls}\ntcp_other smtp mx switchchannel tlsswitchchannel tcp_tls\nOTHER-DAEMON\n\ntcp_tls smtp mx\nTLS-DAEMON\n`;
    const onPort = (port: string) => `  TCP|*|${port}|*|*|*|*|tcp_*|*|tcp_*|*   $NRelaying$ not$ permitted\n`;
    const relays = (entries: string) =>
      findings({
        cnf: cnf('', more),
        mappings: `MAIL_ACCESS\n\n${entries}`,
        yaml: 'listeners: { 26: tcp_other }\n',
      }).filter((one) => one.startsWith('lint/open-relay'));
    assert.deepEqual(relays(onPort('*')), []);
    // The rule for all hosts switches clients on port 26 to tcp_local.
    const everywhere = ['9', '15', '18'].map((line) => `lint/open-relay pmdf.cnf:${line}`);
    assert.deepEqual(relays(onPort('25')), everywhere);
    assert.deepEqual(relays(onPort('26')), ['lint/open-relay pmdf.cnf:9', 'lint/open-relay pmdf.cnf:18']);
  });

  it('reports once what it cannot find out', () => {
    const text = { cnf: cnf('x.example  $($U)\n') };
    assert.deepEqual(findings(text, failed('the disk is gone')), ['lint/undecided pmdf.cnf:2']);
    assert.deepEqual(findings(text), []);
  });

  it('reports a step limit and continues', () => {
    const found = findings({ cnf: cnf('x.example  $U@x.example\n') }, absent, 0);
    assert.ok(found.length > 0);
    for (const one of found) assert.match(one, /^lint\/undecided /);
  });

  it('names proxies that are inside, once each', () => {
    const { policy } = policyOf({ cnf: cnf('') });
    const span = policy.channels.channels.get('l')?.span;
    assert.ok(span !== undefined);
    const inside = policyOf({ cnf: cnf('[10.]  $U%[10.$L]@TCP-INTERNAL$E$R\n') });
    const proxies = [
      { written: '10.0.0.1', addresses: ['10.0.0.1'], span },
      { written: '0.0.0.0/1', addresses: ['0.0.0.0', '127.255.255.255'], span },
      { written: '9.0.0.0/7', addresses: ['8.0.0.0', '10.0.0.0'], span },
    ];
    const found = findByRequests(subjectOf(inside, { proxies }), () => absent, [proxyInternal]);
    assert.deepEqual(
      found.map(({ code, message, related }) => [
        code,
        message.split('`')[1],
        related?.map((one) => placeOf(one.span)),
      ]),
      [
        ['lint/proxy-internal', '10.0.0.1', ['pmdf.cnf:2']],
        ['lint/proxy-internal', '9.0.0.0/7', ['pmdf.cnf:2']],
      ],
    );
  });
});
