/*
 * The JSON form of an explanation. `text` is what follows the code in the reply; it is empty where something is accepted.
 */

import type { ReverseName } from '../../lib/channel/index.js';
import {
  type AuthDecision,
  type RecipientDecision,
  type Step,
  withoutBrackets,
} from '../../lib/decide/index.js';
import type { Verdict } from '../../lib/smtp/index.js';
import { lineOf } from '../../runtime/haraka-install/index.js';
import { type DecidedRequest, replyText } from '../support/index.js';
import { deliveryTlsOf } from './delivery-tls.js';
import { notDecided } from './not-decided.js';

const greeting = 220;
const ok = 250;

function answer(verdict: Verdict, accepting: number) {
  const { kind, place: entry } = verdict;
  if (kind === 'accept') return { verdict: kind, code: accepting, text: '', entry };
  const said = { verdict: kind, code: verdict.reply.code, text: replyText(verdict.reply), entry };
  // The log names the cause; the client never learns it.
  return kind === 'defer' ? { ...said, cause: verdict.cause } : said;
}

/** Whether pmdf/auth accepts a password; `code` and `text` are its reply. */
function authJson({ user, refusal, runs }: AuthDecision) {
  if (refusal !== null) return { user, offered: false, code: refusal.code, text: replyText(refusal) };
  if (!runs) return { user, offered: false, code: 0, text: '`pmdf/auth` is not in config/plugins' };
  return { user, offered: true, code: 235, text: '' };
}

/** What is known about the client's name; `live`: it was looked up in DNS. */
function reverseJson(name: ReverseName, live: boolean) {
  const cause = name.kind === 'confirmed' ? null : name.cause;
  return { live, kind: name.kind, name: name.kind === 'none' ? null : name.name, cause };
}

/** What the steps have in common. */
function stepJson({
  decision: { entries, effects, shadowed },
  trace,
}: Step<Pick<RecipientDecision, 'entries' | 'effects' | 'shadowed'>>) {
  return { entries, effects, shadowed, trace };
}

/** Makes the JSON form; the recipients are in the order of the request. */
export function explanationJson(explained: DecidedRequest) {
  const { request, live, policy, runs, decided, tls } = explained;
  const { client, from, to } = decided;
  const { channel, why, switched, relaying, verdict, auth } = client.decision;
  return {
    plugins: runs.isKnown ? [...runs.ours].map(lineOf) : null,
    notDecided: notDecided(runs),
    client: {
      address: request.client.address,
      name: request.reverseName.kind === 'confirmed' ? request.reverseName.name : null,
      reverse: reverseJson(request.reverseName, live),
      helo: request.helo,
      server: request.server.address,
      port: request.server.port,
      channel,
      why,
      switched,
      relaying,
      tls: { active: request.tls, ...tls },
      auth: auth === null ? null : authJson(auth),
      ...answer(verdict, greeting),
      ...stepJson(client),
    },
    from: {
      address: withoutBrackets(request.from),
      ...answer(from.decision.verdict, ok),
      rewritten: from.decision.envelopeFrom,
      senderHeader: from.decision.senderHeader,
      ...stepJson(from),
    },
    to: to.map(({ named, decision, trace }) => ({
      address: named,
      ...answer(decision.verdict, ok),
      rewritten: decision.address,
      channel: decision.channel,
      deliveries: decision.deliveries,
      tls: deliveryTlsOf(policy, runs, decision.deliveries),
      ...stepJson({ decision, trace }),
    })),
  };
}
