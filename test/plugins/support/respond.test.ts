import assert from 'node:assert/strict';
import * as constants from 'haraka-constants';
import { messageOf } from '../../../plugins/haraka/message-of.js';
import { refuse } from '../../../plugins/support/respond.js';

describe('respond', () => {
  const rows: readonly (readonly [number, string, string, string])[] = [
    [550, '5.7.1', 'no', '5.7.1 no'],
    [450, '4.10.23', 'later', '4.10.23 later'],
    [500, '', 'Go away', 'Go away'],
    [554, '', '', 'no reason is given'],
  ];
  for (const [code, enhanced, text, said] of rows) {
    it(`says \`${code} ${said}\` in the form from which core reads a code`, () => {
      const message = messageOf({ code, enhanced, text });
      assert.ok(typeof message === 'object');
      assert.equal(message.constructor.name, 'DSN');
      assert.equal(Reflect.get(message, 'code'), code);
      assert.equal(Reflect.get(message, 'reply'), said);
      assert.equal(String(message), said);
    });
  }

  it('rejects permanently or temporarily', () => {
    assert.equal(refuse({ code: 500, enhanced: '', text: 'no' })?.code, constants.deny);
    assert.equal(refuse({ code: 499, enhanced: '', text: 'no' })?.code, constants.denysoft);
  });
});
