/*
 * The LDAP client against a real slapd: databases as Postfix reads them, searches, TLS, and servers in trouble.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseSettings, storeQuery } from '../../../lib/config/index.js';
import type { LdapSearch } from '../../../lib/engine/index.js';
import { escapeForFilter } from '../../../lib/ldap/index.js';
import { OpenStores, searchAt, storeSource } from '../../../runtime/stores/index.js';
import { systemClock } from '../../../runtime/time/index.js';
import { makeCertificateFor } from '../../e2e/support/certificate.js';
import { runProgram } from '../../e2e/support/program.js';
import { managerDn, managerPassword, person, type Slapd, startSlapd } from '../../e2e/support/slapd.js';
import { until } from '../../e2e/support/until.js';
import { describeWith, missing } from '../../support/programs.js';

const hostile = ['*', 'a)(uid=*', 'a\\b', 'a"b', 'é ü', 'a|b', 'a,b', 'a+b', '#a', 'a;b<c>d=e', '%s', '$U'];

const people = [
  person('jane', { mail: ['jane@domain.com', 'j@domain.com'], description: 'jane@host1.domain.com' }),
  person('twins', { mail: 'twins@domain.com', description: ['one@domain.com', 'two@domain.com'] }),
  person('empty', { mail: 'empty@domain.com' }),
  ...hostile.map((uid) => person(uid, { mail: 'x@hostile.example', description: `found ${uid}` })),
  ...[1, 2, 3].map((n) =>
    person(`many${n}`, { mail: 'many@domain.com', description: `many${n}@domain.com` }),
  ),
].join('');

const referral = `dn: ou=elsewhere,o=example
objectClass: referral
objectClass: extensibleObject
ou: elsewhere
ref: ldap://127.0.0.1:1/ou=elsewhere,o=example

`;

describeWith(['slapd'], 'the LDAP client', () => {
  let folder = '';
  let slapd: Slapd;
  let stores: OpenStores;
  const reported: string[] = [];

  before(async function () {
    this.timeout(60_000);
    folder = mkdtempSync(join(tmpdir(), 'pmdf-ldap-'));
    const { key, cert } = await makeCertificateFor(['localhost'], 30);
    writeFileSync(join(folder, 'key.pem'), key);
    writeFileSync(join(folder, 'cert.pem'), cert);
    writeFileSync(join(folder, 'password'), `${managerPassword}\n`);
    const certificate = { certificate: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
    slapd = await startSlapd(people + referral, { certificate });
    stores = new OpenStores(folder, { clock: systemClock, report: (_severity, text) => reported.push(text) });
  });

  after(async function () {
    this.timeout(60_000);
    stores?.close();
    await slapd?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A store of the settings given, which caches nothing. */
  function poolOf(settings: string, more = '') {
    const cache = 'cache: { found: 0, absent: 0 }';
    const text = `stores: { s: { kind: ldap, retry: 0.1, ${cache}, ${settings} } }\n${more}`;
    const { value, diagnostics } = parseSettings({ name: 'pmdf.yaml', shortName: 'pmdf.yaml', text });
    assert.deepEqual(diagnostics, []);
    const store = value.stores.get('s');
    assert.ok(store);
    return { pool: stores.open('s', store), settings: value };
  }

  function database(question: string, store = `hosts: ['127.0.0.1:${slapd.port}']`) {
    const { pool, settings } = poolOf(store, `databases: { alias: { store: s, ${question} } }\n`);
    const { alias } = settings.databases;
    assert.ok(alias?.kind === 'store');
    const query = storeQuery('ldap', alias.question);
    assert.ok(query);
    return storeSource(pool, query);
  }

  const byUid = "search_base: 'ou=people,o=example', query_filter: '(uid=%u)', result_attribute: description";
  const byMail =
    "search_base: 'ou=people,o=example', query_filter: '(mail=%s)', result_attribute: description";

  function search(more: Partial<LdapSearch>, store = `hosts: ['127.0.0.1:${slapd.port}']`) {
    const { pool } = poolOf(store);
    const wanted: LdapSearch = {
      base: 'ou=people,o=example',
      scope: 'sub',
      filter: '(objectClass=*)',
      attributes: ['description'],
      most: 1,
      ...more,
    };
    return searchAt(pool, (text) => reported.push(text))(wanted);
  }

  describe('databases', () => {
    const rows: readonly (readonly [question: string, key: string, values: readonly string[] | 'failed'])[] =
      [
        [byMail, 'jane@domain.com', ['jane@host1.domain.com']],
        [byMail, 'J@Domain.com', ['jane@host1.domain.com']],
        [byMail, 'twins@domain.com', ['one@domain.com', 'two@domain.com']],
        [byMail, 'many@domain.com', ['many1@domain.com', 'many2@domain.com', 'many3@domain.com']],
        [byMail, 'empty@domain.com', []],
        [byMail, 'nobody@domain.com', []],
        ...hostile.map((uid) => [byUid, `${uid}@hostile.example`, [`found ${uid}`]] as const),
        [
          "search_base: 'uid=%u,ou=people,o=example', scope: base, query_filter: 'mail=%s', result_attribute: 'sn, description'",
          'jane@domain.com',
          ['x', 'jane@host1.domain.com'],
        ],
        [
          "search_base: 'uid=%u,ou=people,o=example', scope: base, query_filter: 'mail=%s', result_attribute: sn",
          'nobody@domain.com',
          [],
        ],
        [
          "search_base: 'ou=%u,o=example', query_filter: 'mail=%s', result_attribute: sn",
          'nowhere@domain.com',
          [],
        ],
        [
          "search_base: 'ou=nowhere,o=example', query_filter: 'mail=%s', result_attribute: sn",
          'jane@domain.com',
          'failed',
        ],
        [
          "search_base: 'ou=people,o=example', query_filter: '(mail=%u@%d)', result_attribute: sn",
          'jane',
          [],
        ],
        [
          "search_base: 'ou=people,o=example', query_filter: '(mail=%s', result_attribute: sn",
          'jane@domain.com',
          'failed',
        ],
      ];
    for (const [question, key, values] of rows) {
      it(`${JSON.stringify(key)} of ${question}`, async () => {
        const answer = await database(question).values(key);
        if (values === 'failed') assert.equal(answer.kind, 'failed');
        else if (values.length === 0) assert.deepEqual(answer, { kind: 'absent' });
        else assert.deepEqual(answer, { kind: 'values', values });
      });
    }

    it('have what postmap finds with the same settings', async function () {
      this.timeout(60_000);
      if (missing(['postmap']) !== undefined) this.skip();
      const file = join(folder, 'people.cf');
      const lines = [
        `server_host = ldap://127.0.0.1:${slapd.port}`,
        'version = 3',
        'search_base = ou=people,o=example',
        'query_filter = (uid=%u)',
        'result_attribute = description',
      ];
      writeFileSync(join(folder, 'main.cf'), 'compatibility_level = 3.6\n');
      writeFileSync(file, `${lines.join('\n')}\n`);
      const keys = [
        'jane@domain.com',
        'twins@domain.com',
        'nobody@domain.com',
        ...hostile.map((uid) => `${uid}@hostile.example`),
      ];
      const { stdout } = await runProgram('/usr/sbin/postmap', ['-c', folder, '-q', '-', `ldap:${file}`], {
        input: `${keys.join('\n')}\n`,
      });
      const source = database(byUid);
      const ours: string[] = [];
      for (const key of keys) {
        const answer = await source.values(key);
        if (answer.kind === 'values') ours.push(`${key}\t${answer.values.join(',')}\n`);
        else assert.equal(answer.kind, 'absent', key);
      }
      assert.equal(ours.join(''), stdout);
      assert.equal(ours.length, keys.length - 1);
    });
  });

  describe('searches', () => {
    it('give entries with their attributes', async () => {
      const answer = await search({ filter: '(uid=twins)', attributes: ['description', 'sn'] });
      assert.ok(answer.kind === 'entries');
      assert.deepEqual(answer.isCut, false);
      assert.deepEqual(answer.entries, [
        new Map([
          ['sn', ['x']],
          ['description', ['one@domain.com', 'two@domain.com']],
        ]),
      ]);
    });

    for (const uid of hostile) {
      it(`find ${JSON.stringify(uid)} alone`, async () => {
        const answer = await search({ filter: `(uid=${escapeForFilter(uid)})`, most: 10 });
        assert.ok(answer.kind === 'entries');
        assert.deepEqual(
          answer.entries.map((entry) => entry.get('description')),
          [[`found ${uid}`]],
        );
      });
    }

    it('are cut above the number wanted', async () => {
      for (const [most, isCut, count] of [
        [1, true, 1],
        [2, true, 2],
        [3, false, 3],
      ] as const) {
        const answer = await search({ filter: '(mail=many@domain.com)', most });
        assert.ok(answer.kind === 'entries');
        assert.deepEqual([answer.isCut, answer.entries.length], [isCut, count]);
      }
    });

    it('warn once of several values where one is wanted', async () => {
      const { pool } = poolOf(`hosts: ['127.0.0.1:${slapd.port}']`);
      const warnings: string[] = [];
      const asking = searchAt(pool, (text) => warnings.push(text));
      const wanted = { base: 'ou=people,o=example', scope: 'sub', attributes: ['description'] } as const;
      await asking({ ...wanted, filter: '(uid=jane)', most: 1 });
      await asking({ ...wanted, filter: '(uid=twins)', most: 2 });
      assert.deepEqual(warnings, []);
      for (const uid of ['twins', 'many*', 'twins'])
        await asking({ ...wanted, filter: `(uid=${uid})`, most: 1 });
      assert.equal(warnings.length, 1);
      assert.match(warnings[0] ?? '', /several values .*\(uid=twins\)/);
    });

    it('find nothing', async () => {
      assert.deepEqual(await search({ filter: '(uid=nobody)' }), { kind: 'absent' });
      assert.deepEqual(await search({ base: 'uid=no,o=example', scope: 'base' }), { kind: 'absent' });
      assert.deepEqual(await search({ base: 'ou=no,o=example', baseMayLack: true }), { kind: 'absent' });
    });

    it('fail where the base does not exist, the name is none, or another server has it', async () => {
      for (const more of [
        { base: 'ou=no,o=example' },
        { base: 'no name' },
        { base: 'o=example', filter: '(uid=jane)' },
        { base: 'ou=elsewhere,o=example' },
        { filter: '(uid=' },
      ]) {
        assert.equal((await search(more)).kind, 'failed', JSON.stringify(more));
      }
    });
  });

  describe('connections', () => {
    const ask = (store: string) => search({ filter: '(uid=jane)' }, store);

    it('log in, and fail with a wrong password', async () => {
      const login = `hosts: ['127.0.0.1:${slapd.port}'], bind_dn: '${managerDn}'`;
      assert.equal((await ask(`${login}, password_file: password`)).kind, 'entries');
      writeFileSync(join(folder, 'wrong'), 'wrong\n');
      const answer = await ask(`${login}, password_file: wrong`);
      assert.ok(answer.kind === 'failed');
      assert.match(answer.cause, /credential/i);
      assert.doesNotMatch([answer.cause, ...reported].join('\n'), /secret of|wrong/);
    });

    for (const [mode, port] of [
      ['on', 'tlsPort'],
      ['starttls', 'port'],
    ] as const) {
      it(`use TLS, \`tls: ${mode}\`, and check the certificate`, async () => {
        const store = `tls: ${mode}`;
        const trusted = `${store}, tls_ca: cert.pem`;
        assert.equal((await ask(`hosts: ['localhost:${slapd[port]}'], ${trusted}`)).kind, 'entries');
        assert.equal((await ask(`hosts: ['localhost:${slapd[port]}'], ${store}`)).kind, 'failed');
        assert.equal((await ask(`hosts: ['127.0.0.1:${slapd[port]}'], ${trusted}`)).kind, 'failed');
      });
    }

    it('go to the next server where one is down', async () => {
      assert.equal((await ask(`hosts: ['127.0.0.1:1', '127.0.0.1:${slapd.port}']`)).kind, 'entries');
    });

    it('fail while the server is silent or dead, and recover', async function () {
      this.timeout(60_000);
      const store = `hosts: ['127.0.0.1:${slapd.port}'], timeout: 1`;
      assert.equal((await ask(store)).kind, 'entries');
      await slapd.freeze();
      assert.equal((await ask(store)).kind, 'failed');
      slapd.thaw();
      await slapd.stop('SIGKILL');
      assert.equal((await ask(store)).kind, 'failed');
      await slapd.start(people + person('new', { mail: 'new@domain.com', description: 'n@x.com' }));
      await until(
        async () => (await search({ filter: '(uid=new)' }, store)).kind === 'entries',
        10_000,
        () => 'the server is asked again',
      );
    });
  });
});
