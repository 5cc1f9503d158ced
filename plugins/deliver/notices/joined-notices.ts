/*
 * Joins notices that are due within a moment about one message: a message in several queue files, of which each could make a
 * notice, makes one for each kind, channel and envelope From, with a block for each recipient. Otherwise one message with a
 * forged envelope From would bring its owner as many notices as it has recipients.
 */
import type { Attempt, NoticeRecipient } from '../../../lib/notice/index.js';
import { type Clock, systemClock } from '../../../runtime/time/index.js';
import { freeSlot, type HarakaNotes, type OutboundQueue } from '../../haraka/index.js';
import { gateway } from '../../support/index.js';
import { ownNotesOf } from '../own-notes.js';
import { type Telling, writeNotices } from './write-notices.js';

/** A notice waits until none has joined it for so long. */
const quietMs = 1000;
/** The longest that a notice waits for others. */
const usualMostMs = 5000;
/** Recipients of one notice. */
const mostRecipients = 1000;

/** Which notices a notice may join. */
export interface Joining {
  /** The message; null where it has no other queue file. */
  readonly message: string | null;
  /** The longest wait in milliseconds, where that is shorter than usual. */
  readonly mostMs?: number | null;
  /** Called before a wait. */
  readonly waits?: () => void;
}

/**
 * Which notices may join the one about a queue file. `hookSeconds`: the time limit of the hook in which it is written, of which
 * half is used; 0 for none.
 */
export function joiningOf(
  mail: { readonly todo: { readonly notes: HarakaNotes } },
  hookSeconds = 0,
): Joining {
  return {
    message: ownNotesOf(mail)?.message ?? null,
    mostMs: hookSeconds > 0 ? (hookSeconds * 1000) / 2 : null,
    waits: () => freeSlot(mail),
  };
}

/** Gives the addresses that were told. Rejects when the notice cannot be written. */
export type WriteNotice = (telling: Telling) => Promise<readonly string[]>;

/** Notices that become one: the first, with the recipients and attempts of all. */
interface Group {
  readonly recipients: NoticeRecipient[];
  readonly attempts: (readonly Attempt[])[];
  readonly told: Promise<readonly string[]>;
  readonly write: () => void;
  readonly cancelEnd: () => void;
  cancelQuiet: () => void;
}

function keyOf(message: string, { kind, channel, notice, mayCopy }: Telling): string {
  return JSON.stringify([message, kind, notice.action, channel, notice.envelopeFrom, mayCopy]);
}

/** The attempts of several files of one message in the order of time, those that are alike once. */
function joinAttempts(lists: readonly (readonly Attempt[])[]): Attempt[] {
  const different = new Map(lists.flat().map((one) => [JSON.stringify(one), one]));
  return [...different.values()].sort(([one], [other]) => Date.parse(one) - Date.parse(other));
}

/** Notices that wait for others of their message. */
export class JoinedNotices {
  readonly #write: WriteNotice;
  readonly #clock: Clock;
  readonly #groups = new Map<string, Group>();

  constructor(write: WriteNotice, clock: Clock) {
    this.#write = write;
    this.#clock = clock;
  }

  /** Tells somebody, together with others or alone; gives the addresses that were told. Rejects when nobody could be. */
  tell(
    telling: Telling,
    { message, mostMs = null, waits = () => undefined }: Joining,
  ): Promise<readonly string[]> {
    if (message === null) return this.#write(telling);
    waits();
    const key = keyOf(message, telling);
    const most = Math.min(usualMostMs, mostMs ?? usualMostMs);
    const group = this.#groups.get(key) ?? this.#begin(key, telling, most);
    for (const one of telling.notice.recipients) group.recipients.push(one);
    group.attempts.push(telling.attempts);
    group.cancelQuiet();
    if (group.recipients.length >= mostRecipients) group.write();
    else group.cancelQuiet = this.#clock.after(Math.min(quietMs, most), group.write);
    return group.told;
  }

  #begin(key: string, first: Telling, mostMs: number): Group {
    const recipients: NoticeRecipient[] = [];
    const attempts: (readonly Attempt[])[] = [];
    let write: () => void = () => undefined;
    const told = new Promise<readonly string[]>((resolve, reject) => {
      write = () => {
        // Both times may be over at the same moment.
        if (this.#groups.get(key) !== group) return;
        this.#groups.delete(key);
        group.cancelEnd();
        group.cancelQuiet();
        const joined = {
          ...first,
          notice: { ...first.notice, recipients },
          attempts: joinAttempts(attempts),
        };
        this.#write(joined).then(resolve, reject);
      };
    });
    const cancelEnd = this.#clock.after(mostMs, () => group.write());
    const group: Group = { recipients, attempts, told, write, cancelEnd, cancelQuiet: () => undefined };
    this.#groups.set(key, group);
    return group;
  }
}

const ofQueues = new WeakMap<OutboundQueue, JoinedNotices>();

/** The notices that are written into a queue. */
export function noticesInto(queue: OutboundQueue): JoinedNotices {
  let found = ofQueues.get(queue);
  if (found === undefined) {
    found = new JoinedNotices(async (telling) => {
      const { files, to } = await writeNotices(gateway().policy, queue, telling);
      for (const file of files) queue.schedule(file);
      return to;
    }, systemClock);
    ofQueues.set(queue, found);
  }
  return found;
}
