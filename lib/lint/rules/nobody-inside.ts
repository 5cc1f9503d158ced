/*
 * Clients are meant to come in on a channel and none ever does: it cannot be switched to, or no channel switches. Only
 * what was probably forgotten is reported: `noswitchchannel` from `defaults`, not from the channel's own block, and
 * `allowswitchchannel` in a block while no channel has `switchchannel`.
 * Ref: PMDF 2.3.4.42
 */
import {
  type Channel,
  hasKeyword,
  isSmtpChannel,
  spanOfKeyword,
  switchesClients,
} from '../../channel/index.js';
import type { Lookup } from '../../engine/index.js';
import { channelNamed, listenerChannels, type Policy, rewriteEnvelope } from '../../policy/index.js';
import { exampleLiteral } from '../../proof/index.js';
import { rulesOf } from '../../rewrite/index.js';
import type { Finding, RequestRule } from '../rule.js';
import type { LintSubject } from '../subject.js';

/** Whether a channel has a keyword from `defaults`, not from its own block. */
function isByDefault(channel: Channel, keyword: string): boolean {
  const { span } = channel;
  const given = spanOfKeyword(channel, keyword);
  return given === null || given.source !== span.source || given.offset < span.offset;
}

/** Channels that rules lead clients to and that do not permit switching to them. */
function* cannotBeSwitchedTo(subject: LintSubject, first: Channel): Lookup<Finding[]> {
  const { policy } = subject;
  const found = new Map<string, Finding>();
  const which = { direction: 'backward', sourceChannel: first.name } as const;
  for (const { pattern } of rulesOf(subject.compiled.rules)) {
    const literal = exampleLiteral(pattern);
    if (literal === null) continue;
    const what = `the source channel of clients at \`${pattern.text}\``;
    const asked = yield* subject.ask(what, pattern.span, (environment) =>
      rewriteEnvelope(policy, `postmaster@${literal}`, which, environment),
    );
    if (asked?.answer.kind !== 'routed') continue;
    const channel = channelNamed(policy, asked.answer.channel.name);
    const isForgotten = hasKeyword(channel, 'noswitchchannel') && isByDefault(channel, 'noswitchchannel');
    if (!isForgotten || channel === first || !isSmtpChannel(channel) || found.has(channel.name)) continue;
    found.set(channel.name, {
      span: channel.span,
      message: `clients at \`${pattern.text}\` never come in on their channel \`${channel.name}\`: it has the keyword \`noswitchchannel\` from \`defaults\``,
      hint: `give \`${channel.name}\` the keyword \`allowswitchchannel\``,
      related: [{ message: 'this rule leads them there', span: pattern.span }],
    });
  }
  return [...found.values()];
}

/** A channel that can be switched to while no channel switches. */
function nothingSwitches(policy: Policy, first: Channel): Finding[] {
  const all = [...policy.channels.channels.values()];
  if (all.some(switchesClients)) return [];
  const named = all.flatMap(({ keywords }) => [
    keywords.get('tlsswitchchannel')?.arguments[0],
    keywords.get('saslswitchchannel')?.arguments[0],
  ]);
  const intended = all.find(
    (channel) =>
      channel !== first &&
      spanOfKeyword(channel, 'allowswitchchannel') !== null &&
      !isByDefault(channel, 'allowswitchchannel') &&
      !named.includes(channel.name),
  );
  if (intended === undefined) return [];
  return [
    {
      span: first.span,
      message: `no client ever comes in on the channel \`${intended.name}\`: \`${first.name}\`, where connections start, does not have the keyword \`switchchannel\``,
      hint: `give \`${first.name}\` the keyword \`switchchannel\``,
      related: [{ message: 'this channel can be switched to', span: intended.span }],
    },
  ];
}

export const nobodyInside = {
  code: 'lint/nobody-inside',
  about:
    'Rewrite rules or keywords assign your own clients to a channel, but no client ever comes in on it, so they count as outside. Give the channel the keyword `allowswitchchannel`, or give the channel where connections start the keyword `switchchannel`, as the hint says.',
  *check(subject) {
    const [first] = listenerChannels(subject.policy);
    if (first === undefined) return [];
    const none = nothingSwitches(subject.policy, first);
    return none.length > 0 ? none : yield* cannotBeSwitchedTo(subject, first);
  },
} as const satisfies RequestRule;
