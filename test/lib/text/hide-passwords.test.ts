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
});
