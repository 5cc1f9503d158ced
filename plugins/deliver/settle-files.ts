/*
 * What becomes of the queue files that insure a copy, once its server has answered for each recipient: removed for those who
 * have the message, bounced for those who were refused for good, delivered by the queue for the others.
 */
import { type Reply, replyLine } from '../../lib/smtp/index.js';
import type { HeldFile } from '../haraka/index.js';
import { noteRefused } from './refused-files.js';
import type { CopyReplies, DirectCopy, Sending } from './send-copies.js';
import { dropFiles } from './uncommitted-files.js';
import type { Insurance } from './write-copies.js';

/** Settles the files of one copy. Rejects when a file cannot be removed. */
export async function settleFiles(
  { connection, plugin, transaction }: Sending,
  insurance: Insurance,
  { route }: DirectCopy,
  replies: CopyReplies,
): Promise<void> {
  const { name, host } = route.backend;
  const gone: HeldFile[] = [];
  for (const [file, deliveries] of insurance) {
    const said = deliveries.flatMap((one) => replies.get(one) ?? []);
    const open: Reply | undefined = said.find(({ code }) => code >= 300);
    if (said.length < deliveries.length) continue;
    if (open === undefined) {
      gone.push(file);
      continue;
    }
    const isFinal = said.every(({ code }) => code >= 500);
    if (isFinal) noteRefused(file, { reply: open, server: host });
    const what = isFinal ? 'bounced' : 'queued';
    connection.lognotice(plugin, `${what} for ${name}: ${replyLine(open)}`);
  }
  await dropFiles(transaction, gone);
}
