/*
 * What two policies decide differently, as values: classes of sessions with a witness each, and what was edited between the two.
 * `equal` is said only where every edit is known to change no decision.
 */
import type { SessionPart } from '../../decide/index.js';
import type { DatabaseName, Environment, Lookup } from '../../engine/index.js';
import type { CompiledPolicy } from '../../policy/index.js';
import type { DatabaseContents } from '../relay/database-contents.js';

/** What a change does, the most important first. */
export const changeKinds = [
  'newly-relayed',
  'newly-accepted',
  'newly-refused',
  'delivered-elsewhere',
  'other-reply',
] as const;
export type ChangeKind = (typeof changeKinds)[number];

/** One of the two policies, with its databases. */
export interface Side {
  readonly compiled: CompiledPolicy;
  readonly contents: DatabaseContents;
  /** Everything else that decisions depend on, such as databases of directory channels, as text; compared by name. */
  readonly otherParts: ReadonlyMap<string, string>;
  /** Runs a question with the databases of this side. May throw. */
  readonly run: <T>(work: (newEnvironment: () => Environment) => Lookup<T>) => T;
}

/** A session with one recipient. */
export interface Trial {
  readonly client: string;
  /** The port of the listener. */
  readonly port: number;
  /** The name of the client; null for none. */
  readonly name: string | null;
  /** Set where the name does not lead back to the client. */
  readonly isUnconfirmed?: true;
  readonly helo: string | null;
  readonly esmtp: boolean;
  readonly tls: boolean;
  readonly authUser: string | null;
  /** MAIL FROM and RCPT TO without brackets. */
  readonly from: string;
  readonly to: string;
  readonly originalRecipient: string | null;
  readonly notify: readonly string[];
}

/** What one policy answers to a session. */
export interface SideAnswer {
  /** The source channel. */
  readonly source: string;
  /** At which step it ends. */
  readonly step: SessionPart;
  readonly verdict: 'accept' | 'reject' | 'defer';
  /** `550 5.7.1 text`; empty for an acceptance. */
  readonly reply: string;
  /** `bob@domain.com on l`, one for each delivery. */
  readonly deliveries: readonly string[];
  /** The rules that fired and the entries that matched, as places: `mappings:7`. */
  readonly places: readonly string[];
}

/** Sessions that are decided differently. */
export interface Change {
  readonly kind: ChangeKind;
  /** `*@partner.example`; `any sender`. */
  readonly senders: string;
  readonly recipients: string;
  /** What is different, in words: what a reply, a next hop or the offer of TLS was and is. */
  readonly what: string;
  readonly witness: Trial;
  readonly before: SideAnswer;
  readonly now: SideAnswer;
}

/** In which part of a policy something was edited, in the order of a report. */
export const editParts = ['tables', 'rewriting', 'channels', 'aliases', 'databases', 'settings'] as const;
export type EditPart = (typeof editParts)[number];

/**
 * What an edit does to decisions:
 *   shown         a change is there of which it is a part
 *   none          certainly nothing; `why` says why
 *   not-decided   it concerns nothing that is decided in a session, such as how long mail stays in a queue
 *   not-compared  no change was found, and it is not certain that there is none
 */
export type EditEffect = 'shown' | 'none' | 'not-decided' | 'not-compared';

/** Something that one policy has and the other has not, or has differently. */
export interface Edit {
  readonly part: EditPart;
  /** `ORIG_SEND_ACCESS`, `tcp_local`, `general jane.doe`, `source_routes`. */
  readonly name: string;
  /** As it is written; null where it is not there. */
  readonly before: string | null;
  readonly now: string | null;
  /** `mappings:7`; null where there is none. */
  readonly placeBefore: string | null;
  readonly placeNow: string | null;
  readonly effect: EditEffect;
  readonly why: string | null;
}

/** Whether strangers relay under the new policy who do not under the old one. */
export interface NewRelaying {
  /**
   *   none          certainly not
   *   some          the changes of this kind show how
   *   not-compared  none was found, and it is not certain that there is none
   */
  readonly answer: 'none' | 'some' | 'not-compared';
  /** Why there may be others than those that were found; null where there are none. */
  readonly why: string | null;
}

export interface PolicyDifference {
  /**
   *   equal           nothing was edited, or nothing that could change anything
   *   same-decisions  settings differ, and none that is about decisions in a session
   *   different       changes were found
   *   not-compared    none was found, and some edits could not be compared
   */
  readonly answer: 'equal' | 'same-decisions' | 'different' | 'not-compared';
  /** In the order of their kinds. */
  readonly changes: readonly Change[];
  /** In the order of their parts. */
  readonly edits: readonly Edit[];
  readonly relaying: NewRelaying;
  /** Sessions that both policies decided. */
  readonly tried: number;
  /** Databases whose contents were not read. */
  readonly unread: readonly DatabaseName[];
}

/** Whether every decision is certainly the same. */
export function decidesTheSame({ answer }: PolicyDifference): boolean {
  return answer === 'equal' || answer === 'same-decisions';
}
