/*
 * Why a changed configuration is refused: a file that is cut or emptied, and new forms of relaying.
 */
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { OpenDatabases } from '../../runtime/databases/open-databases.js';
import { loadConfiguration } from '../../runtime/load-configuration.js';
import { proveFolder, type Vetted, vetConfiguration } from '../../runtime/vet-configuration.js';
import { ManualClock } from '../support/manual-clock.js';
import { projectRoot } from '../support/project-root.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const sample = (name: string): string => readFileSync(join(projectRoot, 'config', name), 'utf8');
const mappings = sample('mappings');
const cnf = sample('pmdf.cnf');

describe('vet-configuration', () => {
  const folder = temporaryFolder();
  let config: string;

  beforeEach(() => {
    config = folder.path('config/pmdf');
    mkdirSync(config, { recursive: true });
    for (const name of ['pmdf.cnf', 'mappings'])
      copyFileSync(join(projectRoot, 'config', name), join(config, name));
  });

  const write = (name: string, text: string): void => {
    mkdirSync(dirname(join(config, name)), { recursive: true });
    writeFileSync(join(config, name), text);
  };
  const replace = (name: string, text: string): void => {
    write(`${name}.new`, text);
    renameSync(join(config, `${name}.new`), join(config, name));
  };

  /** Makes a change to the running configuration; returns the findings. */
  function vetAfter(change: () => void): Vetted {
    const open = new OpenDatabases(config, { clock: new ManualClock(), report: () => {} });
    const { value, filesRead } = loadConfiguration(config, open);
    open.close();
    assert.notEqual(value, null, 'the configuration in force has no errors');
    change();
    return vetConfiguration({
      folder: config,
      otherFiles: {},
      filesBefore: filesRead,
      databasesOpen: new Set(),
    });
  }

  function errorsAfter(change: () => void): string[] {
    const { diagnostics, relaying } = vetAfter(change);
    return [...diagnostics, ...relaying].flatMap((one) => (one.severity === 'error' ? [one.code] : []));
  }

  it('refuses every incomplete part of the sample mappings', () => {
    const open = new OpenDatabases(config, { clock: new ManualClock(), report: () => {} });
    const { filesRead } = loadConfiguration(config, open);
    open.close();
    const taken: number[] = [];
    for (let length = 0; length < mappings.length; length += 1) {
      write('mappings', mappings.slice(0, length));
      const { diagnostics, relaying } = vetConfiguration({
        folder: config,
        otherFiles: {},
        filesBefore: filesRead,
        databasesOpen: new Set(),
      });
      if (![...diagnostics, ...relaying].some((one) => one.severity === 'error')) taken.push(length);
    }
    assert.deepEqual(taken, []);
    write('mappings', mappings);
    assert.deepEqual(
      errorsAfter(() => write('mappings', mappings)),
      [],
    );
  });

  it('refuses parts of an edited copy that would let strangers relay', () => {
    const edited = mappings.replace(/^!.*$/m, '! edited on Monday');
    assert.notEqual(edited, mappings);
    const taken: number[] = [];
    for (let length = 0; length < edited.length; length += 7) {
      writeFileSync(join(config, 'mappings'), mappings);
      if (errorsAfter(() => write('mappings', edited.slice(0, length))).length === 0) taken.push(length);
    }
    assert.deepEqual(taken, []);
  });

  const cuts: readonly (readonly [string, string, string])[] = [
    ['pmdf.cnf', cnf, cnf.slice(0, cnf.lastIndexOf('\nprocess'))],
    ['pmdf.cnf', cnf, cnf.slice(0, -2)],
    ['aliases', 'root: bob\njoe: bob\n', 'root: bob\n'],
    ['aliases', 'root: bob\n', '\n! nothing\n'],
    ['aliases', 'root: bob\n! end\n', 'root: ann\n'],
    ['pmdf.yaml', 'limits: { steps: 5000 }\naliases:\n  joe: bob\n', 'limits: { steps: 5000 }\n'],
    ['pmdf.yaml', 'limits: { steps: 5000 }\n', '# nothing\n'],
  ];
  for (const [name, before, after] of cuts) {
    it(`refuses ${JSON.stringify(after.slice(-20))} at the end of ${name}`, () => {
      write(name, before);
      assert.deepEqual(
        errorsAfter(() => write(name, after)),
        ['file/cut'],
      );
    });
  }

  it('checks included files too', () => {
    write('local.rules', 'one.example   $U@domain.com\ntwo.example   $U@domain.com\n');
    write('pmdf.cnf', `<local.rules\n${cnf}`);
    assert.deepEqual(
      errorsAfter(() => write('local.rules', 'one.example   $U@domain.com\n')),
      ['file/cut'],
    );
  });

  const partner = '  tcp_local|*@partner.example|tcp_local|*   $Y\n';
  const note = '! prove: allowed a partner\n';
  const before = (entries: string): string =>
    mappings.replace(/^ {2}tcp_local\|\*\|tcp_local\|.*$/m, (block) => `${entries}${block}`);
  const openings: readonly (readonly [string, string, string, readonly string[]])[] = [
    ['a way that only the proof finds', mappings, before(partner), ['policy/opens-relay']],
    ['one that the site allows', mappings, before(note + partner), []],
    ['one that the policy in force has', before(partner), before(`${partner}! again\n`), []],
  ];
  for (const [name, first, second, expected] of openings) {
    it(`${expected.length === 0 ? 'accepts' : 'refuses'} ${name}`, () => {
      write('mappings', first);
      assert.deepEqual(
        errorsAfter(() => write('mappings', second)),
        expected,
      );
    });
  }

  it('has the answers of the proof in one line', () => {
    const { answers } = vetAfter(() => write('mappings', before(note + partner)));
    assert.equal(answers, 'relaying: tcp_local: proved: strangers can relay only in 1 way that you allow');
    const { value } = loadConfiguration(
      config,
      new OpenDatabases(config, { clock: new ManualClock(), report: () => {} }),
    );
    assert.ok(value !== null);
    assert.deepEqual(proveFolder({ folder: config, otherFiles: {} }, value.hash), {
      text: answers,
      isOpen: false,
    });
    assert.equal(proveFolder({ folder: config, otherFiles: {} }, 'another'), null);
  });

  it('accepts intended changes', () => {
    const longer = `${mappings}\nSEND_ACCESS\n\n  *|*|l|ann@domain.com   $NNot$ ann\n`;
    write('mappings', longer);
    assert.deepEqual(
      errorsAfter(() => replace('mappings', mappings)),
      [],
      'a file put in place by a rename is whole',
    );
    write('mappings', longer);
    assert.deepEqual(
      errorsAfter(() => write('mappings', `${mappings}! end\n`)),
      [],
    );
    assert.deepEqual(
      errorsAfter(() => write('mappings', `! fewer words\n${mappings}! end\n`)),
      [],
    );
    write('mappings', mappings.trimEnd());
    assert.deepEqual(
      errorsAfter(() => write('mappings', mappings)),
      [],
    );
  });

  it('refuses a file that lets strangers relay, unless the setting allows it', () => {
    const open = mappings.replaceAll(/\$NRelaying.*/g, '$Y');
    assert.notEqual(open, mappings);
    const found = vetAfter(() => replace('mappings', open)).relaying;
    assert.deepEqual(
      found.map(({ code, severity }) => `${severity} ${code}`),
      ['error lint/open-relay'],
    );
    assert.match(found[0]?.hint ?? '', /`open_relay: allowed`/);
    write('mappings', mappings);
    write('pmdf.yaml', 'open_relay: allowed\n');
    assert.deepEqual(
      errorsAfter(() => replace('mappings', open)),
      [],
    );
  });

  it('refuses a new form of relaying, and permits existing ones', () => {
    const off = 'built_in_source_routes: off\n';
    assert.deepEqual(
      errorsAfter(() => write('pmdf.yaml', off)),
      ['policy/opens-relay'],
    );
    assert.deepEqual(
      errorsAfter(() => write('pmdf.yaml', `${off}local_domains: [second.example]\n`)),
      [],
      'a further domain leaks as the others do',
    );
  });
});
