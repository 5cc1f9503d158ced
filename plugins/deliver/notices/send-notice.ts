/*
 * Tells the sender of a message what became of it.
 * Ref: RFC 3461 5.2; RFC 3464
 */
import { kindOf, type Notice, wantedPart } from '../../../lib/notice/index.js';
import type { HarakaPlugin, OutboundQueue } from '../../haraka/index.js';
import { gateway } from '../../support/index.js';
import { type Original, writeLetter } from './write-notice.js';

export interface NoticeRequest {
  readonly notice: Notice;
  /** The channel on which the message left. */
  readonly channel: string;
  readonly original: Original;
}

/**
 * Writes a report to the sender into the queue; it is on disk when the promise resolves. Does nothing for the null sender, and
 * leaves out the recipients of whom the sender does not want to be told. Rejects when the report cannot be written.
 */
export async function sendNotice(
  plugin: HarakaPlugin,
  queue: OutboundQueue,
  { notice, original }: NoticeRequest,
): Promise<void> {
  const wanted = wantedPart(notice);
  if (wanted === null) return;
  const file = await writeLetter(gateway().policy, queue, {
    notice: wanted,
    kind: kindOf(wanted.action),
    to: wanted.envelopeFrom,
    times: { arrival: null, lastAttempt: null, retryUntil: null },
    original,
  });
  await queue.sync();
  queue.schedule(file);
  plugin.lognotice(`notice (${wanted.action}) to <${wanted.envelopeFrom}>`);
}
