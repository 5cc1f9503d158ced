/*
 * Tells the sender of a message what became of it.
 * Ref: RFC 3461 5.2; RFC 3464
 */
import { kindOf, type Notice } from '../../../lib/notice/index.js';
import type { HarakaPlugin, OutboundQueue } from '../../haraka/index.js';
import { gateway } from '../../support/index.js';
import { type Original, writeNotices } from './write-notices.js';

export interface NoticeRequest {
  readonly notice: Notice;
  /** The channel on which the message left. */
  readonly channel: string;
  /** When the message came; null where it is not known. */
  readonly arrival: Date | null;
  readonly original: Original;
}

/**
 * Writes a report to the sender into the queue; it is on disk when the promise resolves. Does nothing for the null sender, and
 * leaves out the recipients of whom the sender does not want to be told. Rejects when the report cannot be written.
 */
export async function sendNotice(
  plugin: HarakaPlugin,
  queue: OutboundQueue,
  { notice, channel, arrival, original }: NoticeRequest,
): Promise<void> {
  const { files, to } = await writeNotices(gateway().policy, queue, {
    notice,
    kind: kindOf(notice.action),
    channel,
    times: { arrival, lastAttempt: null, retryUntil: null },
    attempts: [],
    original,
    mayCopy: true,
  });
  for (const file of files) queue.schedule(file);
  if (to.length > 0) plugin.lognotice(`${notice.action}: notice to ${to.join(', ')}`);
}
