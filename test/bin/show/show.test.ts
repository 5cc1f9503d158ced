/*
 * The output of `pmdf show` is checked like its input: `pmdf check` finds the same.
 */
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { main } from '../../../bin/main.js';
import { listing } from '../../../bin/show/convert.js';
import { noPaint } from '../../../bin/support/paint.js';
import { CommandFolder } from '../support/command-folder.js';

interface Finding {
  readonly severity: string;
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
}

function isFindings(value: unknown): value is { readonly diagnostics: readonly Finding[] } {
  return (
    typeof value === 'object' && value !== null && 'diagnostics' in value && Array.isArray(value.diagnostics)
  );
}

/** Places that a message names, as `pmdf.cnf:9`. */
const place = /`[\w.-]+:\d+`/g;

/** The findings, without order and place. */
async function findings(folder: string): Promise<readonly string[]> {
  const { stdout } = await main(['check', '--json', '--config', folder], noPaint);
  const report: unknown = JSON.parse(stdout);
  assert.ok(isFindings(report));
  return report.diagnostics
    .map(({ severity, code, message, hint }) => `${severity} ${code} ${message} ${hint ?? ''}`)
    .map((one) => one.replaceAll(place, 'another place'))
    .sort();
}

describe('a listing of files', () => {
  const files = [
    { name: 'one', text: 'a\tb \u001b[31m\n' },
    { name: 'two', text: 'c\n\nd\n' },
  ];

  it('holds them as they are, each under its name', () => {
    assert.deepEqual(listing(files, false), [
      '==> one <==',
      'a\tb \u001b[31m',
      '',
      '==> two <==',
      'c',
      '',
      'd',
    ]);
  });

  it('is a single file without its name', () => {
    assert.deepEqual(listing(files.slice(1), false), ['c', '', 'd']);
  });

  it('does not affect a terminal', () => {
    assert.deepEqual(listing(files.slice(0, 1), true), ['a\tb \\u{1b}[31m']);
  });
});

describe('pmdf show --as', function () {
  this.timeout(180_000);
  const command = new CommandFolder();
  const besides = ['pmdf/general.txt', 'pmdf/staff.list', 'plugins'];

  for (const name of ['config', 'doubtful', 'shown', 'site', 'submit']) {
    for (const form of ['yaml', 'pmdf']) {
      it(`writes ${name} as ${form}, with which nothing else is wrong`, async () => {
        const from = command.path(name);
        const to = command.path(`${name}-as-${form}`);
        const words = ['show', '--as', form, '--config', from, '--output', join(to, 'pmdf')];
        mkdirSync(join(to, 'pmdf'), { recursive: true });
        for (const file of besides) {
          if (existsSync(join(from, file))) copyFileSync(join(from, file), join(to, file));
        }
        assert.equal((await main(words, noPaint)).exitCode, 0);
        const expected = await findings(from);
        assert.ok(expected.length > 0);
        assert.deepEqual(await findings(to), expected);
      });
    }
  }

  it('names the files that stay', async () => {
    const files = {
      'pmdf.cnf': 'a.example  $U@a.example\n\nl\na.example\n\ntcp_local smtp\nTCP-LOCAL\n',
      tcp_local_option: 'ALLOW_RECIPIENTS_PER_TRANSACTION=5\n',
      'option.dat': 'LDAP_HOST=ldap.example\n',
      'security.cnf': '[CLIENT_AUTH=DEFAULT]\nUSER=us\nPASSWORD=secret\n',
    };
    const from = command.path('stays');
    mkdirSync(join(from, 'pmdf'), { recursive: true });
    for (const [file, text] of Object.entries(files)) writeFileSync(join(from, 'pmdf', file), text);
    const { exitCode, stderr } = await main(['show', '--as', 'yaml', '--config', from], noPaint);
    assert.equal(exitCode, 0, stderr);
    assert.deepEqual(stderr.trimEnd().split('\n'), [
      'kept where it is:',
      '  the general database `general.txt`',
      '  the file `option.dat`',
      '  the file `security.cnf`',
      '  the file `tcp_local_option`',
    ]);
  });
});
