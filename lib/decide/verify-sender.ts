/*
 * What the keywords of a channel demand of the domains of a client and of its sender: SPF of the name after HELO, whether the domain
 * of the sender exists, SPF of the sender. In shadow SPF decides nothing, and leaves what it would have done.
 */
import { type Path, printAddress } from '../address/index.js';
import type { Lookup } from '../engine/index.js';
import {
  type LimitedChannel,
  type SpfKeyword,
  verifySenderDomain,
  verifySenderPolicy,
} from '../limits/index.js';
import { compiledChannel, isStranger, type Policy, type Session } from '../policy/index.js';
import { accepted, replyLine, type Verdict } from '../smtp/index.js';
import type { DecisionContext } from './context.js';
import { noneShadowed, type ShadowedVerdict } from './decision.js';
import { joinShadowed } from './effects.js';

/** An envelope From; both are empty for the null sender, and before MAIL FROM. */
export interface VerifiedSender {
  readonly address: string;
  readonly domain: string;
}

/** The verdict, and what SPF would have done where it is in shadow. */
export interface SenderVerification {
  readonly verdict: Verdict;
  readonly shadowed: readonly ShadowedVerdict[];
}

const nothingAgainst: SenderVerification = Object.freeze({ verdict: accepted, shadowed: noneShadowed });

/** The keywords of SPF, in the order of the commands. */
const keywords: readonly SpfKeyword[] = ['spfhelo', 'spfmailfrom', 'spfrcptto'];

function hasSpfKeyword({ limits }: LimitedChannel, keyword: SpfKeyword): boolean {
  switch (keyword) {
    case 'spfhelo':
      return limits.checksPolicyAtHelo;
    case 'spfmailfrom':
      return limits.checksPolicyAtMail;
    case 'spfrcptto':
      return limits.checksPolicyAtRecipient;
  }
}

/** Whether SPF is checked of a client: inside clients and authenticated senders may send as anyone. */
function isCheckedBySpf(policy: Policy, session: Session): boolean {
  return session.authUser === null && isStranger(policy, session);
}

function inShadow(keyword: SpfKeyword, verdict: Exclude<Verdict, { kind: 'accept' }>): ShadowedVerdict {
  return {
    table: keyword,
    entry: verdict.place,
    verdict: verdict.kind,
    reply: replyLine(verdict.reply),
    cause: verdict.kind === 'defer' ? verdict.cause : '',
    effects: [],
    applied: false,
  };
}

/** Decides by SPF at the command of a keyword; accepts where the channel lacks it, and whom SPF is not about. */
export function* decideBySpf(
  { policy, session, environment }: DecisionContext,
  keyword: SpfKeyword,
  { address, domain }: VerifiedSender,
): Lookup<SenderVerification> {
  const channel = compiledChannel(policy, session.sourceChannel);
  if (!hasSpfKeyword(channel, keyword) || !isCheckedBySpf(policy, session)) return nothingAgainst;
  const client = { address: session.client.address, helo: session.helo ?? '', sender: address, domain };
  const { spf: settings, shadow } = policy.settings;
  const verdict = yield* verifySenderPolicy(keyword, channel, client, { environment, settings });
  if (verdict.kind === 'accept') return nothingAgainst;
  if (!shadow.channels.includes(channel.name)) return { verdict, shadowed: noneShadowed };
  const shadowed = inShadow(keyword, verdict);
  environment.trace?.({ kind: 'shadowed', ...shadowed });
  return { verdict: accepted, shadowed: [shadowed] };
}

/** All of it as one decision, for commands that explain a whole session: the first refusal, or an acceptance. */
export function* verifySender(context: DecisionContext, path: Path): Lookup<SenderVerification> {
  const { policy, session, environment } = context;
  const channel = compiledChannel(policy, session.sourceChannel);
  const address = path.kind === 'address' ? printAddress(path.address) : '';
  const domain = path.kind === 'address' ? (path.address.domain ?? '') : '';
  if (channel.limits.verifiesSenderDomain && domain !== '') {
    const verdict = yield* verifySenderDomain(channel, { domain, address }, environment);
    if (verdict.kind !== 'accept') return { verdict, shadowed: noneShadowed };
  }
  let { shadowed } = nothingAgainst;
  for (const keyword of keywords) {
    const decision = yield* decideBySpf(context, keyword, { address, domain });
    if (decision.verdict.kind !== 'accept') return { ...decision, shadowed };
    shadowed = joinShadowed(shadowed, decision.shadowed);
  }
  return { verdict: accepted, shadowed };
}
