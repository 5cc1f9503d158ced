import assert from 'node:assert/strict';
import { brief } from './decide-as.js';
import { relay, site, withDatabase } from './forwarding-site.js';

describe('FORWARD', () => {
  const table = (...entries: string[]) =>
    `${relay}\nFORWARD\n\n${entries.map((one) => `  ${one}\n`).join('')}`;
  for (const [what, entries, to, wanted] of [
    ['replaces', ['*@domain.com   $Y$D$0@new.com'], 'jo@domain.com', 'jo@new.com on tcp_local'],
    ['keeps the channel without $D', ['*@domain.com   $Y$0@new.com'], 'jo@domain.com', 'jo@new.com on l'],
    ['does nothing without $Y', ['*@domain.com   $0@new.com'], 'jo@domain.com', 'jo@domain.com on l'],
    ['does nothing with $N', ['*@domain.com   $Y$N$D$0@new.com'], 'jo@domain.com', 'jo@domain.com on l'],
    ['does nothing without a match', ['*@old.com   $Y$D$0@new.com'], 'jo@domain.com', 'jo@domain.com on l'],
    ['uses the first match', ['jo@*   $N', '*   $Y$Dall@x.org'], 'jo@domain.com', 'jo@domain.com on l'],
    ['rewrites a local part', ['jo@*   $Y$Dbob'], 'jo@domain.com', 'bob@domain.com on l'],
    ['rewrites a percent form', ['jo@*   $Y$Dbob%x.org'], 'jo@domain.com', 'bob@x.org on tcp_local'],
    [
      'goes to the process channel',
      ['jo@*   $Y$Dbob%x.org@PROCESS-DAEMON'],
      'jo@domain.com',
      'bob%x.org@PROCESS-DAEMON on process > bob@x.org on tcp_local',
    ],
    [
      'is consulted again',
      ['a@*   $Y$Db@domain.com', 'b@*   $Y$Dc@domain.com'],
      'a@domain.com',
      'c@domain.com on l',
    ],
    [
      'is not consulted again after $H',
      ['a@*   $Y$D$Hb', 'b@*   $Y$Dc'],
      'a@domain.com',
      'b@domain.com on l',
    ],
    [
      'finds a forward that leads back',
      ['a@*   $Y$Db', 'b@*   $Y$Da'],
      'a@domain.com',
      '550 5.4.6 forwarding loop: a@domain.com -> b@domain.com -> a@domain.com by mappings:8',
    ],
    ['may lead back after $H', ['a@*   $Y$D$H"a"@domain.com'], 'a@domain.com', '"a"@domain.com on l'],
    [
      'ends if it changes nothing',
      ['*@domain.com   $Y$D$\\$0@domain.com'],
      'Jo@domain.com',
      'jo@domain.com on l',
    ],
    [
      'ends if it would grow forever',
      ['*   $Y$Dx$0'],
      'a@domain.com',
      /^550 5\.4\.6 forwarding does not terminate/,
    ],
    ['refuses what SMTP cannot carry', ['a@*   $Y<>'], 'a@domain.com', /^550 5\.1\.3 /],
    [
      'refuses an address in angle brackets',
      ['a@*   $Y$D<b@x.org>'],
      'a@domain.com',
      /^550 5\.1\.3 .*<b@x\.org>/,
    ],
    [
      'cannot precede relay blocking',
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

  it('looks up the general database, and keeps the address if it has no entry', () => {
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

  it('defers if the database does not answer', () => {
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

  it('treats a bar in an address as a part of it', () => {
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

  it('is consulted after the FORWARD mapping, and not at all if an entry decides', () => {
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

  it('is off if the settings name none', () => {
    const off = site({ mappings }, { forward });
    assert.equal(brief(off.recipient('jo@domain.com')), 'jo@domain.com on l');
  });

  it('defers if it does not answer', () => {
    const broken = site({ yaml }, { forward: 'broken' });
    assert.equal(brief(broken.recipient('jo@domain.com')), '451 the database is broken');
  });
});
