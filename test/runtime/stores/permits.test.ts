/*
 * Permits: as many as there are, in the order in which they were asked for.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Permits } from '../../../runtime/stores/permits.js';

describe('permits', () => {
  it('come in order, and only as they are given back', async () => {
    const permits = new Permits(1, 10);
    assert.deepEqual([permits.takeFree(), permits.takeFree()], [true, false]);
    const order: string[] = [];
    const turns = ['a', 'b'].map((name) => permits.queue().comes.then(() => order.push(name)));
    permits.give();
    await turns[0];
    assert.deepEqual(order, ['a']);
    permits.give();
    await turns[1];
    permits.give();
    assert.deepEqual([permits.takeFree(), permits.takeFree()], [true, false]);
  });

  it('are not lost by those who give up, before their turn or at the moment when it comes', () => {
    const permits = new Permits(1, 10);
    permits.takeFree();
    permits.queue().giveUp();
    const late = permits.queue();
    permits.give();
    assert.equal(permits.takeFree(), false);
    late.giveUp();
    assert.deepEqual([permits.takeFree(), permits.takeFree()], [true, false]);
  });

  it('are refused to those who are too many, and to all when they are closed', async () => {
    const permits = new Permits(0, 1);
    const waiting = permits.queue();
    assert.throws(() => permits.queue(), /^Error: more than 1 questions wait for a connection$/);
    permits.close('closed');
    await assert.rejects(waiting.comes, /^Error: closed$/);
  });
});
