import assert from 'node:assert/strict';
import { brief, type Databases, Site } from './decide-as.js';
import type { PolicyText } from './policy-of.js';

const rules = `
domain.com    $U@domain.com
.domain.com   $U%$H$D@TCP-INTERNAL
.             $U%$H@TCP-DAEMON
`.trimStart();

function cnf(keywords: { l?: string; internal?: string; outside?: string } = {}, first = ''): string {
  return `${first}${rules}
defaults noswitchchannel

l ${keywords.l ?? ''}
domain.com

tcp_local smtp switchchannel ${keywords.outside ?? ''}
TCP-DAEMON

tcp_internal smtp allowswitchchannel ${keywords.internal ?? ''}
TCP-INTERNAL

process
PROCESS-DAEMON

reprocess
REPROCESS-DAEMON
`;
}

const relay = 'ORIG_SEND_ACCESS\n\n  tcp_local|*|tcp_local|*   $NRelaying$ not$ permitted\n';

function site(text: Partial<PolicyText>, databases: Databases = {}): Site {
  return new Site({ cnf: cnf(), mappings: relay, ...text }, databases);
}

const withDatabase = (name: string) => `databases:\n  ${name}: ${name}.txt\n`;

describe('aliases of a recipient', () => {
  const aliases = `
jane: jdoe@other.com
team: bob, carol@sub.domain.com, jane, BOB
postmast: postmaster
"john doe": jd@other.com
a: b
b: c@domain.com
c: a
deep: d1
bob+list: archive@sub.domain.com
self: self, copy@other.com
only: only
empty: <none
`;
  const text = { aliases, included: { none: '! nobody\n' } };
  const here = () => site(text);
  for (const [to, wanted] of [
    ['bob@domain.com', 'bob@domain.com on l'],
    ['jane@domain.com', 'jdoe@other.com on tcp_local'],
    ['JANE@Domain.COM', 'jdoe@other.com on tcp_local'],
    ['jane@sub.domain.com', 'jane@sub.domain.com on tcp_internal'],
    [
      'team@domain.com',
      'bob@domain.com on l; carol@sub.domain.com on tcp_internal; jdoe@other.com on tcp_local; BOB@domain.com on l',
    ],
    ['postmast', 'postmaster@domain.com on l'],
    ['"john doe"@domain.com', 'jd@other.com on tcp_local'],
    ['bob+list@domain.com', 'archive@sub.domain.com on tcp_internal'],
    ['jane+x@domain.com', 'jane+x@domain.com on l'],
    ['self@domain.com', 'self@domain.com on l; copy@other.com on tcp_local'],
    ['Self@domain.com', 'self@domain.com on l; copy@other.com on tcp_local'],
    ['only@domain.com', 'only@domain.com on l'],
    ['empty@domain.com', '550 5.2.4 the list is empty: empty@domain.com by aliases:13'],
    ['bob@other.com', '550 5.7.1 Relaying not permitted: bob@other.com by mappings:3'],
    [
      'a@domain.com',
      '550 5.4.6 forwarding loop: a@domain.com -> b@domain.com -> c@domain.com -> a@domain.com by aliases:8',
    ],
  ] as const) {
    it(`${to}: ${wanted}`, () => assert.equal(brief(here().recipient(to)), wanted));
  }

  it('names the entries of the file', () => {
    assert.deepEqual(here().recipient('team@domain.com').entries, ['aliases:3', 'aliases:2']);
  });

  it('shows ORIG tables the address before, and the others each address after', () => {
    const seen = site({
      ...text,
      mappings: 'ORIG_SEND_ACCESS\n\n  none   $N\n\nSEND_ACCESS\n\n  none   $N\n',
    });
    seen.recipient('jane@domain.com');
    assert.deepEqual(seen.probes('ORIG_SEND_ACCESS'), ['tcp_local|a@ext.org|l|jane@domain.com']);
    assert.deepEqual(seen.probes('SEND_ACCESS'), ['tcp_local|a@ext.org|tcp_local|jdoe@other.com']);
  });

  it('refuses the recipient when one of its addresses is refused', () => {
    const strict = site({ ...text, mappings: 'SEND_ACCESS\n\n  *|*|tcp_local|*   $NNot$ outside\n' });
    assert.equal(
      brief(strict.recipient('team@domain.com')),
      '550 5.7.1 Not outside: team@domain.com by mappings:3',
    );
  });

  it('goes through addresses no deeper than the limit', () => {
    const chain = Array.from({ length: 12 }, (_, n) => `d${n}: d${n + 1}\n`).join('');
    const chained = site({ aliases: chain });
    assert.equal(brief(chained.recipient('d2@domain.com')), 'd12@domain.com on l');
    assert.match(
      brief(chained.recipient('d1@domain.com')),
      /^550 5\.4\.6 forwarding does not come to an end: d1@/,
    );
  });

  it('makes no more addresses than the limit', () => {
    const members = (count: number) => Array.from({ length: count }, (_, n) => `m${n}@x.org`).join(',');
    const limited = site({
      aliases: `three: ${members(3)}\nfour: ${members(4)}\n`,
      yaml: 'limits:\n  expansions: 3\n',
    });
    assert.equal(limited.recipient('three@domain.com').deliveries.length, 3);
    assert.equal(
      brief(limited.recipient('four@domain.com')),
      '550 5.2.4 more than 3 addresses: four@domain.com by aliases:2',
    );
  });

  it('goes through shared lists once', () => {
    const levels = Array.from(
      { length: 9 },
      (_, n) => `l${n}: l${n + 1}, "l${n + 1}"@domain.com, L${n + 1}, x${n}\n`,
    );
    const shared = site({ aliases: levels.join('') });
    const { deliveries } = shared.recipient('l0@domain.com');
    assert.deepEqual(new Set(deliveries.map(({ address }) => address)).size, deliveries.length);
    assert.ok(deliveries.length < 20);
  });

  it('completes an address on a channel that aliaslocal names', () => {
    const other = site({ cnf: cnf({ internal: 'aliaslocal' }), aliases: 'jane: jdoe@other.com\n' });
    assert.equal(brief(other.recipient('jane@sub.domain.com')), 'jdoe@other.com on tcp_local');
  });

  it('asks for the whole address before the local part', () => {
    const other = site({
      cnf: cnf({ internal: 'aliaslocal' }),
      aliases: 'jane@sub.domain.com: one@x.org\njane: two@x.org\n',
    });
    assert.equal(brief(other.recipient('jane@sub.domain.com')), 'one@x.org on tcp_local');
    assert.equal(brief(other.recipient('jane@domain.com')), 'two@x.org on tcp_local');
  });

  it('requires an alias where viaaliasrequired says so', () => {
    const strict = site({ cnf: cnf({ l: 'viaaliasrequired' }), aliases: 'jane: bob\n' });
    assert.equal(brief(strict.recipient('jane@domain.com')), 'bob@domain.com on l');
    assert.equal(brief(strict.recipient('bob@domain.com')), '550 5.1.1 no such alias: bob@domain.com');
  });

  for (const [keyword, to, wanted] of [
    ['subaddressexact', 'bob+x', 'bob+x@domain.com on l'],
    ['subaddresswild', 'bob+x', 'w+x@x.org on tcp_local'],
    ['subaddresswild', 'jane+x', 'jane+x@domain.com on l'],
    ['subaddressrelaxed', 'bob+x', 'w+x@x.org on tcp_local'],
    ['subaddressrelaxed', 'jane+x+y', 'j+x+y@x.org on tcp_local'],
    ['subaddressrelaxed', 'jane', 'j@x.org on tcp_local'],
    ['subaddressrelaxed', 'carol+x', 'c@x.org on tcp_local'],
    ['subaddressrelaxed', 'bob', 'bob@domain.com on l'],
    ['subaddressrelaxed', 'carol+special', 's@x.org on tcp_local'],
    ['subaddressrelaxed', 'loop+x', 'loop+x@domain.com on l'],
  ] as const) {
    it(`${keyword}: ${to} is ${wanted}`, () => {
      const lines =
        'bob+*: w+*@x.org\njane: j+*@x.org\ncarol: c@x.org\ncarol+special: s@x.org\nloop: loop+*\n';
      const plus = site({ cnf: cnf({ l: keyword }), aliases: lines });
      assert.equal(brief(plus.recipient(`${to}@domain.com`)), wanted);
    });
  }
});

describe('the alias database', () => {
  const yaml = withDatabase('alias');
  const alias = {
    smith: 'csmith',
    both: 'two, three@x.org',
    bad: 'no address',
    list: '<file',
    wins: 'database@x.org',
    csmith: 'never@x.org',
    ping: 'pong',
  };
  const aliases = 'csmith: c@x.org\nwins: file@x.org\nfileonly: f@x.org\ntwo: 2@x.org\npong: ping\n';
  const here = () => site({ yaml, aliases }, { alias });
  for (const [to, wanted] of [
    ['smith', 'c@x.org on tcp_local'],
    ['both', '2@x.org on tcp_local; three@x.org on tcp_local'],
    ['wins', 'database@x.org on tcp_local'],
    ['fileonly', 'f@x.org on tcp_local'],
    ['csmith', 'never@x.org on tcp_local'],
    ['bob', 'bob@domain.com on l'],
    ['bad', '451 the alias database has a bad value for `bad`: `no address` is not an address'],
    [
      'list',
      '451 the alias database has a bad value for `list`: `<file`: lists and parameters are provided in the alias file only',
    ],
    ['ping', '550 5.4.6 forwarding loop: ping@domain.com -> pong@domain.com -> ping@domain.com by aliases:5'],
  ] as const) {
    it(`${to}: ${wanted}`, () => assert.equal(brief(here().recipient(`${to}@domain.com`)), wanted));
  }

  it('is not asked about other channels', () => {
    const asked = here();
    asked.recipient('smith@sub.domain.com');
    assert.deepEqual(asked.requests, []);
  });

  it('defers when it does not answer', () => {
    const broken = site({ yaml, aliases }, { alias: 'broken' });
    assert.equal(brief(broken.recipient('smith@domain.com')), '451 the database is broken');
  });
});

describe('FORWARD', () => {
  const table = (...entries: string[]) =>
    `${relay}\nFORWARD\n\n${entries.map((one) => `  ${one}\n`).join('')}`;
  for (const [what, entries, to, wanted] of [
    ['replaces', ['*@domain.com   $Y$D$0@new.com'], 'jo@domain.com', 'jo@new.com on tcp_local'],
    ['keeps the channel without $D', ['*@domain.com   $Y$0@new.com'], 'jo@domain.com', 'jo@new.com on l'],
    ['does nothing without $Y', ['*@domain.com   $0@new.com'], 'jo@domain.com', 'jo@domain.com on l'],
    ['does nothing with $N', ['*@domain.com   $Y$N$D$0@new.com'], 'jo@domain.com', 'jo@domain.com on l'],
    ['does nothing without a match', ['*@old.com   $Y$D$0@new.com'], 'jo@domain.com', 'jo@domain.com on l'],
    ['takes the first match', ['jo@*   $N', '*   $Y$Dall@x.org'], 'jo@domain.com', 'jo@domain.com on l'],
    ['rewrites a local part', ['jo@*   $Y$Dbob'], 'jo@domain.com', 'bob@domain.com on l'],
    ['rewrites a percent form', ['jo@*   $Y$Dbob%x.org'], 'jo@domain.com', 'bob@x.org on tcp_local'],
    [
      'goes to the process channel',
      ['jo@*   $Y$Dbob%x.org@PROCESS-DAEMON'],
      'jo@domain.com',
      'bob%x.org@PROCESS-DAEMON on process > bob@x.org on tcp_local',
    ],
    [
      'is asked again',
      ['a@*   $Y$Db@domain.com', 'b@*   $Y$Dc@domain.com'],
      'a@domain.com',
      'c@domain.com on l',
    ],
    ['is not asked again after $H', ['a@*   $Y$D$Hb', 'b@*   $Y$Dc'], 'a@domain.com', 'b@domain.com on l'],
    [
      'finds a forward that comes back',
      ['a@*   $Y$Db', 'b@*   $Y$Da'],
      'a@domain.com',
      '550 5.4.6 forwarding loop: a@domain.com -> b@domain.com -> a@domain.com by mappings:8',
    ],
    ['may come back after $H', ['a@*   $Y$D$H"a"@domain.com'], 'a@domain.com', '"a"@domain.com on l'],
    [
      'ends where it changes nothing',
      ['*@domain.com   $Y$D$\\$0@domain.com'],
      'Jo@domain.com',
      'jo@domain.com on l',
    ],
    [
      'ends where it would grow for ever',
      ['*   $Y$Dx$0'],
      'a@domain.com',
      /^550 5\.4\.6 forwarding does not come to/,
    ],
    ['refuses what SMTP cannot carry', ['a@*   $Y<>'], 'a@domain.com', /^550 5\.1\.3 /],
    [
      'goes before relay blocking cannot',
      ['*@x.org   $Y$Dbob'],
      'a@x.org',
      '550 5.7.1 Relaying not permitted: a@x.org by mappings:3',
    ],
    [
      'tests TLS',
      ['a@*   $C$:T$Y$Dtls@x.org$E', 'a@*   $Y$Dplain@x.org'],
      'a@domain.com',
      'plain@x.org on tcp_local',
    ],
  ] as const) {
    it(`${what}: ${entries.join(' ; ')}`, () => {
      const found = brief(site({ mappings: table(...entries) }).recipient(to));
      if (typeof wanted === 'string') assert.equal(found, wanted);
      else assert.match(found, wanted);
    });
  }

  it('sees whether the session has TLS', () => {
    const mappings = table('a@*   $C$:T$Y$Dtls@x.org$E', 'a@*   $Y$Dplain@x.org');
    assert.equal(
      brief(site({ mappings }).recipient('a@domain.com', { tls: true })),
      'tls@x.org on tcp_local',
    );
  });

  it('asks the general database, and leaves the address alone where that has nothing', () => {
    const general = { 'jane.doe': 'jdoe@other.com', percent: 'p%other.com' };
    const asks = site({ mappings: table('*@domain.com   $D$Y${$0}') }, { general });
    assert.equal(brief(asks.recipient('Jane.Doe@domain.com')), 'jdoe@other.com on tcp_local');
    assert.equal(brief(asks.recipient('percent@domain.com')), 'p@other.com on tcp_local');
    assert.equal(brief(asks.recipient('bob@domain.com')), 'bob@domain.com on l');
    assert.equal(
      brief(asks.recipient('bob@other.com')),
      '550 5.7.1 Relaying not permitted: bob@other.com by mappings:3',
    );
  });

  it('defers when the database does not answer', () => {
    const broken = site({ mappings: table('*@domain.com   $D$Y${$0}') }, { general: 'broken' });
    assert.equal(
      brief(broken.recipient('a@domain.com')),
      '451 FORWARD: the database is broken by mappings:7',
    );
  });

  it('comes after aliases', () => {
    const both = site({ mappings: table('*@other.com   $Y$D$0@x.org'), aliases: 'jane: jdoe@other.com\n' });
    assert.equal(brief(both.recipient('jane@domain.com')), 'jdoe@x.org on tcp_local');
    assert.deepEqual(both.recipient('jane@domain.com').entries, ['aliases:1', 'mappings:7']);
  });

  it('holds with $I, which needs the plugin that holds', () => {
    const holds = site({ mappings: table('a@*   $I') });
    const decision = holds.recipient('a@domain.com');
    assert.equal(brief(decision), 'a@domain.com on l');
    assert.equal(decision.effects.hold, true);
    assert.match(brief(holds.recipient('a@domain.com', { tables: false })), /^451 FORWARD holds/);
  });

  it('takes a bar in an address for a part of it', () => {
    const bars = site({ mappings: table('*|*   $Y$Dpwned@x.org', '*@domain.com   $Y$D$0@x.org') });
    assert.equal(brief(bars.recipient('a|b@domain.com')), 'a|b@x.org on tcp_local');
  });
});

describe('the forward database', () => {
  const yaml = withDatabase('forward');
  const forward = {
    'jo@domain.com': 'jo@new.com',
    'b@domain.com': 'c@domain.com',
    'a@domain.com': 'b@domain.com',
    'x@domain.com': 'y@domain.com',
    'y@domain.com': 'x@domain.com',
    'mapped@x.org': 'final@x.org',
    'bad@domain.com': 'no address',
  };
  const entries = [
    'm@*   $Y$Dmapped@x.org',
    'g@*   $Y$G$Hmapped@x.org',
    'miss@*   $Y$Gmissing@x.org',
    'jo@keeps.com   $Y$Djo@domain.com',
    'b@sub.domain.com   $N',
  ];
  const mappings = `FORWARD\n\n${entries.map((one) => `  ${one}\n`).join('')}`;
  const here = () => site({ yaml, mappings }, { forward });
  for (const [to, wanted] of [
    ['jo@domain.com', 'jo@new.com on tcp_local'],
    ['JO@DOMAIN.COM', 'jo@new.com on tcp_local'],
    ['a@domain.com', 'c@domain.com on l'],
    ['bob@domain.com', 'bob@domain.com on l'],
    ['x@domain.com', '550 5.4.6 forwarding loop: x@domain.com -> y@domain.com -> x@domain.com'],
    ['m@domain.com', 'final@x.org on tcp_local'],
    ['g@domain.com', 'final@x.org on tcp_local'],
    ['miss@domain.com', 'missing@x.org on l'],
    ['bad@domain.com', '550 5.1.3 the address became one that SMTP cannot carry: no address@domain.com'],
  ] as const) {
    it(`${to}: ${wanted}`, () => assert.equal(brief(here().recipient(to)), wanted));
  }

  it('is asked after the FORWARD mapping, and not at all where an entry decides', () => {
    const asked = here();
    asked.recipient('bob@domain.com');
    const order = asked.events.flatMap((event) =>
      event.kind === 'table-ends' && event.table === 'FORWARD'
        ? ['FORWARD mapping']
        : event.kind === 'lookup' && event.request.kind === 'database'
          ? [`${event.request.database} database`]
          : [],
    );
    assert.deepEqual(order, ['FORWARD mapping', 'forward database']);
    const kept = site({ yaml, mappings: 'FORWARD\n\n  *   $N\n' }, { forward });
    assert.equal(brief(kept.recipient('jo@domain.com')), 'jo@domain.com on l');
    assert.deepEqual(kept.requests, []);
  });

  it('is off where the settings name none', () => {
    const off = site({ mappings }, { forward });
    assert.equal(brief(off.recipient('jo@domain.com')), 'jo@domain.com on l');
  });

  it('defers when it does not answer', () => {
    const broken = site({ yaml }, { forward: 'broken' });
    assert.equal(brief(broken.recipient('jo@domain.com')), '451 the database is broken');
  });
});

describe('the second pass', () => {
  const aliases = [
    'staff: stafflist@process-daemon',
    'stafflist: bob, jdoe@other.com, more@process-daemon',
    'more: bob, carol@sub.domain.com',
    'loop: loop2@process-daemon',
    'loop2: loop@process-daemon',
    'again: again@reprocess-daemon',
    'out: o%other.com@process-daemon',
    'tricky: o%other.com@reprocess-daemon',
  ].join('\n');

  it('expands what it takes up, until nothing comes to it any more', () => {
    const here = site({ aliases });
    assert.equal(
      brief(here.recipient('staff@domain.com')),
      'stafflist@process-daemon on process > bob@domain.com on l > jdoe@other.com on tcp_local > ' +
        'bob@domain.com on l > carol@sub.domain.com on tcp_internal',
    );
  });

  it('refuses a loop through the process channel', () => {
    assert.equal(
      brief(site({ aliases }).reprocessed('loop@domain.com')),
      '550 5.4.6 forwarding loop: loop@domain.com -> loop2 -> loop -> loop2 by aliases:4',
    );
    const general = { jane: 'jane%domain.com@PROCESS-DAEMON' };
    const first = site({ cnf: cnf({}, 'domain.com    $($U)$E$F\n') }, { general });
    assert.equal(brief(first.recipient('jane@domain.com')), 'jane@domain.com on process');
    assert.equal(
      brief(first.reprocessed('jane@domain.com')),
      '550 5.4.6 forwarding loop: jane@domain.com -> jane@domain.com',
    );
  });

  it('shows as source channel, unless it is that of reprocess', () => {
    const here = site({ aliases });
    assert.equal(
      brief(here.recipient('out@domain.com')),
      'o%other.com@process-daemon on process > o@other.com on tcp_local',
    );
    assert.deepEqual(here.probes('ORIG_SEND_ACCESS').slice(1), ['process|a@ext.org|tcp_local|o@other.com']);
    here.recipient('tricky@domain.com');
    assert.deepEqual(here.probes('ORIG_SEND_ACCESS').slice(1), ['tcp_local|a@ext.org|tcp_local|o@other.com']);
    assert.match(
      brief(here.reprocessed('o%other.com@reprocess-daemon', 'tcp_local')),
      /^550 5\.7\.1 Relaying/,
    );
  });

  it('keeps strangers from its hosts', () => {
    assert.match(brief(site({ aliases }).recipient('bob@process-daemon')), /^550 5\.1\.2 no such host/);
  });
});

describe('expandlimit', () => {
  const aliases = 'team: bob, jdoe@other.com\n';
  const limited = () => site({ cnf: cnf({ outside: 'expandlimit 2' }), aliases });

  it('leaves recipients beyond it to the channel reprocess', () => {
    assert.equal(
      brief(limited().recipient('team@domain.com', { earlier: 1 })),
      'bob@domain.com on l; jdoe@other.com on tcp_local',
    );
    assert.equal(
      brief(limited().recipient('team@domain.com', { earlier: 2 })),
      'team@domain.com on reprocess > bob@domain.com on l > jdoe@other.com on tcp_local',
    );
  });

  it('leaves all of them with 0, to the channel that expandchannel names', () => {
    const all = site({ cnf: cnf({ outside: 'expandlimit 0 expandchannel process' }), aliases });
    assert.equal(
      brief(all.recipient('team@domain.com')),
      'team@domain.com on process > bob@domain.com on l > jdoe@other.com on tcp_local',
    );
  });

  it('does not help to relay', () => {
    assert.match(brief(limited().recipient('bob@other.com', { earlier: 5 })), /^550 5\.7\.1 Relaying/);
  });

  it('asks SEND_ACCESS in the second pass, about the channel that the message came in on', () => {
    const mappings = `${relay}\nSEND_ACCESS\n\n  tcp_local|*|*|bob@domain.com   $NNot$ bob\n`;
    const here = site({ cnf: cnf({ outside: 'expandlimit 0' }), aliases, mappings });
    const decision = here.recipient('team@domain.com');
    assert.equal(brief(decision), 'team@domain.com on reprocess');
    assert.match(brief(here.reprocessed('team@domain.com', 'tcp_local')), /^550 5\.7\.1 Not bob/);
  });
});

describe('address reversal', () => {
  const yaml = withDatabase('reverse');
  const reverse = {
    'jdoe@pc.domain.com': 'Jane.Doe@domain.com',
    'mapped@x.org': 'second@x.org',
    'bad@x.org': '<<',
  };
  const mappings = [
    'REVERSE',
    '',
    '  *@pc.domain.com   $Y$0@domain.com',
    '  twice@*   $Y$Dmapped@x.org',
    '  kept@*   $Y$Nno@x.org',
    '  flagless@*   no@x.org',
    '  context@*   $C$:E$:Renvelope@x.org$Y$E',
    '',
  ].join('\n');
  const here = () => site({ yaml, mappings }, { reverse });
  for (const [from, wanted] of [
    ['jdoe@pc.domain.com', 'Jane.Doe@domain.com'],
    ['bob@pc.domain.com', 'bob@domain.com'],
    ['twice@x.org', 'second@x.org'],
    ['kept@x.org', 'kept@x.org'],
    ['flagless@x.org', 'flagless@x.org'],
    ['context@x.org', 'envelope@x.org'],
    ['bad@x.org', 'bad@x.org'],
    ['other@x.org', 'other@x.org'],
    ['', ''],
  ] as const) {
    it(`<${from}> is shown as <${wanted}>`, () => {
      const decision = here().sender(from);
      assert.equal(decision.verdict.kind, 'accept');
      assert.equal(decision.reversedFrom, wanted);
      assert.equal(decision.envelopeFrom, from);
    });
  }

  it('asks the database before the mapping, and the mapping only without an entry', () => {
    const asked = here();
    asked.sender('jdoe@pc.domain.com');
    assert.deepEqual(asked.probes('REVERSE'), []);
    asked.sender('bob@pc.domain.com');
    assert.deepEqual(
      asked.events.flatMap(({ kind }) => (kind === 'lookup' || kind === 'table-probed' ? [kind] : [])),
      ['lookup', 'table-probed'],
    );
  });

  it('defers when the database does not answer', () => {
    assert.equal(site({ yaml }, { reverse: 'broken' }).sender('a@x.org').verdict.kind, 'defer');
  });

  it('needs no database', () => {
    const alone = site({ mappings: 'REVERSE\n\n  *@pc.domain.com   $Y$0@domain.com\n' }, { reverse });
    assert.equal(alone.sender('jdoe@pc.domain.com').reversedFrom, 'jdoe@domain.com');
  });
});
