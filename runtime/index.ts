export {
  checkLive,
  type LiveCount,
  type LiveDatabase,
  type LiveSearch,
  type LiveServer,
  type LiveServers,
} from './check-live.js';
export { DecisionFailed, makeEnvironment } from './decide.js';
export { type Configuration, settingsFile } from './load-configuration.js';
export type { AnswerObserver } from './observed-answers.js';
export { decideUnder, OpenConfiguration, withConfiguration } from './open-configuration.js';
export { ConfigError, type Loads } from './policy-store.js';
export {
  lacksFinding,
  placeOfStore,
  questionFinding,
  serverFinding,
  unansweredFinding,
} from './store-findings.js';
export { World } from './world.js';
