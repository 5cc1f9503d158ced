/*
 * The same answers to the engine, and an observer who gets to know of each: what was asked, how long it took.
 */
import type { AnyAnswer, LookupRequest } from '../lib/engine/index.js';
import type { Answer } from './databases/index.js';

/** Gets to know of an answer; must not throw. `seconds` is from the question to the answer. */
export type AnswerObserver = (request: LookupRequest, answer: AnyAnswer, seconds: number) => void;

const perSecond = 1_000;

/** Answers as `answer` does. */
export function observedAnswers(answer: Answer, observer: AnswerObserver): Answer {
  return (request) => {
    const start = performance.now();
    const told = (given: AnyAnswer): AnyAnswer => {
      observer(request, given, (performance.now() - start) / perSecond);
      return given;
    };
    const given = answer(request);
    return given instanceof Promise ? given.then(told) : told(given);
  };
}
