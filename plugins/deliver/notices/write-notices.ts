/*
 * Writes reports into the queue, as mail from the null sender: to the sender of a message, and copies to the postmaster. They leave
 * by our channels, as all mail does.
 */
import { randomUUID } from 'node:crypto';
import {
  type Attempt,
  isCopied,
  languageOf,
  makeReport,
  type Notice,
  type NoticeKind,
  type NoticeTexts,
  type OriginalHeader,
  priorityOf,
  readHeader,
  recipientsWords,
  shownHeader,
  type Words,
  wantedPart,
  wordsFor,
} from '../../../lib/notice/index.js';
import { findTexts, type NoticeRules, noticeRules, type Policy } from '../../../lib/policy/index.js';
import {
  enclosed,
  firstLines,
  type HarakaNotes,
  type HeldFile,
  type MessageText,
  newAddress,
  type OutboundQueue,
  type Survey,
  surveyOf,
  textOfOctets,
} from '../../haraka/index.js';
import { gateway } from '../../support/index.js';
import { domainOf } from '../copies.js';
import { removeFiles } from '../uncommitted-files.js';
import { type NoticeFor, noticeNotes } from './notice-notes.js';

/** The message that a notice is about. */
export interface Original {
  readonly text: MessageText;
  /** What is known of the text where it was read before. */
  readonly survey?: Survey | null;
  /** Notes of core's class; what is in them is not used. */
  readonly notes: HarakaNotes;
}

/** When things happened to the message; null where it is not known. */
export interface Times {
  readonly arrival: Date | null;
  readonly lastAttempt: Date | null;
  readonly retryUntil: Date | null;
}

/** When the message of a queue file came; null where the file does not say it. */
export function arrivalOf(queueTime: number): Date | null {
  const arrival = new Date(queueTime);
  return Number.isNaN(arrival.getTime()) ? null : arrival;
}

/** What is to be told about a message. */
export interface Telling {
  readonly notice: Notice;
  readonly kind: NoticeKind;
  /** The channel on which the message left, waits or failed; null where it is not known. */
  readonly channel: string | null;
  readonly times: Times;
  /** The attempts to deliver it. */
  readonly attempts: readonly Attempt[];
  readonly original: Original;
  /** Whether the postmaster may get a copy. */
  readonly mayCopy: boolean;
}

/** A telling, and what was found out about the message. */
interface Prepared extends Telling {
  readonly policy: Policy;
  readonly rules: NoticeRules;
  readonly survey: Survey;
  readonly header: OriginalHeader;
}

/** A report to one address. */
interface Letter {
  readonly notice: Notice;
  readonly to: string;
  readonly for: NoticeFor;
}

function isSameAddress(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** The copy for the postmaster, who is told of all recipients. */
function copyOf({ notice, rules, header, mayCopy }: Prepared): Letter[] {
  const { action, envelopeFrom, recipients } = notice;
  const about = action === 'failed' ? 'failure' : action === 'delayed' ? 'delay' : null;
  if (about === null || !mayCopy || isSameAddress(envelopeFrom, rules.postmaster)) return [];
  const copies = about === 'failure' ? rules.failureCopies : rules.delayCopies;
  return isCopied({ copies, about, envelopeFrom, header, recipients })
    ? [{ notice, to: rules.postmaster, for: 'postmaster' }]
    : [];
}

function lettersOf(prepared: Prepared): Letter[] {
  const wanted = wantedPart(prepared.notice);
  const own: Letter[] = wanted === null ? [] : [{ notice: wanted, to: wanted.envelopeFrom, for: 'sender' }];
  return [...own, ...copyOf(prepared)];
}

/** What comes back of a message: the whole of it, its header and first lines, or its header. */
type Part = 'message' | 'lines' | 'header';

function returnedPart({ policy, rules, survey, notice: { action } }: Prepared, letter: Letter): Part {
  const { notice, for: whom } = letter;
  if (survey.octets > rules.mostReturned) return 'header';
  if (whom === 'postmaster' ? rules.postmasterGets === 'header' : notice.message.ret === 'HDRS')
    return 'header';
  switch (action) {
    case 'failed':
      return 'message';
    case 'delayed':
      return policy.settings.notices.linesToReturn > 0 ? 'lines' : 'header';
    // Only a message that failed is returned. Ref: RFC 3461 4.3
    case 'delivered':
    case 'relayed':
    case 'expanded':
      return 'header';
  }
}

function textOfPart({ policy, survey, original: { text } }: Prepared, part: Part): MessageText {
  switch (part) {
    case 'message':
      return text;
    case 'lines':
      return firstLines(text, policy.settings.notices.linesToReturn);
    case 'header':
      return textOfOctets(survey.header);
  }
}

/** The postmaster sees every address. */
function showsFinal({ rules }: Prepared, { for: whom }: Letter): boolean {
  return whom === 'postmaster' || rules.showsFinal;
}

async function textsFor(
  { policy, kind, channel, header }: Prepared,
  { notice }: Letter,
): Promise<NoticeTexts> {
  const question = {
    type: kind === 'forwarded' ? notice.action : kind,
    channel: channel ?? '',
    languages: languageOf(header),
    envelopeFrom: notice.envelopeFrom,
    firstRecipient: notice.recipients[0]?.address ?? '',
  };
  return await gateway().decide(policy, (environment) => findTexts(policy, question, environment));
}

function wordsOf(prepared: Prepared, letter: Letter, texts: NoticeTexts): Words {
  const { kind, header, attempts } = prepared;
  const { returnUnits, historyToReturn } = prepared.policy.settings.notices;
  return wordsFor(kind, texts, {
    header: shownHeader(header),
    recipients: recipientsWords(letter.notice, {
      showsFinal: showsFinal(prepared, letter),
      options: texts.options,
      attempts,
      mostAttempts: historyToReturn,
    }),
    unit: returnUnits,
  });
}

async function writeLetter(prepared: Prepared, queue: OutboundQueue, letter: Letter): Promise<HeldFile> {
  const { policy, rules, survey, kind, times, original } = prepared;
  const uuid = randomUUID().toUpperCase();
  const part = returnedPart(prepared, letter);
  const texts = await textsFor(prepared, letter);
  const { lines, language } = wordsOf(prepared, letter, texts);
  const report = makeReport(letter.notice, {
    ...times,
    host: policy.localHost,
    showsFinal: showsFinal(prepared, letter),
    from: rules.from,
    to: letter.to,
    subject: texts.options.subjects[kind],
    date: new Date(),
    messageId: `${uuid}@${policy.localHost}`,
    boundary: `Boundary_(ID_${uuid})`,
    words: lines,
    language,
    returned: {
      what: part === 'header' ? 'header' : 'message',
      isEightBit: part === 'header' ? survey.isHeaderEightBit : survey.isEightBit,
      isUtf8: survey.isHeaderUtf8,
    },
  });
  const text = textOfPart(prepared, part);
  const from = newAddress('');
  const recipient = newAddress(letter.to);
  const made = { from, recipient, uuid, text: enclosed(report.before, text, report.after) };
  return await queue.write(
    {
      domain: domainOf(letter.to),
      recipients: [recipient],
      from,
      notes: noticeNotes(letter.for),
      uuid,
      header: [],
    },
    { text: await queue.shown(made), notes: original.notes },
  );
}

/** Reports that are on disk and not scheduled, with the addresses that they go to. */
export interface WrittenNotices {
  readonly files: readonly HeldFile[];
  readonly to: readonly string[];
}

/** Writes the reports that somebody is to get, perhaps none. Rejects when it cannot, and leaves none. */
export async function writeNotices(
  policy: Policy,
  queue: OutboundQueue,
  telling: Telling,
): Promise<WrittenNotices> {
  const { action } = telling.notice;
  const isOfTrouble = action === 'failed' || action === 'delayed';
  if (!isOfTrouble && wantedPart(telling.notice) === null) return { files: [], to: [] };
  const { text, survey: known = null } = telling.original;
  const survey = known ?? (await surveyOf(text));
  const header = readHeader(survey.header);
  const rules = noticeRules(policy, telling.channel, priorityOf(header));
  const prepared: Prepared = { ...telling, policy, rules, survey, header };
  const letters = lettersOf(prepared);
  const files: HeldFile[] = [];
  try {
    for (const letter of letters) files.push(await writeLetter(prepared, queue, letter));
    if (files.length > 0) await queue.sync();
  } catch (error) {
    await removeFiles(files);
    throw error;
  }
  return { files, to: letters.map(({ to }) => to) };
}
