/*
 * The command as a whole. Every file in test/bin/golden is a session (*.txt), or a command and the object that it prints
 * (*.json). With UPDATE_GOLDEN=1 the files are written again; read the differences before you keep them. Commands with
 * shell syntax are separate processes, the others run in one.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../support/project-root.js';
import { CommandFolder } from './support/command-folder.js';
import { commandsOf, outcomeOf, runSession, sessionsIn } from './support/session.js';

const folder = join(projectRoot, 'test', 'bin', 'golden');
/** A page for each command; their sessions follow each other in one folder. */
const pages = join(projectRoot, 'docs', 'command');
const isUpdate = process.env['UPDATE_GOLDEN'] === '1';

function compare(path: string, actual: string, expected: string): void {
  if (isUpdate) writeFileSync(path, actual);
  else assert.equal(actual, expected);
}

/** The commands behind the JSON files, by name, and their exit codes. */
const jsonCommands: readonly (readonly [string, string, number])[] = [
  ['check', 'check', 0],
  ['check-lint', 'check --config lint', 0],
  ['prove', 'prove', 0],
  ['check-broken', 'check --config broken', 2],
  ['check-explain', 'check --explain [LINT/bare-domain]', 0],
  ['check-explain-unknown', 'check --explain lint/open-rely', 1],
  ['broken-elsewhere', 'test rewrite a@domain.com --config broken', 2],
  ['no-configuration', 'test rewrite a@domain.com --config nowhere', 2],
  ['show', 'show', 0],
  ['show-all', 'show --config shown', 0],
  ['show-rules', "show rules pc.shop.example '[10.1.2.3]' '[]' --config shown", 0],
  ['show-channel', 'show channels tcp_local --config shown', 0],
  ['show-unknown', 'show tables INSDE --config shown', 1],
  ['show-as-yaml', 'show --as yaml --config shown', 0],
  ['show-as-pmdf', 'show --as pmdf --config shown', 0],
  ['show-written', 'show --as pmdf --output written-json', 0],
  ['rewrite', 'test rewrite jane.doe@domain.com', 0],
  ['rewrite-several', 'test rewrite bob@domain.com x@sub.domain.com', 0],
  ['rewrite-lines', "test rewrite - <<< $'bob@domain.com\\nx@process-daemon'", 0],
  ['rewrite-fails', 'test rewrite a@closed.example --config site', 1],
  ['mapping', "test mapping ORIG_SEND_ACCESS 'tcp_local|a@b.example|tcp_local|c@d.example'", 0],
  ['mapping-no-match', "test mapping ORIG_SEND_ACCESS 'l|a|l|b'", 0],
  ['mapping-lines', "test mapping ORIG_SEND_ACCESS - <<< $'tcp_local|a|tcp_local|b\\nl|a|l|b'", 0],
  ['mapping-unknown', 'test mapping ORIG_SEND_ACESS x', 1],
  ['match', "test match '$[ax1]*@*.xyz.com' xx11aa@sys1.xyz.com", 0],
  ['match-no', "test match '$[ax1]*@*.xyz.com' 12a@node.xyz.com", 0],
  ['match-lines', "test match '*@*' - <<< $'a@b\\nc'", 0],
  ['match-malformed', "test match '$[ax' a", 2],
  ['explain', 'explain --client 192.0.2.7 --from a@b.example --to jane.doe@domain.com bob@other.com', 1],
  ['cases', 'cases cases/refusals.yaml --config site', 1],
  ['replay', 'replay logs/stock-haraka.log logs/pmdf-only.log logs/mangled.log', 1],
  ['replay-against', 'replay logs/postfix.log --against stricter --by entry', 1],
  ['explain-lines', "explain --client 192.0.2.7 --from '' - <<< $'--to bob@domain.com\\n--to'", 64],
  ['pmdf-rewrite', 'test -rewrite bob@domain.com', 0],
  ['pmdf-mapping', "test -mapping -table=ORIG_SEND_ACCESS 'tcp_local|a|tcp_local|b'", 0],
  ['pmdf-match', "test -match '*@*' a@b", 0],
  ['completion-channels', 'completion channels', 0],
  ['help', 'help test', 0],
  [
    'init',
    'init told --domain domain.com --internal 10.20.0.0/16 --mailhost mail.domain.com --dispatcher table/dispatcher.cnf',
    0,
  ],
  ['init-dry-run', 'init told --domain other.com --internal 10.30.0.0/16 --dry-run', 0],
  ['init-existing', 'init running --domain domain.com --internal 10.20.0.0/16 --dry-run', 0],
  ['init-usage', 'init --internal 10.20.0.0/16', 64],
  ['usage', 'explain --client 192.0.2.7 --frm a@b.example', 64],
];

describe('the command pmdf', function () {
  this.timeout(180_000);
  const command = new CommandFolder();

  for (const name of readdirSync(folder).filter((one) => one.endsWith('.txt'))) {
    it(`session ${name}`, async () => {
      const path = join(folder, name);
      const expected = readFileSync(path, 'utf8');
      compare(path, await runSession(command, commandsOf(expected)), expected);
    });
  }

  for (const [name, words, exitCode] of jsonCommands) {
    it(`object ${name}.json`, async () => {
      const path = join(folder, `${name}.json`);
      const run = await outcomeOf(command, `pmdf ${words} --json`);
      assert.equal(run.exitCode, exitCode);
      assert.doesNotThrow(() => JSON.parse(run.printed));
      compare(path, run.printed, isUpdate ? '' : readFileSync(path, 'utf8'));
    });
  }

  it('has a command for every JSON file', () => {
    const files = readdirSync(folder).filter((one) => one.endsWith('.json'));
    assert.deepEqual(files.sort(), jsonCommands.map(([name]) => `${name}.json`).sort());
  });

  for (const name of readdirSync(pages)) {
    it(`prints what docs/command/${name} shows`, async () => {
      const path = join(pages, name);
      const page = readFileSync(path, 'utf8');
      const sessions = sessionsIn(page);
      assert.ok(sessions.length > 0);
      let actual = page;
      for (const session of sessions) {
        const printed = await runSession(command, commandsOf(session));
        actual = actual.replace(session, () => printed);
      }
      compare(path, actual, page);
    });
  }
});
