/*
 * What the keywords of a channel demand of the domains of a client and of its sender, as one decision for commands that explain a
 * whole session: SPF of the name after HELO, whether the domain of the sender exists, SPF of the sender. In shadow SPF only
 * leaves events in the trace.
 */
import { type Path, printAddress } from '../address/index.js';
import type { Environment, Lookup } from '../engine/index.js';
import {
  type LimitedChannel,
  type SpfKeyword,
  verifySenderDomain,
  verifySenderPolicy,
} from '../limits/index.js';
import { compiledChannel, isStranger, type Policy, type Session } from '../policy/index.js';
import { accepted, type Verdict } from '../smtp/index.js';

/** The keywords of SPF of a channel, in the order of the commands. */
function spfKeywords({ limits }: LimitedChannel): readonly SpfKeyword[] {
  return [
    ...(limits.checksPolicyAtHelo ? (['spfhelo'] as const) : []),
    ...(limits.checksPolicyAtMail ? (['spfmailfrom'] as const) : []),
    ...(limits.checksPolicyAtRecipient ? (['spfrcptto'] as const) : []),
  ];
}

/** Whether SPF is checked of a client: inside clients and authenticated senders may send as anyone. */
export function isCheckedBySpf(policy: Policy, session: Session): boolean {
  return session.authUser === null && isStranger(policy, session);
}

/** The first refusal, or an acceptance. */
export function* verifySender(
  policy: Policy,
  session: Session,
  path: Path,
  environment: Environment,
): Lookup<Verdict> {
  const channel = compiledChannel(policy, session.sourceChannel);
  const address = path.kind === 'address' ? printAddress(path.address) : '';
  const domain = path.kind === 'address' ? (path.address.domain ?? '') : '';
  if (channel.limits.verifiesSenderDomain && domain !== '') {
    const verdict = yield* verifySenderDomain(channel, { domain, address }, environment);
    if (verdict.kind !== 'accept') return verdict;
  }
  if (!isCheckedBySpf(policy, session)) return accepted;
  const client = { address: session.client.address, helo: session.helo ?? '', sender: address, domain };
  for (const keyword of spfKeywords(channel)) {
    const verdict = yield* verifySenderPolicy(keyword, channel, client, {
      environment,
      settings: policy.settings.spf,
    });
    if (verdict.kind === 'accept') continue;
    if (!policy.settings.shadow.channels.includes(channel.name)) return verdict;
    const { code, enhanced, text } = verdict.reply;
    environment.trace?.({
      kind: 'shadowed',
      table: keyword,
      entry: verdict.place,
      verdict: verdict.kind,
      reply: `${code} ${enhanced} ${text}`,
      cause: verdict.kind === 'defer' ? verdict.cause : '',
      effects: [],
      applied: false,
    });
  }
  return accepted;
}
