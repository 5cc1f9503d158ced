import assert from 'node:assert/strict';
import { freeSlot } from '../../../../plugins/haraka/queue/free-slot.js';

describe('a file that waits for something else than a server', () => {
  it('frees its place in the queue once', () => {
    let count = 0;
    const mail = {
      next_cb: () => {
        count += 1;
      },
    };
    freeSlot(mail);
    freeSlot(mail);
    mail.next_cb();
    assert.equal(count, 1);
  });

  it('is left alone when no attempt has begun', () => {
    const mail = {};
    freeSlot(mail);
    assert.deepEqual(mail, {});
  });
});
