/*
 * The manual page is well formed, and every option of every command is on the page of its command.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commands } from '../../bin/commands.js';
import { commonOptions, configurationOptions } from '../../bin/support/command.js';
import { sessionOptions } from '../../bin/support/session-options.js';
import { itWith } from '../support/programs.js';
import { projectRoot } from '../support/project-root.js';

const page = 'docs/pmdf.1';
const index = 'docs/command.md';

function read(name: string): string {
  return readFileSync(join(projectRoot, name), 'utf8');
}

/** The rows of the table of commands: the names in a row, and the page that it links to, or the index itself. */
function rows(): { readonly names: string[]; readonly target: string }[] {
  return read(index)
    .split('\n')
    .flatMap((line) => {
      const [, head = ''] = /^\| (.*?) \| [^|]* \|$/.exec(line.replaceAll('\\|', '/')) ?? [];
      const [, code = ''] = /`pmdf ([^`]*)`/.exec(head) ?? [];
      const [, target = 'command.md'] = /\]\(([^)#]*)/.exec(head) ?? [];
      const [first = '', second = ''] = code.split(' ');
      const others = [...head.matchAll(/`(-[a-z]+)`/g)].map(([, word = '']) => `${first} ${word}`);
      return code === ''
        ? []
        : [{ names: [first, ...second.split('/').map((one) => `${first} ${one}`), ...others], target }];
    });
}

describe('docs/pmdf.1', () => {
  itWith(['mandoc'], 'has no mistake that mandoc finds', () => {
    const { stdout, error } = spawnSync('mandoc', ['-T', 'lint', page], {
      cwd: projectRoot,
      encoding: 'utf8',
    });
    assert.equal(error, undefined);
    // A date would change without anything else having changed.
    const findings = stdout.split('\n').filter((line) => line !== '' && !line.includes('missing date'));
    assert.deepEqual(findings, []);
  });

  itWith(['mandoc'], 'is shown by man as text', () => {
    const { stdout } = spawnSync('mandoc', ['-T', 'ascii', page], { cwd: projectRoot, encoding: 'utf8' });
    const plain = stdout.replaceAll(/.\u0008/g, '');
    for (const { name } of commands) assert.ok(plain.includes(`pmdf ${name}`), name);
    assert.match(plain, /--config DIR/);
  });

  it('is what npm installs as manual page', () => {
    const manifest: unknown = JSON.parse(read('package.json'));
    assert.equal(
      typeof manifest === 'object' && manifest !== null && 'man' in manifest ? manifest.man : '',
      page,
    );
  });
});

describe('the pages of the commands', () => {
  const table = rows();

  for (const { name, options } of commands) {
    it(`name every option of pmdf ${name}`, () => {
      const row = table.find((one) => one.names.includes(name));
      assert.ok(row, `${index} has no row for it`);
      const text = read(join('docs', row.target));
      const missing = options
        .filter((option) => !configurationOptions.includes(option))
        .filter((option) => {
          const spellings = [`--${option.name}`, `-${option.pmdf ?? option.name.replaceAll('-', '_')}`];
          const isExplained = sessionOptions.includes(option) && text.includes('explain.md');
          const isNoForm = option.help.startsWith('as `-');
          return !isNoForm && !isExplained && !spellings.some((one) => text.includes(one));
        })
        .map((option) => option.name);
      assert.deepEqual(missing, []);
    });
  }

  it('name the options of all commands', () => {
    const text = read(index);
    for (const { name } of [...commonOptions, ...configurationOptions]) {
      assert.ok(text.includes(`--${name}`), name);
    }
  });
});
