/*
 * Tells senders that their mail in the queue waits or failed, by the ages of its channel.
 * Ref: PMDF 2.3.4.20; RFC 3464; RFC 3463 3.5 (X.4.7)
 */

import { noMessageNotary, recipientNotary } from '../../../lib/notary/index.js';
import {
  dueAt,
  type Notice,
  type NoticeRecipient,
  priorityOf,
  readHeader,
} from '../../../lib/notice/index.js';
import { asksPriority, type NoticeRules, noticeRules, type Policy } from '../../../lib/policy/index.js';
import {
  type Deferral,
  type EndingMail,
  failuresOf,
  type HarakaPlugin,
  isTooOld,
  type OutboundQueue,
  type SaveNotes,
  surveyOf,
  type Teller,
} from '../../haraka/index.js';
import { gateway, knownChannel } from '../../support/index.js';
import { ownNotesOf } from '../own-notes.js';
import { bareFrom } from '../second-pass.js';
import { isPostmasterCopy, noteTold, toldAt } from './notice-notes.js';
import { type Telling, type WrittenNotices, writeNotices } from './write-notices.js';

/** What telling needs. */
export interface TellingParts {
  readonly plugin: HarakaPlugin;
  readonly queue: OutboundQueue;
  readonly saveNotes: SaveNotes;
  /** The present time in milliseconds, as in queue files. */
  readonly now: () => number;
}

const timedOut = '4.4.7';

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
    more: Pick<Telling, 'notice' | 'kind'> & { retryUntil: Date | null },
  ): Telling {
    const { notice, kind, retryUntil } = more;
    const { queue_time: arrived, notes } = mail.todo;
    return {
      notice,
      kind,
      channel: channelOf(mail),
      times: {
        arrival: Number.isFinite(arrived) ? new Date(arrived) : null,
        lastAttempt: new Date(now()),
        retryUntil,
      },
      original: { text: queue.textOf(mail), notes },
      mayCopy: !isPostmasterCopy(notes),
    };
  }

  function schedule({ files, to }: WrittenNotices, what: string): void {
    for (const file of files) queue.schedule(file);
    plugin.lognotice(to.length === 0 ? `${what}: nobody is told` : `${what}: notice to ${to.join(', ')}`);
  }

  async function rulesFor(policy: Policy, mail: EndingMail): Promise<NoticeRules> {
    const channel = channelOf(mail);
    if (!asksPriority(policy, channel)) return noticeRules(policy, channel, 'normal');
    const { header } = await surveyOf(queue.textOf(mail));
    return noticeRules(policy, channel, priorityOf(readHeader(header)));
  }

  async function tellOfDelay(
    policy: Policy,
    mail: EndingMail,
    cause: string,
    lastAge: number,
  ): Promise<void> {
    const notice = noticeOf(mail, 'delayed', cause);
    const retryUntil = new Date(mail.todo.queue_time + lastAge);
    const written = await writeNotices(
      policy,
      queue,
      tellingOf(mail, { notice, kind: 'delayed', retryUntil }),
    );
    const { notes } = mail.todo;
    noteTold(notes, now() - mail.todo.queue_time);
    // A crash before this tells the sender twice; a failure, at the next attempt.
    await saveNotes(mail);
    schedule(written, `delayed ${mail.todo.uuid}`);
  }

  return {
    async returned(mail, cause) {
      const notice = noticeOf(mail, 'failed', cause);
      const kind = isTooOld(cause) ? 'timedout' : 'failed';
      const telling = tellingOf(mail, { notice, kind, retryUntil: null });
      const reason = notice.recipients[0]?.reason ?? '';
      schedule(await writeNotices(gateway().policy, queue, telling), `failed ${mail.todo.uuid} (${reason})`);
    },

    async deferred(mail, cause): Promise<Deferral> {
      const { policy } = gateway();
      const { ages } = await rulesFor(policy, mail);
      const age = now() - mail.todo.queue_time;
      const due = dueAt(ages, age, toldAt(mail.todo.notes));
      if (due.kind === 'return') return due;
      if (due.kind === 'tell') {
        await tellOfDelay(policy, mail, cause, ages.at(-1) ?? age).catch((error: unknown) => {
          plugin.logerror(`notices: the sender is not told of a delay yet: ${String(error)}`);
        });
      }
      return { kind: 'wait', mostMs: due.untilMs - age };
    },
  };
}
