export type { StatusFrame } from './delivery-status.js';
export type { Notice, NoticeAction, NoticeRecipient } from './notice.js';
export { type Mailbox, makeReport, type Report, type ReportFrame, type Returned } from './report.js';
export { isWanted, wantedPart } from './wanted.js';
export { kindOf, type NoticeKind, noticeKinds, recipientsWords, subjects } from './words.js';
