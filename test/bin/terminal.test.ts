/*
 * The command at a terminal: prompts, and colour.
 */
import assert from 'node:assert/strict';
import { describeWith } from '../support/programs.js';
import { CommandFolder } from './support/command-folder.js';
import { typeAt } from './support/terminal.js';

describeWith(['python3'], 'the command at a terminal', function () {
  this.timeout(180_000);
  const command = new CommandFolder();

  it('asks for a table and strings until the end of the input', () => {
    const typed = typeAt(
      command,
      ['test', '-mapping'],
      ['ORIG_SEND_ACCESS\\n', 'tcp_local|a|tcp_local|b\\n', '\\u0004'],
    );
    const shown = typed.shown.replaceAll('\r', '');
    assert.match(shown, /^Enter table name: /);
    assert.match(shown, /\nInput string: /);
    assert.match(
      shown,
      /\nOutput string: Relaying not permitted\nOutput flags: \[0, 'N' \(78\)\]\nInput string: /,
    );
    assert.equal(typed.exitCode, 0);
  });

  it('asks for addresses', () => {
    const typed = typeAt(command, ['test', '-rewrite', '-nochannel'], ['bob@domain.com\\n\\u0004']);
    assert.match(typed.shown, /^Address: bob@domain\.com\r\nheader To: address +=/);
    assert.match(typed.shown, /Submitted notifications list:\r\nAddress: \r\n$/);
  });

  const explain = ['explain', '--client', '192.0.2.7', '--from', 'a@b.example', '--to', 'bob@other.com'];

  it('shows colour, and none if it is turned off', () => {
    assert.ok(typeAt(command, explain, []).shown.includes('\u001b[31mreject\u001b[39m'));
    assert.ok(!typeAt(command, explain, [], { NO_COLOR: '1' }).shown.includes('\u001b'));
    assert.ok(!command.run(...explain).stdout.includes('\u001b'));
  });
});
