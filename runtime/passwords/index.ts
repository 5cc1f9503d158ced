export { delayAt, type Failure, type FailureRules, Failures, isTooMany } from './failures.js';
export { KeyThreads } from './key-threads.js';
export { changePasswords, passwordsFile, readPasswords } from './password-change.js';
export { checkAuth } from './password-check.js';
export { PasswordFile, recordFor } from './password-file.js';
export {
  hashPassword,
  impossibleHash,
  isPassword,
  longestPassword,
  objectionTo,
  type PasswordHash,
  presentCost,
} from './password-hash.js';
export { type PasswordAnswer, type PasswordCase, PasswordJudge } from './password-judge.js';
export {
  defaultService,
  type PasswordRecord,
  type PasswordRecords,
  recordsIn,
  serviceName,
  smtpService,
  userName,
} from './password-records.js';
export type { PasswordSource } from './password-source.js';
export { printUserRecords, readUserRecords, StoredPasswords, type UserRecords } from './stored-passwords.js';
