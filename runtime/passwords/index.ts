export { changePasswords, passwordsFile, readPasswords } from './password-change.js';
export { checkAuth } from './password-check.js';
export { type PasswordAnswer, PasswordFile, recordFor } from './password-file.js';
export {
  hashPassword,
  impossibleHash,
  isPassword,
  longestPassword,
  objectionTo,
  presentCost,
} from './password-hash.js';
export {
  defaultService,
  type PasswordRecords,
  recordsIn,
  serviceName,
  smtpService,
  userName,
} from './password-records.js';
