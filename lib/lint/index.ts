export { type FindingCode, findingCodes, isFindingCode, meaningOf } from './codes.js';
export type { DatabaseEntry } from './database-entries.js';
export type { DirectoryEntryText } from './directory-entries.js';
export { lintOpenRelay, lintRequests, lintWithoutEffect, lintWritten } from './lint.js';
export { allowOpenRelay } from './rules/open-relay.js';
export { type LintInput, LintSubject, type TrustedProxy } from './subject.js';
