/*
 * Stores and the databases in them: what is read, what is completed, and what is reported.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parseSettings } from '../../../lib/config/parse-settings.js';
import { expandKeyTemplate, parseKeyTemplate } from '../../../lib/config/settings/stores/key-template.js';
import { storeQuery } from '../../../lib/config/settings/stores/store-question.js';
import { printServer } from '../../../lib/config/settings/stores/store-server.js';
import { formatted, settingsOf, sourceOf } from './source-of.js';

describe('stores', () => {
  /** Servers as written, and as completed: [kind, hosts, tls, the result]. */
  const servers: readonly (readonly [string, string, string, readonly string[]])[] = [
    ['redis', '', '', ['127.0.0.1:6379 off']],
    ['redis', '[]', '', ['127.0.0.1:6379 off']],
    [
      'redis',
      '[r.example.com, "r2.example.com:6380"]',
      '',
      ['r.example.com:6379 on', 'r2.example.com:6380 on'],
    ],
    ['redis', '["[2001:DB8::1]:7000", "[::1]"]', '', ['[2001:db8::1]:7000 on', '[::1]:6379 off']],
    [
      'redis',
      '[192.0.2.1, 127.9.9.9, LOCALHOST]',
      '',
      ['192.0.2.1:6379 on', '127.9.9.9:6379 off', 'localhost:6379 off'],
    ],
    ['redis', '[/run/redis.sock, redis]', 'on', ['/run/redis.sock', 'redis:6379 on']],
    ['redis', '[192.0.2.1]', 'off', ['192.0.2.1:6379 off']],
    ['redis', '[localhost]', 'on', ['localhost:6379 on']],
    ['postgresql', '[db]', '', ['db:5432 on']],
    ['mysql', '[db]', '', ['db:3306 on']],
    ['ldap', '[ldap, localhost]', '', ['ldap:636 on', 'localhost:389 off']],
    ['ldap', '[ldap]', 'starttls', ['ldap:389 starttls']],
    ['ldap', '["ldap:1389"]', '', ['ldap:1389 on']],
    ['socketmap', '["127.0.0.1:9"]', '', ['127.0.0.1:9 off']],
  ];
  for (const [kind, hosts, tls, wanted] of servers) {
    it(`completes ${kind} ${hosts} ${tls}`, () => {
      const text = `stores: {a: {kind: ${kind}${hosts && `, hosts: ${hosts}`}${tls && `, tls: ${tls}`}}}`;
      const store = settingsOf(text).stores.get('a');
      assert.ok(store !== undefined && 'hosts' in store);
      const shown = store.hosts.map((one) => printServer(one) + (one.kind === 'host' ? ` ${one.tls}` : ''));
      assert.deepEqual(shown, wanted);
    });
  }

  it('has the defaults that are documented', () => {
    assert.deepEqual(settingsOf('stores: {a: {kind: sqlite, file: a.db}}').stores.get('a'), {
      kind: 'sqlite',
      file: 'a.db',
      timeout: 3,
      connections: 8,
      cache: { found: 60, absent: 10, entries: 10_000 },
      retry: 10,
    });
  });

  const bad: readonly (readonly [string, string])[] = [
    [
      'stores:\n  a: {hosts: [h]}\n',
      'pmdf.yaml:2:3: error: `stores.a` has no `kind` [settings/missing-key]\n    a: {hosts: [h]}\n    ^\n  hint: write `kind:` and one of `redis`, `postgresql`, `mysql`, `ldap`, `sqlite`, `socketmap`',
    ],
    [
      'stores:\n  a: {kind: postgres}\n',
      'pmdf.yaml:2:13: error: `stores.a.kind` must be `redis`, `postgresql`, `mysql`, `ldap`, `sqlite` or `socketmap`, not `postgres` [settings/choice]\n    a: {kind: postgres}\n              ^^^^^^^^\n  hint: did you mean `postgresql`?',
    ],
    [
      'stores:\n  a: {kind: redis, pasword_file: p}\n',
      'pmdf.yaml:2:20: error: unknown key of `stores.a`: `pasword_file` [settings/unknown-key]\n    a: {kind: redis, pasword_file: p}\n                     ^^^^^^^^^^^^\n  hint: did you mean `password_file`?',
    ],
    [
      'stores:\n  a: {kind: socketmap, hosts: [h]}\n',
      'pmdf.yaml:2:3: error: `stores.a` has a server without a port, and socketmap has no usual one [settings/store-server]\n    a: {kind: socketmap, hosts: [h]}\n    ^\n  hint: write `host:port`',
    ],
    [
      'stores:\n  a: {kind: redis, hosts: ["2001:db8::1"]}\n',
      'pmdf.yaml:2:28: error: `2001:db8::1` is not a server [settings/store-server]\n    a: {kind: redis, hosts: ["2001:db8::1"]}\n                             ^^^^^^^^^^^^^\n  hint: put an IPv6 address in brackets: `[2001:db8::1]:6379`',
    ],
    [
      'stores:\n  a: {kind: redis, user: u, timeout: 20}\n',
      'pmdf.yaml:2:26: warning: `stores.a.user` has no password [settings/store-login]\n    a: {kind: redis, user: u, timeout: 20}\n                           ^\n  hint: write `password_file` or `password_env`\n' +
        'pmdf.yaml:2:38: warning: `stores.a.timeout` has no effect above 14, the seconds that one decision waits [settings/without-effect]\n    a: {kind: redis, user: u, timeout: 20}\n                                       ^^\n  hint: write at most 14',
    ],
    [
      'stores:\n  a: {kind: ldap, hosts: [/run/l.sock], bind_dn: cn=a, tls: starttls}\n',
      'pmdf.yaml:2:50: warning: `stores.a.bind_dn` has no password [settings/store-login]\n    a: {kind: ldap, hosts: [/run/l.sock], bind_dn: cn=a, tls: starttls}\n                                                   ^^^^\n  hint: write `password_file` or `password_env`\n' +
        'pmdf.yaml:2:61: warning: `stores.a.tls` has no effect on UNIX sockets [settings/without-effect]\n    a: {kind: ldap, hosts: [/run/l.sock], bind_dn: cn=a, tls: starttls}\n                                                              ^^^^^^^^\n  hint: remove it',
    ],
    // The server knows the account.
    ['stores:\n  a: {kind: postgresql, hosts: [/run/postgresql], user: u, timeout: 14}\n', ''],
  ];
  for (const [text, wanted] of bad) {
    it(`reports ${JSON.stringify(text)}`, () => {
      assert.equal(formatted(parseSettings(sourceOf(text))), wanted);
    });
  }
});

describe('databases in stores', () => {
  it('are asked as their kind of store is', () => {
    const text = 'databases: {alias: {store: a, table: t, select_field: s, where_field: w}}';
    const { alias } = settingsOf(text).databases;
    assert.ok(alias?.kind === 'store');
    assert.equal(alias.store, 'a');
    const parameters = [{ text: '%s', parts: [{ part: 'key' }] }];
    const table = { written: 't', name: '`t`', key: '`w`', value: '`s`', hasConditions: false };
    const query = { kind: 'sql', text: 'SELECT `s` FROM `t` WHERE `w` = ?', parameters, table };
    assert.deepEqual(storeQuery('mysql', alias.question), query);
    assert.equal(storeQuery('ldap', alias.question), null);
    assert.equal(storeQuery('socketmap', alias.question), null);
  });

  it('may have a percent sign in the names of SQL', () => {
    const { alias } = settingsOf(
      "databases: {alias: {store: a, table: '100%s', select_field: s, where_field: w}}",
    ).databases;
    assert.ok(alias?.kind === 'store');
    const query = storeQuery('sqlite', alias.question);
    assert.equal(query?.kind === 'sql' && query.text, 'SELECT "s" FROM "100%s" WHERE "w" = ?');
  });

  it('in Redis need no setting', () => {
    const { alias } = settingsOf('databases: {alias: {store: a}}').databases;
    assert.ok(alias?.kind === 'store');
    const key = { text: '%s', parts: [{ part: 'key' }] };
    assert.deepEqual(storeQuery('redis', alias.question), { kind: 'redis', key, hash: null });
  });
});

describe('key templates', () => {
  /** [template, key, the result], as `postmap -q` has it. */
  const table: readonly (readonly [string, string, string | null])[] = [
    ['%s', 'jane@mail.example.com', 'jane@mail.example.com'],
    ['a:%s:b', 'jane', 'a:jane:b'],
    ['%u', 'jane@mail.example.com', 'jane'],
    ['%u', 'jane', 'jane'],
    ['%u', '@example.com', null],
    ['%d', 'jane@mail.example.com', 'mail.example.com'],
    ['%d', 'jane', null],
    ['%d', 'jane@', null],
    ['%u|%d', 'a@b@c', 'a@b|c'],
    ['%1.%2.%3', 'jane@mail.example.com', 'com.example.mail'],
    ['%4', 'jane@mail.example.com', null],
    ['%1', 'example.com', null],
    ['%9.%8.%7.%6.%5.%4.%3.%2.%1', 'x@a.b.c.d.e.f.g.h.i', 'a.b.c.d.e.f.g.h.i'],
    ['%9', 'x@b.c.d.e.f.g.h.i', null],
    ['%2', 'x@a..b', null],
    ['%d', 'x@%1.%s', '%1.%s'],
    ['%S%U%D', 'a@b', 'a@bab'],
    ['100%% of %s', 'a', '100% of a'],
    ['%%s', 'a', '%s'],
    ['plain', 'a', 'plain'],
    ['%s', '%s%u', '%s%u'],
  ];
  for (const [written, key, wanted] of table) {
    it(`puts ${key} into ${written}`, () => {
      const template = parseKeyTemplate(written);
      assert.ok(template !== null);
      assert.equal(expandKeyTemplate(template, key), wanted);
    });
  }

  it('escapes the parts of the key, not its own text', () => {
    const template = parseKeyTemplate('(mail=%u)');
    assert.ok(template !== null);
    assert.equal(
      expandKeyTemplate(template, '(x@y', (value) => value.replaceAll('(', '\\28')),
      '(mail=\\28x)',
    );
  });

  for (const wrong of ['%', '%x', 'a%', '%0', '%-']) {
    it(`refuses ${wrong}`, () => assert.equal(parseKeyTemplate(wrong), null));
  }
});
