/*
 * Questions that are asked again while they are in progress.
 */
import assert from 'node:assert/strict';
import { SharedQuestions } from '../../../runtime/time/index.js';

describe('questions in progress', () => {
  it('are asked once until they are answered, however many others are answered meanwhile', async () => {
    const questions = new SharedQuestions<number>();
    let asked = 0;
    let answerSlow: (value: number) => void = () => undefined;
    const slow = (): Promise<number> => {
      asked += 1;
      return new Promise((resolve) => {
        answerSlow = resolve;
      });
    };
    const first = questions.ask('slow', slow);
    for (let other = 0; other < 1_000; other += 1) {
      assert.equal(await questions.ask(`${other % 3}`, async () => other), other);
      assert.equal(questions.ask('slow', slow), first);
    }
    assert.equal(asked, 1);
    answerSlow(7);
    assert.equal(await first, 7);
    void questions.ask('slow', slow);
    assert.equal(asked, 2);
  });
});
