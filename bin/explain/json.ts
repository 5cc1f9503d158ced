/*
 * The JSON form of an explanation. `text` is what follows the code in the reply; it is empty where something is accepted.
 */
import type { ReverseName } from '../../lib/channel/index.js';
import type { Verdict } from '../../lib/smtp/index.js';
import { lineOf } from '../../runtime/haraka-install/index.js';
import type { AuthDecision, Explanation } from './decisions.js';
import { notDecided } from './install.js';
import { type ExplainRequest, withoutBrackets } from './request.js';

/** What the client would be answered, and which entry decided. */
export interface Answer {
  readonly verdict: Verdict['kind'];
  readonly code: number;
  readonly text: string;
  /** The entry that decided; null when none did. */
  readonly entry: string | null;
  /** Why nothing could be decided; for the log, the client never learns it. */
  readonly cause?: string;
}

/** Whether pmdf/auth takes a password where the client says AUTH; `code` and `text` are its refusal. */
function authJson({ user, refusal, runs }: AuthDecision) {
  if (!runs) return { user, offered: false, code: 0, text: '`pmdf/auth` is not in config/plugins' };
  if (refusal === null) return { user, offered: true, code: 235, text: '' };
  return { user, offered: false, code: refusal.code, text: `${refusal.enhanced} ${refusal.text}` };
}

/** What is known of the client's name; `live` tells that DNS was asked. */
function reverseJson(name: ReverseName, live: boolean) {
  switch (name.kind) {
    case 'confirmed':
      return { live, kind: name.kind, name: name.name, cause: null };
    case 'unconfirmed':
      return { live, kind: name.kind, name: name.name, cause: name.cause };
    case 'none':
      return { live, kind: name.kind, name: null, cause: name.cause };
  }
}

const greeting = 220;
const ok = 250;

function answerTo(verdict: Verdict, accepting: number): Answer {
  if (verdict.kind === 'accept') {
    return { verdict: verdict.kind, code: accepting, text: '', entry: verdict.place };
  }
  const { code, enhanced, text } = verdict.reply;
  const said = [enhanced, text].filter((part) => part !== '').join(' ');
  const answer = { verdict: verdict.kind, code, text: said, entry: verdict.place };
  return verdict.kind === 'defer' ? { ...answer, cause: verdict.cause } : answer;
}

/** Makes the JSON form; the recipients stand in the order of the request. */
export function explanationJson(
  request: ExplainRequest,
  { name, client, from, to, tls, runs, deliveryTls }: Explanation,
) {
  const { channel, why, switched, relaying, verdict, entries, effects, shadowed, auth } = client.decision;
  return {
    plugins: runs.isKnown ? [...runs.ours].map(lineOf) : null,
    notDecided: notDecided(runs),
    client: {
      address: request.client.address,
      name: name.kind === 'confirmed' ? name.name : null,
      reverse: reverseJson(name, request.live === true),
      channel,
      why,
      switched,
      relaying,
      tls: { active: request.tls, ...tls },
      auth: auth === null ? null : authJson(auth),
      ...answerTo(verdict, greeting),
      entries,
      effects,
      shadowed,
      trace: client.trace,
    },
    from: {
      address: withoutBrackets(request.from),
      ...answerTo(from.decision.verdict, ok),
      rewritten: from.decision.envelopeFrom,
      senderHeader: from.decision.senderHeader,
      entries: from.decision.entries,
      effects: from.decision.effects,
      shadowed: from.decision.shadowed,
      trace: from.trace,
    },
    to: to.map(({ decision, trace }, index) => ({
      address: withoutBrackets(request.to[index] ?? ''),
      ...answerTo(decision.verdict, ok),
      rewritten: decision.address,
      channel: decision.channel,
      deliveries: decision.deliveries,
      tls: deliveryTls[index] ?? [],
      entries: decision.entries,
      effects: decision.effects,
      shadowed: decision.shadowed,
      trace,
    })),
  };
}

/** The JSON form of an explanation. */
export type ExplanationJson = ReturnType<typeof explanationJson>;
