export type { Notice, NoticeAction, NoticeRecipient } from './notice.js';
