import assert from 'node:assert/strict';
import { andThen } from '../../../lib/engine/index.js';

describe('andThen', () => {
  it('uses a value that is there at once', () => {
    assert.equal(
      andThen(1, (one) => one + 1),
      2,
    );
  });

  it('uses a value that comes later when it comes', async () => {
    const later = andThen(Promise.resolve(1), (one) => one + 1);
    assert.ok(later instanceof Promise);
    assert.equal(await later, 2);
  });

  it('passes on what the use throws or waits for', async () => {
    const fail = (): never => {
      throw new Error('no');
    };
    assert.throws(() => andThen(1, fail), /no/);
    await assert.rejects(async () => await andThen(Promise.resolve(1), fail), /no/);
    assert.equal(await andThen(1, async (one) => one + 1), 2);
  });
});
