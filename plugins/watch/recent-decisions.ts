/*
 * The last decisions of a kind. They hold addresses, are only in memory, and
 * leave it when others come.
 */
import { type ShadowedVerdict, withoutBrackets, wouldMatter } from '../../lib/decide/index.js';
import { oneLine } from '../../lib/smtp/index.js';
import { connectionState, type ObservedDecision, type Stage, sessionOf } from '../support/index.js';
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
  /** What tables in shadow would have done; the empty string for nothing else than what was done. */
  readonly shadow: string;
}

/** Characters of each text that are kept. */
const longestText = 256;

function kept(text: string | null): string {
  const plain = oneLine(text ?? '');
  return plain.length > longestText ? `${plain.slice(0, longestText)}...` : plain;
}

function shadowText({ table, entry, verdict, reply, cause, effects, applied }: ShadowedVerdict): string {
  const why = [verdict, reply, cause, ...effects, applied ? 'done all the same' : ''];
  return `${table} ${entry ?? 'none'}: ${why.filter((part) => part !== '').join(', ')}`;
}

/** Whether a table in shadow would have changed something. */
export function isShadowed({ shadowed }: ObservedDecision): boolean {
  return shadowed.some(wouldMatter);
}

function recent(decision: ObservedDecision, at: number): RecentDecision {
  const { stage, connection, verdict, shadowed } = decision;
  const { reverseName, server, tls, authUser } = sessionOf(connection, connectionState(connection).policy);
  const told = verdict.kind === 'accept' ? null : verdict.reply;
  return {
    at,
    stage,
    connection: connection.uuid,
    client: connection.remote.ip,
    name: reverseName.kind === 'confirmed' ? reverseName.name : '',
    port: server.port,
    helo: kept(connection.hello.host),
    tls,
    user: kept(authUser),
    source: decision.sourceChannel,
    destination: decision.destinationChannel ?? '',
    from: kept(withoutBrackets(decision.envelopeFrom ?? '')),
    to: kept(withoutBrackets(decision.envelopeTo ?? '')),
    entry: verdict.place ?? '',
    verdict: outcomeOf(verdict),
    reply: told === null ? '' : `${told.code} ${told.enhanced} ${told.text}`,
    cause: verdict.kind === 'defer' ? kept(verdict.cause) : '',
    shadow: kept(shadowed.filter(wouldMatter).map(shadowText).join('; ')),
  };
}

export class RecentDecisions {
  #all: RecentDecision[] = [];

  /** Keeps at most `most` decisions from now on; none for 0. */
  add(decision: ObservedDecision, most: number, at: number): void {
    if (most === 0) {
      this.#all = [];
      return;
    }
    this.#all.push(recent(decision, at));
    // Not with each decision, since all that stay are moved.
    if (this.#all.length >= 2 * most) this.#all = this.#all.slice(-most);
  }

  newestFirst(most: number): readonly RecentDecision[] {
    return most === 0 ? [] : this.#all.slice(-most).reverse();
  }
}
