/*
 * The exit codes of every command, as docs/command.md has them: 0 good, 1 rejected or failed, 2 broken configuration, 64
 * wrong usage. In every case there is no stack trace, and with `--json` exactly one object.
 */
import assert from 'node:assert/strict';
import { commands } from '../../bin/commands.js';
import { CommandFolder } from './support/command-folder.js';
import { outcomeOf } from './support/session.js';

const envelope = "--client 192.0.2.7 --from '' --to";
const probe = "'tcp_local|a|tcp_local|b'";

/** The lines that end with each code, by command. */
const rows: Readonly<Record<string, readonly (readonly [line: string, exitCode: number])[]>> = {
  init: [
    ['init made --domain domain.com --internal 10.20.0.0/16 --dry-run', 0],
    ['init', 64],
  ],
  show: [
    ['show channels', 0],
    ['show tables NOPE', 1],
    ['show --config broken', 2],
    ['show nothing', 64],
  ],
  check: [
    ['check', 0],
    ['check --config lint', 0],
    ['check --config lint --strict', 1],
    ['check --config doubtful', 2],
    ['check --config broken', 2],
    ['check --config nowhere', 2],
    ['check word', 64],
  ],
  'test rewrite': [
    ['test rewrite bob@domain.com', 0],
    ['test rewrite a@closed.example --config site', 1],
    ['test rewrite a@b --source nowhere', 1],
    ['test rewrite - --config site <<< a@closed.example', 1],
    ['test rewrite a@b --config broken', 2],
    ['test rewrite - --config broken <<< a@b', 2],
    ['test rewrite', 64],
    ['test rewrite a@b --direction up', 64],
    ['test rewrite - --direction up <<< a@b', 64],
  ],
  'test mapping': [
    [`test mapping ORIG_SEND_ACCESS ${probe}`, 0],
    ['test mapping ORIG_SEND_ACCESS x', 0],
    ['test mapping NOPE x', 1],
    ['test mapping --config site QUEUE x', 1],
    ['test mapping --config site QUEUE - <<< x', 1],
    ['test mapping --config broken ORIG_SEND_ACCESS x', 2],
    ['test mapping ORIG_SEND_ACCESS', 64],
  ],
  'test match': [
    ["test match '*' x", 0],
    ["test match '%' xx", 0],
    ["test match '$[' x", 2],
    ["test match '$[' - <<< x", 2],
    ['test match x', 64],
  ],
  'test -rewrite': [
    ['test -rewrite bob@domain.com', 0],
    ['test -rewrite -source_channel=tcp_local bob@other.com', 1],
    ["test -rewrite 'a b'", 1],
    ['test -rewrite -source_channel=nowhere a@b', 1],
    ['test -rewrite -config=broken a@b', 2],
    ['test -rewrite -alias_file=nowhere a@b', 2],
    ['test -rewrite -local_alias=x a@b', 64],
    ['test -rewrite -nowhere', 64],
  ],
  'test -mapping': [
    [`test -mapping -table=ORIG_SEND_ACCESS ${probe}`, 0],
    ['test -mapping -table=ORIG_SEND_ACCESS x', 0],
    ['test -mapping -table=QUEUE -config=site x', 1],
    ['test -mapping <<< NOPE', 1],
    ['test -mapping -mapping_file=nowhere -table=A x', 2],
    ['test -mapping -table=A x y', 64],
  ],
  'test -match': [
    ["test -match '*' x", 0],
    ['test -match < /dev/null', 0],
    ["test -match '$[' x", 2],
    ['test -match -input=nowhere', 2],
    ['test -match x y z', 64],
  ],
  explain: [
    [`explain ${envelope} bob@domain.com`, 0],
    [`explain ${envelope} bob@other.com`, 1],
    [`explain - ${envelope} bob@other.com <<< --tls`, 1],
    [`explain ${envelope} bob@other.com --config broken`, 2],
    ['explain', 64],
    [`explain - ${envelope} bob@domain.com <<< --tsl`, 64],
  ],
  crdb: [
    ['crdb config/pmdf/general.txt made.cdb', 0],
    ['crdb config/pmdf/mappings other.cdb', 2],
    ['crdb nowhere made.cdb', 2],
    ['crdb', 64],
  ],
  dumpdb: [
    ['dumpdb made.cdb', 0],
    ['dumpdb nowhere.cdb', 2],
    ['dumpdb', 64],
  ],
  'db get': [
    ['db get made.cdb jane.doe', 0],
    ['db get made.cdb nobody', 1],
    ['db get nowhere.cdb x', 2],
    ['db get', 64],
  ],
  'db set': [
    ['db set made.cdb a b', 0],
    ["db set made.cdb 'a b' c", 1],
    ['db set nowhere/made.cdb a b', 2],
    ['db set made.cdb', 64],
  ],
  'db delete': [
    ['db delete made.cdb a', 0],
    ['db delete made.cdb nobody', 1],
    ['db delete nowhere.cdb x', 2],
    ['db delete', 64],
  ],
  'db copy': [
    ['db copy made.cdb copy.txt', 0],
    ['db copy nowhere.cdb copy.txt', 2],
    ['db copy made.cdb made.cdb', 64],
    ['db copy made.cdb', 64],
  ],
  'password set': [
    ['password set jane <<< apples', 0],
    ['password set jane <<< ""', 1],
    ['password set jane --config nowhere <<< apples', 2],
    ['password set', 64],
  ],
  'password test': [
    ['password test jane <<< apples', 0],
    ['password test jane <<< pears', 1],
    ['password test jane --config nowhere <<< apples', 2],
    ['password test', 64],
  ],
  'password show': [
    ['password show', 0],
    ['password show nobody', 1],
    ['password show --config nowhere', 2],
    ['password show a b', 64],
  ],
  'password delete': [
    ['password delete jane', 0],
    ['password delete nobody', 1],
    ['password delete nobody --config nowhere', 2],
    ['password delete', 64],
  ],
  completion: [
    ['completion bash', 0],
    ['completion tables --config broken', 2],
    ['completion zsh', 0],
    ['completion fish', 0],
    ['completion tcsh', 64],
  ],
  help: [
    ['help', 0],
    ['help explain', 0],
    ['help nothing', 64],
  ],
};

describe('exit codes', function () {
  this.timeout(300_000);
  const command = new CommandFolder();

  for (const [name, lines] of Object.entries(rows)) {
    it(`of pmdf ${name}`, async () => {
      for (const [line, exitCode] of lines) {
        const run = await outcomeOf(command, `pmdf ${line}`);
        assert.equal(run.exitCode, exitCode, `${line}\n${run.printed}`);
        assert.doesNotMatch(run.printed, /^\s+at .*:\d+:\d+/m, line);
      }
    });
  }

  it('are tested for existing commands only', () => {
    const names = new Set(commands.map((one) => one.name));
    assert.deepEqual(
      Object.keys(rows).filter((name) => !names.has(name)),
      [],
    );
  });

  it('come with one JSON object if an error occurs', async () => {
    const lines = Object.values(rows).flatMap((each) => each.filter(([, exitCode]) => exitCode !== 0));
    for (const [line] of lines) {
      const [before = '', input] = line.split(' <<< ');
      const words = `pmdf ${before} --json${input === undefined ? '' : ` <<< ${input}`}`;
      const { printed } = await outcomeOf(command, words);
      assert.equal(typeof JSON.parse(printed), 'object', line);
    }
  });
});
