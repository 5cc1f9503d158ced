/*
 * The kinds of notices; each has its text and its subject.
 * Ref: Messaging Server 6.3 Administration Guide 10.10.1
 */
import type { NoticeAction } from './notice.js';

export const noticeKinds = ['delayed', 'delivered', 'failed', 'forwarded', 'timedout'] as const;

export type NoticeKind = (typeof noticeKinds)[number];

/** The kind that goes with what became of the recipients. */
export function kindOf(action: NoticeAction): NoticeKind {
  switch (action) {
    case 'failed':
    case 'delayed':
    case 'delivered':
      return action;
    case 'relayed':
    case 'expanded':
      return 'forwarded';
  }
}
