/*
 * Passwords in lines of YAML that findings show.
 */
import assert from 'node:assert/strict';
import { parseSettings } from '../../../lib/config/index.js';
import { hidePasswords } from '../../../lib/text/hide-passwords.js';
import { formatDiagnostic } from '../../../lib/text/index.js';
import { sourceOf } from '../config/source-of.js';

describe('a line that is shown', () => {
  for (const [line, shown] of [
    ['password: hunter2', 'password: *******'],
    ['  passwd:   "a, b"  ', '  passwd:   ******  '],
    ["{kind: redis, password: 'x', user: ann}", '{kind: redis, password: ***, user: ann}'],
    ['{kind: redis, "bind_pw": two words, user: ann}', '{kind: redis, "bind_pw": *********, user: ann}'],
    ['Secret: "open', 'Secret: *****'],
    ['password_file: redis.secret', 'password_file: redis.secret'],
    ['password_env: REDIS_PASSWORD', 'password_env: REDIS_PASSWORD'],
    ['password:', 'password:'],
    ['  password: a, b} c]', '  password: ********'],
    ["{ password: 'it''s', user: ann }", '{ password: *******, user: ann }'],
    ['{ db_password: hun,ter2, user: ann }', '{ db_password: ********, user: ann }'],
    ['{ bindpw: hunter2 }', '{ bindpw: ******* }'],
    ['LDAP_PASSWORD=hunter2', 'LDAP_PASSWORD=*******'],
    ["hosts: ['redis://ann:hun/ter2@r.example:6379']", "hosts: ['redis://************@r.example:6379']"],
    ['url: "postgresql://db/mail?password=hunter2"', 'url: "postgresql://db/mail?password=********'],
    ['dsn: host=db user=ann password=hunter2', 'dsn: host=db user=ann password=*******'],
    ['password_env: p@ssw0rd', 'password_env: ********'],
    ['{ password_env: "p x", user: ann }', '{ password_env: *****, user: ann }'],
    ['ldap:///o=x?mail?sub?(mail=$U@domain.com)', 'ldap:///o=x?mail?sub?(mail=$U@domain.com)'],
    ['passwords: { store: people, table: logins }', 'passwords: { store: people, table: logins }'],
  ] as const) {
    it(`is ${shown}`, () => assert.equal(hidePasswords(line), shown));
  }
});

describe('a password in pmdf.yaml', () => {
  it('is shown by no finding of its line, which says where it belongs', () => {
    const { diagnostics } = parseSettings(
      sourceOf('stores: {a: {kind: redis, password: hunter2, colour: red, dbname: x}}\n'),
    );
    const shown = diagnostics.map(formatDiagnostic).join('\n');
    assert.equal(diagnostics.length, 3, shown);
    assert.doesNotMatch(shown, /hunter2/);
    assert.match(shown, /hint: write it in a file of its own, `password_file: FILE`/);
  });

  for (const [what, yaml] of [
    [
      'in the address of a server',
      'stores: {a: {kind: redis, hosts: ["redis://ann:hunter2@r.example:6379"]}}',
    ],
    ['in a URL', 'stores: {a: {kind: redis, url: "redis://ann:hunter2@r.example"}}'],
    ['in a connection string', 'stores: {a: {kind: postgresql, dsn: "host=db password=hunter2"}}'],
    ['with an equals sign', 'stores: {a: {kind: redis, password=hunter2}}'],
    ['that YAML cannot read', 'stores:\n  a:\n    kind: redis\n    password: @hunter2'],
    ['on a line of its own', 'stores:\n  a:\n    kind: redis\n    password:\n      @hunter2'],
    ['with a colon', 'stores:\n  a:\n    kind: redis\n    password: x: hunter2'],
    ['that is not closed', 'stores:\n  a:\n    kind: redis\n    password: "hunter2\n'],
    ['in a variable', 'stores:\n  a:\n    kind: redis\n    password_env: p=hunter2!'],
    ['in place of a store', 'stores: {a: "redis://ann:hunter2@r.example"}'],
    ['in LDAP', 'ldap: {host: "ldap://cn=x:hunter2@l.example"}'],
    ['in a URL of aliases', 'ldap: {alias_urls: ["ldap://l.example/o=x????bindname=cn=x,x-bindpw=hunter2"]}'],
    ['in a database', 'databases: {alias: "mysql://ann:hunter2@r.example/x"}'],
  ] as const) {
    it(`is shown by no finding ${what}`, () => {
      const { diagnostics } = parseSettings(sourceOf(`${yaml}\n`));
      assert.notEqual(diagnostics.length, 0);
      for (const diagnostic of diagnostics) {
        assert.doesNotMatch(formatDiagnostic(diagnostic) + diagnostic.message + diagnostic.hint, /hunter2/);
      }
    });
  }
});
