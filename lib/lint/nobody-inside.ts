/*
 * Rules that tell where clients belong, and no client ever gets there: the channel may not be switched to, or the channel
 * that connections begin with switches nobody. Only what was most likely forgotten is named: `noswitchchannel` from
 * `defaults`, not of the channel's own block, and `allowswitchchannel` in a block while nothing has `switchchannel`.
 * Ref: PMDF 2.3.4.42
 */
import { type Channel, hasKeyword, isSmtpChannel, switchesClients } from '../channel/index.js';
import type { Environment, Lookup } from '../engine/index.js';
import {
  type CompiledPolicy,
  channelNamed,
  listenerChannels,
  type Policy,
  rewriteEnvelope,
} from '../policy/index.js';
import { askPolicy } from '../proof/index.js';
import { examplePartsOf, type RulePattern, rulesOf } from '../rewrite/index.js';
import { type Diagnostic, warningAt } from '../text/index.js';

/** An address literal that a pattern takes; null for patterns of names. */
function literalFor(pattern: RulePattern): string | null {
  if (pattern.tag !== '' || !pattern.text.startsWith('[')) return null;
  const [parts] = examplePartsOf(pattern);
  return parts === undefined ? null : parts.host + parts.domain;
}

/** Whether the keyword comes from `defaults`, and so was not said of this channel. */
function isByDefault({ keywords, span }: Channel, keyword: string): boolean {
  const said = keywords.get(keyword)?.span ?? null;
  return said === null || said.source !== span.source || said.offset < span.offset;
}

/** Channels that rules lead clients to, by the pattern, and that may not be switched to. */
function* lintForbidden(
  { policy, rules }: CompiledPolicy,
  first: Channel,
  newEnvironment: () => Environment,
): Lookup<Diagnostic[]> {
  const found = new Map<string, Diagnostic>();
  for (const { pattern } of rulesOf(rules)) {
    const literal = literalFor(pattern);
    if (literal === null) continue;
    const what = `where clients at \`${pattern.text}\` belong`;
    const which = { direction: 'backward', sourceChannel: first.name } as const;
    const asked = yield* askPolicy(what, pattern.span, newEnvironment, (environment) =>
      rewriteEnvelope(policy, `postmaster@${literal}`, which, environment),
    );
    // Another lint says what could not be found out.
    if ('finding' in asked || asked.answer.kind !== 'routed') continue;
    const channel = channelNamed(policy, asked.answer.channel.name);
    const isForgotten = hasKeyword(channel, 'noswitchchannel') && isByDefault(channel, 'noswitchchannel');
    if (!isForgotten || channel === first || !isSmtpChannel(channel) || found.has(channel.name)) continue;
    found.set(
      channel.name,
      warningAt(
        channel.span,
        'lint/nobody-inside',
        `clients at \`${pattern.text}\` belong to \`${channel.name}\` and never come in on it: it has \`noswitchchannel\` from \`defaults\``,
        {
          hint: `give \`${channel.name}\` the keyword \`allowswitchchannel\``,
          related: [{ message: 'they belong there by this rule', span: pattern.span }],
        },
      ),
    );
  }
  return [...found.values()];
}

/** A channel that may be switched to, while nothing switches. */
function lintNoSwitch(policy: Policy, first: Channel): Diagnostic[] {
  const all = [...policy.channels.channels.values()];
  if (all.some(switchesClients)) return [];
  const named = all.flatMap(({ keywords }) => [
    keywords.get('tlsswitchchannel')?.arguments[0],
    keywords.get('saslswitchchannel')?.arguments[0],
  ]);
  const meant = all.find(
    (channel) =>
      channel !== first &&
      (channel.keywords.get('allowswitchchannel')?.span ?? null) !== null &&
      !isByDefault(channel, 'allowswitchchannel') &&
      !named.includes(channel.name),
  );
  if (meant === undefined) return [];
  return [
    warningAt(
      first.span,
      'lint/nobody-inside',
      `no client ever comes in on \`${meant.name}\`: \`${first.name}\` lacks \`switchchannel\``,
      {
        hint: `give \`${first.name}\` the keyword \`switchchannel\``,
        related: [{ message: 'this one may be switched to', span: meant.span }],
      },
    ),
  ];
}

/** Finds channels that clients belong to and never come in on. */
export function* lintNobodyInside(
  compiled: CompiledPolicy,
  newEnvironment: () => Environment,
): Lookup<Diagnostic[]> {
  const [first] = listenerChannels(compiled.policy);
  if (first === undefined) return [];
  const none = lintNoSwitch(compiled.policy, first);
  return none.length > 0 ? none : yield* lintForbidden(compiled, first, newEnvironment);
}
