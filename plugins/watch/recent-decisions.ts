/*
 * The last decisions of a kind. They hold addresses, are only in memory, and
 * leave it when others come.
 */
import { type ShadowedVerdict, withoutBrackets, wouldMatter } from '../../lib/decide/index.js';
import type { Session } from '../../lib/policy/index.js';
import { oneLine, replyLine, type Verdict } from '../../lib/smtp/index.js';
import type { ObservedDecision, Stage } from '../support/index.js';
import { type DecisionKind, outcomeOf } from './decision-counts.js';

export interface RecentDecision {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly stage: Stage;
  /** Haraka's name for the connection in its log. */
  readonly connection: string;
  readonly client: string;
  /** The confirmed name of the client; the empty string for none. */
  readonly name: string;
  /** The port of the server. */
  readonly port: number;
  readonly helo: string;
  readonly tls: boolean;
  /** Who authenticated; the empty string for nobody. */
  readonly user: string;
  readonly source: string;
  readonly destination: string;
  readonly from: string;
  readonly to: string;
  readonly entry: string;
  readonly verdict: DecisionKind['verdict'];
  /** What the client was told; the empty string when it was accepted. */
  readonly reply: string;
  /** Why it could not be decided; the empty string unless so. */
  readonly cause: string;
  /** What tables, or SPF, in shadow would have done; the empty string for nothing else than what was done. */
  readonly shadow: string;
}

/** Characters of each text that are shown. */
const longestText = 256;

function cut(text: string | null): string {
  const plain = oneLine(text ?? '');
  return plain.length > longestText ? `${plain.slice(0, longestText)}...` : plain;
}

function shadowText({ table, entry, verdict, reply, cause, effects, applied }: ShadowedVerdict): string {
  const why = [verdict, reply, cause, ...effects, applied ? 'done all the same' : ''];
  // SPF is named by its keyword and the channel of it.
  const place = entry?.startsWith(`${table} `) ? entry : `${table} ${entry ?? 'none'}`;
  return `${place}: ${why.filter((part) => part !== '').join(', ')}`;
}

/** Whether a table in shadow would have changed something. */
export function isShadowed({ shadowed }: ObservedDecision): boolean {
  return shadowed.some(wouldMatter);
}

/** What is kept of a decision: nothing is put into words until somebody looks. */
interface Kept {
  readonly at: number;
  readonly stage: Stage;
  readonly connection: string;
  readonly session: Session;
  readonly destination: string | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly verdict: Verdict;
  readonly shadowed: readonly ShadowedVerdict[];
  /** Once somebody has looked. */
  shown: RecentDecision | null;
}

function inWords({
  at,
  stage,
  connection,
  session,
  destination,
  from,
  to,
  verdict,
  shadowed,
}: Kept): RecentDecision {
  const { client, reverseName, server, helo, tls, authUser, sourceChannel } = session;
  const told = verdict.kind === 'accept' ? null : verdict.reply;
  return {
    at,
    stage,
    connection,
    client: client.address,
    name: reverseName.kind === 'confirmed' ? reverseName.name : '',
    port: server.port,
    helo: cut(helo),
    tls,
    user: cut(authUser),
    source: sourceChannel,
    destination: destination ?? '',
    from: cut(withoutBrackets(from ?? '')),
    to: cut(withoutBrackets(to ?? '')),
    entry: verdict.place ?? '',
    verdict: outcomeOf(verdict),
    reply: told === null ? '' : replyLine(told),
    cause: verdict.kind === 'defer' ? cut(verdict.cause) : '',
    shadow: cut(shadowed.filter(wouldMatter).map(shadowText).join('; ')),
  };
}

export class RecentDecisions {
  #all: Kept[] = [];

  /** Keeps at most `most` decisions from now on; none for 0. */
  add(decision: ObservedDecision, most: number, at: number): void {
    if (most === 0) {
      this.#all = [];
      return;
    }
    const { stage, connection, session, destinationChannel, envelopeFrom, envelopeTo } = decision;
    this.#all.push({
      at,
      stage,
      connection: connection.uuid,
      session,
      destination: destinationChannel,
      from: envelopeFrom,
      to: envelopeTo,
      verdict: decision.verdict,
      shadowed: decision.shadowed,
      shown: null,
    });
    // Not with each decision, since all that stay are moved.
    if (this.#all.length >= 2 * most) this.#all = this.#all.slice(-most);
  }

  newestFirst(most: number): readonly RecentDecision[] {
    if (most === 0) return [];
    const newest = this.#all.slice(-most).reverse();
    return newest.map((one) => {
      one.shown ??= inWords(one);
      return one.shown;
    });
  }
}
