/*
 * The header of a message that waits.
 */
import { heldEnvelopeOf } from './held-envelope.js';
import type { WaitingMessage } from './list-messages.js';
import { headOf, openQueueFile } from './queue-envelope.js';

/** Lines without line ends; a long header is cut. */
export type MessageHeader = readonly string[];

const longestHeader = 64 * 1024;

/** Reads the header; null if the message is gone. Rejects with errors of the file system. */
export async function readMessageHeader({ path, place }: WaitingMessage): Promise<MessageHeader | null> {
  const head = place === 'queue' ? await headOf(path) : await heldEnvelopeOf(path);
  if (head.kind !== 'read') return null;
  const file = await openQueueFile(path);
  try {
    const { buffer, bytesRead } = await file.read(
      Buffer.alloc(longestHeader),
      0,
      longestHeader,
      head.messageAt,
    );
    const lines = buffer.toString('utf8', 0, bytesRead).split(/\r?\n/);
    const end = lines.indexOf('');
    return end === -1 ? lines : lines.slice(0, end);
  } finally {
    await file.close();
  }
}
