export { type Due, dueAt } from './ages.js';
export { type Attempt, attemptAt, readAttempts, withAttempt } from './attempts.js';
export type { StatusFrame } from './delivery-status.js';
export { kindOf, type NoticeKind, noticeKinds } from './kinds.js';
export type { Notice, NoticeAction, NoticeRecipient } from './notice.js';
export { type NoticeOptions, parseNoticeOptions, usualOptions } from './options.js';
export {
  languageOf,
  type OriginalHeader,
  type Priority,
  priorityOf,
  readHeader,
  shownHeader,
} from './original-header.js';
export { type CopyQuestion, isCopied, type PostmasterCopies } from './postmaster-copies.js';
export { type Mailbox, makeReport, type Report, type ReportFrame, type Returned } from './report.js';
export {
  type NoticeTexts,
  type Substitutions,
  type TextFolders,
  type TextName,
  textFile,
  textNames,
  usualTexts,
  type Words,
  wordsFor,
} from './texts.js';
export { isWanted, wantedPart } from './wanted.js';
export { recipientsWords, type WordsFrame } from './words.js';
