/*
 * Tells the sender of a message that it was delivered or passed on, where the sender asked for that.
 * Ref: RFC 3461 5.2; RFC 3464
 */
import { kindOf, type Notice } from '../../../lib/notice/index.js';
import type { HarakaPlugin, OutboundQueue } from '../../haraka/index.js';
import { type Joining, noticesInto } from './joined-notices.js';
import type { Original } from './write-notices.js';

export interface NoticeRequest {
  readonly notice: Notice;
  /** The channel on which the message left. */
  readonly channel: string;
  /** When the message came; null where it is not known. */
  readonly arrival: Date | null;
  readonly original: Original;
  /** Absent where the notice is already about all recipients. */
  readonly joining?: Joining;
}

/**
 * Writes a report to the sender into the queue; it is on disk when the promise resolves. Does nothing for the null sender, and
 * leaves out the recipients of whom the sender does not want to be told. Rejects when the report cannot be written.
 */
export async function sendNotice(
  plugin: HarakaPlugin,
  queue: OutboundQueue,
  { notice, channel, arrival, original, joining = { message: null } }: NoticeRequest,
): Promise<void> {
  const to = await noticesInto(queue).tell(
    {
      notice,
      kind: kindOf(notice.action),
      channel,
      times: { arrival, lastAttempt: null, retryUntil: null },
      attempts: [],
      original,
      mayCopy: true,
    },
    joining,
  );
  if (to.length > 0) plugin.lognotice(`${notice.action}: notice to ${to.join(', ')}`);
}
