/*
 * What `pmdf password set` reads from standard input, its prompt while nothing comes, and how it handles a database
 * that everybody can read.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CommandFolder } from './support/command-folder.js';
import { commandFile } from './support/command-server.js';

describe('a password on standard input', function () {
  this.timeout(180_000);
  const folder = new CommandFolder();
  const database = (): string => join(folder.path('keys'), 'pmdf', 'passwords');

  beforeEach(() => mkdirSync(join(folder.path('keys'), 'pmdf'), { recursive: true }));
  afterEach(() => rmSync(folder.path('keys'), { recursive: true }));

  function shell(line: string): string {
    const { stdout, exitCode } = folder.shell(line.replaceAll('pmdf', 'pmdf --config keys'));
    return `${stdout}${exitCode}`;
  }

  for (const [what, input, complaint] of [
    ['Latin-1', "printf 'caf\\351\\n'", /is not UTF-8; convert it.*\n1$/],
    ['UTF-16', "printf '\\377\\376a\\000\\n\\000'", /is not UTF-8/],
    ['half a character', "printf 'caf\\303'", /is not UTF-8/],
    ['only a byte order mark', "printf '\\357\\273\\277\\n'", /the password is empty\n1$/],
    ['a byte order mark inside', "printf 'a\\357\\273\\277b\\n'", /contains a byte order mark/],
    ['a mark for unreadable characters', "printf 'a\\357\\277\\275\\n'", /a replacement character/],
    ['NUL', "printf 'a\\000b\\n'", /contains a control character/],
    ['no end', 'cat /dev/zero', /longer than 1024 octets/],
  ] as const) {
    it(`is refused in or with ${what}`, () => {
      assert.match(shell(`set +o pipefail; ${input} | pmdf password set jane`), complaint);
      assert.equal(existsSync(database()), false);
    });
  }

  it('loses a byte order mark, and a DOS line end', () => {
    assert.match(shell("printf '\\357\\273\\277caf\\303\\251\\r\\n' | pmdf password set jane"), /added\n0$/);
    assert.match(shell("printf 'caf\\303\\251' | pmdf password test jane"), /\n0$/);
  });

  it('is prompted for when it does not come', async () => {
    const child = spawn(
      process.execPath,
      [commandFile, 'password', 'set', 'jane', '--config', folder.path('keys')],
      { stdio: ['pipe', 'ignore', 'pipe'] },
    );
    const [said] = await once(child.stderr.setEncoding('utf8'), 'data');
    assert.equal(said, 'pmdf: waiting for the password: one line on standard input\n');
    child.stdin.end();
    const [code] = await once(child, 'close');
    assert.equal(code, 64);
  });

  it("removes everybody's right to read the database, and says so", () => {
    shell('echo one | pmdf password set jane');
    assert.equal(statSync(database()).mode & 0o777, 0o600);
    chmodSync(database(), 0o644);
    assert.match(shell('echo two | pmdf password set jane'), /every account on this host could read .*\n0$/s);
    assert.equal(statSync(database()).mode & 0o777, 0o640);
    assert.doesNotMatch(shell('echo two | pmdf password set jane'), /everybody/);
  });
});
