import assert from 'node:assert/strict';
import { brief } from './decide-as.js';
import { cnf, site, withDatabase } from './forwarding-site.js';

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

  it('follows addresses no deeper than the limit', () => {
    const chain = Array.from({ length: 12 }, (_, n) => `d${n}: d${n + 1}\n`).join('');
    const chained = site({ aliases: chain });
    assert.equal(brief(chained.recipient('d2@domain.com')), 'd12@domain.com on l');
    assert.match(
      brief(chained.recipient('d1@domain.com')),
      /^550 5\.4\.6 forwarding does not terminate: d1@/,
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

  it('expands shared lists once', () => {
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

  it('looks up the whole address before the local part', () => {
    const other = site({
      cnf: cnf({ internal: 'aliaslocal' }),
      aliases: 'jane@sub.domain.com: one@x.org\njane: two@x.org\n',
    });
    assert.equal(brief(other.recipient('jane@sub.domain.com')), 'one@x.org on tcp_local');
    assert.equal(brief(other.recipient('jane@domain.com')), 'two@x.org on tcp_local');
  });

  it('requires an alias with viaaliasrequired', () => {
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
      '451 the alias database has a bad value for `list`: `<file`: lists and parameters are supported only in the alias file',
    ],
    ['ping', '550 5.4.6 forwarding loop: ping@domain.com -> pong@domain.com -> ping@domain.com by aliases:5'],
  ] as const) {
    it(`${to}: ${wanted}`, () => assert.equal(brief(here().recipient(`${to}@domain.com`)), wanted));
  }

  it('is not queried for other channels', () => {
    const asked = here();
    asked.recipient('smith@sub.domain.com');
    assert.deepEqual(asked.requests, []);
  });

  it('defers if it does not answer', () => {
    const broken = site({ yaml, aliases }, { alias: 'broken' });
    assert.equal(brief(broken.recipient('smith@domain.com')), '451 the database is broken');
  });
});
