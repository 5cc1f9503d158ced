/*
 * Tells senders that their mail in the queue waits or failed, by the ages of its channel, and records what happened at each attempt.
 * Ref: PMDF 2.3.4.20; RFC 3464; RFC 3463 3.5 (X.4.7)
 */

import { noMessageNotary, recipientNotary } from '../../../lib/notary/index.js';
import {
  attemptAt,
  dueAt,
  type Notice,
  type NoticeRecipient,
  priorityOf,
  readHeader,
  withAttempt,
} from '../../../lib/notice/index.js';
import { asksPriority, noticeRules, type Policy } from '../../../lib/policy/index.js';
import {
  type Deferral,
  type EndingMail,
  failuresOf,
  type HarakaPlugin,
  isTooOld,
  type OutboundQueue,
  octetsOf,
  type SaveNotes,
  type Survey,
  surveyOf,
  type Teller,
} from '../../haraka/index.js';
import { gateway, knownChannel } from '../../support/index.js';
import { ownNotesOf } from '../own-notes.js';
import { bareFrom } from '../second-pass.js';
import { joiningOf, noticesInto } from './joined-notices.js';
import { attemptsOf, isPostmasterCopy, noteAttempts, noteTold, toldAt } from './notice-notes.js';
import { arrivalOf, type Telling } from './write-notices.js';

/** What telling needs. */
export interface TellingParts {
  readonly plugin: HarakaPlugin;
  readonly queue: OutboundQueue;
  readonly saveNotes: SaveNotes;
  /** The present time in milliseconds, as in queue files. */
  readonly now: () => number;
}

const timedOut = '4.4.7';

/**
 * Octets of the largest queue file that is written anew for an attempt alone. Attempts at a larger one are in memory until its
 * sender is told of a delay.
 */
const mostRewritten = 1024 * 1024;

/** The channel that a file waits on; null for one of others that has not been routed. */
function channelOf(mail: EndingMail): string | null {
  return knownChannel(mail) ?? ownNotesOf(mail)?.channel ?? null;
}

function recipientsOf(mail: EndingMail, kind: 'failed' | 'delayed', cause: string): NoticeRecipient[] {
  const own = ownNotesOf(mail);
  const { notary, candidates } = own ?? {};
  const isExpired = kind === 'failed' && isTooOld(cause);
  return failuresOf(mail.todo.rcpt_to, kind, cause).map((failure) => ({
    ...failure,
    notary: recipientNotary(notary, failure.address),
    ...(candidates === undefined ? {} : { candidates }),
    ...(isExpired
      ? { status: timedOut, reason: `could not be delivered in time; the last answer: ${failure.reason}` }
      : {}),
  }));
}

function noticeOf(mail: EndingMail, kind: 'failed' | 'delayed', cause: string): Notice {
  return {
    action: kind,
    envelopeFrom: bareFrom(mail.todo.mail_from),
    message: ownNotesOf(mail)?.notary?.message ?? noMessageNotary,
    recipients: recipientsOf(mail, kind, cause),
  };
}

/** Makes what tells senders. */
export function noticeTeller({ plugin, queue, saveNotes, now }: TellingParts): Teller {
  function tellingOf(
    mail: EndingMail,
    more: Pick<Telling, 'notice' | 'kind'> & { retryUntil: Date | null; survey?: Survey | null },
  ): Telling {
    const { notice, kind, retryUntil, survey = null } = more;
    const { queue_time: arrived, notes } = mail.todo;
    return {
      notice,
      kind,
      channel: channelOf(mail),
      times: {
        arrival: arrivalOf(arrived),
        lastAttempt: new Date(now()),
        retryUntil,
      },
      attempts: attemptsOf(notes),
      original: { text: queue.textOf(mail), notes, survey },
      mayCopy: !isPostmasterCopy(notes),
    };
  }

  async function tell(mail: EndingMail, telling: Telling, what: string): Promise<void> {
    const to = await noticesInto(queue).tell(telling, joiningOf(mail));
    plugin.lognotice(to.length === 0 ? `${what}: nobody is told` : `${what}: notice to ${to.join(', ')}`);
  }

  /** The ages that count for a file, and what is known of its message where it had to be read for them. */
  async function agesOf(
    policy: Policy,
    mail: EndingMail,
  ): Promise<{ readonly ages: readonly number[]; readonly survey: Survey | null }> {
    const channel = channelOf(mail);
    const survey = asksPriority(policy, channel) ? await surveyOf(queue.textOf(mail)) : null;
    const priority = survey === null ? 'normal' : priorityOf(readHeader(survey.header));
    return { ages: noticeRules(policy, channel, priority).ages, survey };
  }

  async function tellOfDelay(
    mail: EndingMail,
    cause: string,
    { lastAge, survey }: { readonly lastAge: number; readonly survey: Survey | null },
  ): Promise<void> {
    const notice = noticeOf(mail, 'delayed', cause);
    const retryUntil = new Date(mail.todo.queue_time + lastAge);
    const telling = tellingOf(mail, { notice, kind: 'delayed', retryUntil, survey });
    await tell(mail, telling, `delayed ${mail.todo.uuid}`);
    noteTold(mail.todo.notes, now() - mail.todo.queue_time);
    // A crash before this tells the sender twice.
    await saveNotes(mail);
  }

  function noteAttempt({ settings }: Policy, mail: EndingMail, cause: string): void {
    const { notes, rcpt_to: recipients } = mail.todo;
    const attempt = attemptAt(new Date(now()), failuresOf(recipients, 'delayed', cause));
    noteAttempts(notes, withAttempt(attemptsOf(notes), attempt, settings.notices.historyToReturn));
  }

  async function saveAttempt(mail: EndingMail): Promise<void> {
    if ((octetsOf(mail) ?? 0) <= mostRewritten) await saveNotes(mail);
  }

  return {
    async returned(mail, cause) {
      const notice = noticeOf(mail, 'failed', cause);
      const kind = isTooOld(cause) ? 'timedout' : 'failed';
      const telling = tellingOf(mail, { notice, kind, retryUntil: null });
      const reason = notice.recipients[0]?.reason ?? '';
      await tell(mail, telling, `failed ${mail.todo.uuid} (${reason})`);
    },

    async deferred(mail, cause): Promise<Deferral> {
      const { policy } = gateway();
      const { notes, queue_time: arrived } = mail.todo;
      noteAttempt(policy, mail, cause);
      const { ages, survey } = await agesOf(policy, mail);
      const age = now() - arrived;
      const due = dueAt(ages, age, toldAt(notes));
      if (due.kind === 'return') return due;
      const keeping =
        due.kind === 'tell'
          ? tellOfDelay(mail, cause, { lastAge: ages.at(-1) ?? age, survey })
          : saveAttempt(mail);
      await keeping.catch((error: unknown) => {
        const what =
          due.kind === 'tell' ? 'a delay was not told, or not noted as told' : 'an attempt is not recorded';
        plugin.logerror(`notices: ${what}: ${String(error)}`);
      });
      return { kind: 'wait', mostMs: due.untilMs - age };
    },
  };
}
