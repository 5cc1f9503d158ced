/*
 * Writes a report into the queue, as mail from the null sender. It leaves by our channels, as all mail does.
 */
import { randomUUID } from 'node:crypto';
import {
  makeReport,
  type Notice,
  type NoticeKind,
  recipientsWords,
  subjects,
} from '../../../lib/notice/index.js';
import type { Policy } from '../../../lib/policy/index.js';
import {
  enclosed,
  type HarakaNotes,
  type HeldFile,
  type MessageText,
  newAddress,
  type OutboundQueue,
  surveyOf,
  textOfOctets,
} from '../../haraka/index.js';

/** The message that a notice is about. */
export interface Original {
  readonly text: MessageText;
  /** Notes of core's class; what is in them is not used. */
  readonly notes: HarakaNotes;
}

/** When things happened to the message; null where it is not known. */
export interface Times {
  readonly arrival: Date | null;
  readonly lastAttempt: Date | null;
  readonly retryUntil: Date | null;
}

/** A report to be written. */
export interface Letter {
  readonly notice: Notice;
  readonly kind: NoticeKind;
  readonly to: string;
  readonly times: Times;
  readonly original: Original;
}

/** Writes a report to disk, unscheduled. Rejects, and leaves nothing, when it cannot. */
export async function writeLetter(policy: Policy, queue: OutboundQueue, letter: Letter): Promise<HeldFile> {
  const { notice, kind, to, times, original } = letter;
  const survey = await surveyOf(original.text);
  const uuid = randomUUID().toUpperCase();
  const isWhole = notice.message.ret === 'FULL';
  const report = makeReport(notice, {
    ...times,
    host: policy.localHost,
    showsFinal: true,
    from: { address: `postmaster@${policy.localHost}`, name: 'PMDF e-Mail Interconnect' },
    to,
    subject: subjects[kind],
    date: new Date(),
    messageId: `${uuid}@${policy.localHost}`,
    boundary: `Boundary_(ID_${uuid})`,
    words: recipientsWords(notice, true),
    language: null,
    returned: {
      what: isWhole ? 'message' : 'header',
      isEightBit: isWhole ? survey.isEightBit : survey.isHeaderEightBit,
      isUtf8: survey.isHeaderEightBit,
    },
  });
  const recipient = newAddress(to);
  return await queue.write(
    { domain: recipient.host, recipients: [recipient], from: newAddress(''), notes: {}, uuid, header: [] },
    {
      text: enclosed(report.before, isWhole ? original.text : textOfOctets(survey.header), report.after),
      notes: original.notes,
    },
  );
}
