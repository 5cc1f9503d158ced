/*
 * What the page makes of what the commands for waiting mail print.
 */
import assert from 'node:assert/strict';
import type { Printed } from '../../../plugins/watch/run-command.js';
import { WaitingMail } from '../../../plugins/watch/waiting-mail.js';

function printing(printed: Partial<Extract<Printed, { kind: 'printed' }>>): WaitingMail {
  const whole = {
    kind: 'printed',
    output: '',
    text: printed.output ?? '',
    exitCode: 0,
    isWhole: true,
  } as const;
  return new WaitingMail({ run: async () => ({ ...whole, ...printed }) });
}

const list = '{"messages":[]}';

/** What a command printed, and what a list of its messages is answered with. */
const rows: readonly (readonly [string, Partial<Extract<Printed, { kind: 'printed' }>>, RegExp])[] = [
  ['a list', { output: list }, /^\{"queue":\{"messages":\[\]\},"held":\{"messages":\[\]\}\}$/],
  [
    'a list that was cut',
    {
      output: '{"messages":[{"id":',
      text: '{"messages":[{"id":\nthe command was ended: it printed too much\n',
      isWhole: false,
    },
    /^the command was ended: it printed too much; use `pmdf queue list` itself$/,
  ],
  [
    'a broken configuration',
    { output: '{"diagnostics":[]}', exitCode: 2 },
    /^the configuration on disk has errors/,
  ],
  ['an error', { output: '{"error":"there is no channel x"}', exitCode: 1 }, /^there is no channel x$/],
  ['nothing', { output: '', exitCode: 1 }, /^the command printed no answer$/],
  ['null', { output: 'null' }, /^the command printed no answer$/],
];

describe('mail that waits, on the page', () => {
  for (const [what, printed, expected] of rows) {
    it(`says of ${what}: ${expected.source}`, async () => {
      const answer = await printing(printed).list();
      assert.match(answer.text, expected);
      assert.equal(answer.kind === 'json', printed.output === list);
    });
  }

  it('has one token for all processes of a Haraka', () => {
    assert.equal(printing({}).token, printing({}).token);
    assert.ok(printing({}).isToken(printing({}).token));
    assert.ok(!printing({}).isToken(undefined));
  });
});
