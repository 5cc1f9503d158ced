export { type Clock, systemClock } from './clock.js';
export { inTurns } from './in-turns.js';
export { RecentAnswers, SharedQuestions } from './recent-answers.js';
export { RecentKeys } from './recent-keys.js';
export { type InTime, within } from './time-limit.js';
