export { type Clock, systemClock } from './clock.js';
export { inTurns } from './in-turns.js';
export { RecentAnswers } from './recent-answers.js';
export { SharedQuestions } from './shared-questions.js';
export { within } from './time-limit.js';
