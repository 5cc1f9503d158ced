/*
 * Whether the domains that count as local and the domains that are delivered locally are the same, and whether a rule for
 * the hosts below a domain leaves out the domain itself.
 */
import { foldDomain } from '../address/index.js';
import type { Environment, Lookup } from '../engine/index.js';
import {
  type CompiledPolicy,
  goesOutside,
  isChannelHost,
  type Policy,
  rewriteEnvelope,
} from '../policy/index.js';
import { askPolicy, exampleHost } from '../proof/index.js';
import { type RoutingChannel, rulesOf } from '../rewrite/index.js';
import { type Diagnostic, type Span, warningAt } from '../text/index.js';

/** A user whom no site has: what a rule makes of a real one must not decide over a domain. */
const nobody = 'any-user';

/** Where recipients at a host go: a channel, or none, and then why. */
interface Destination {
  readonly channel: RoutingChannel | null;
  readonly why: string;
}

/** The channel that recipients at a host go to. A failing look-up throws. */
function* destinationOf(policy: Policy, host: string, environment: Environment): Lookup<Destination> {
  const sourceChannel = policy.settings.listeners.default;
  const which = { direction: 'forward', sourceChannel } as const;
  const result = yield* rewriteEnvelope(policy, `${nobody}@${host}`, which, environment);
  switch (result.kind) {
    case 'routed':
      return { channel: result.channel, why: '' };
    case 'no-channel':
      return { channel: null, why: `no channel has the host \`${result.routingSystem}\`` };
    case 'ceiling':
      return { channel: null, why: result.text };
    case 'failed':
      throw new Error(result.cause);
  }
}

function describe({ channel, why }: Destination): string {
  return channel === null ? `to no channel: ${why}` : `to \`${channel.name}\``;
}

/** A domain that counts as local, and where that is said. */
interface LocalDomain {
  readonly domain: string;
  readonly span: Span;
  readonly isHost: boolean;
}

function localDomainsOf({ policy, settings }: CompiledPolicy): LocalDomain[] {
  const local = [...policy.channels.channels.values()].filter(
    (channel) => policy.routingChannels.get(channel.name)?.isLocal === true,
  );
  const [first] = local;
  if (first === undefined) return [];
  const hosts = local.flatMap((channel) => [
    { domain: channel.officialHostName, span: channel.span, isHost: true },
    ...channel.hosts.map(({ name, span }) => ({ domain: name, span, isHost: true })),
  ]);
  const named = settings.localDomains.map((domain) => ({
    domain,
    span: settings.places.get(`local_domains.${domain}`) ?? first.span,
    isHost: false,
  }));
  const known = new Set<string>();
  return [...named, ...hosts].filter(({ domain }) => {
    const key = foldDomain(domain);
    if (domain === '' || known.has(key) || !policy.localDomains.has(key)) return false;
    known.add(key);
    return true;
  });
}

/** Tells whether mail that goes there leaves the house, or goes nowhere. */
function isOutside(policy: Policy, { channel }: Destination): boolean {
  return channel === null || goesOutside(policy, channel.name);
}

/**
 * Domains that count as local, but whose mail goes elsewhere. A host of the local channel belongs there; a domain of
 * the setting may as well lie on another channel inside.
 */
function* lintElsewhere(compiled: CompiledPolicy, newEnvironment: () => Environment): Lookup<Diagnostic[]> {
  const diagnostics: Diagnostic[] = [];
  for (const { domain, span, isHost } of localDomainsOf(compiled)) {
    const asked = yield* askPolicy(`where mail for \`${domain}\` goes`, span, newEnvironment, (environment) =>
      destinationOf(compiled.policy, domain, environment),
    );
    if ('finding' in asked) {
      diagnostics.push(asked.finding);
    } else if (isHost ? asked.answer.channel?.isLocal !== true : isOutside(compiled.policy, asked.answer)) {
      const what = isHost
        ? `\`${domain}\` is a host of the local channel`
        : `\`${domain}\` is a local domain`;
      diagnostics.push(
        warningAt(span, 'lint/local-domain', `${what}, but its mail goes ${describe(asked.answer)}`, {
          hint: isHost
            ? 'change the rule that takes it, or remove the host here'
            : 'change the rule that takes it, or leave it out of `local_domains`',
        }),
      );
    }
  }
  return diagnostics;
}

/** Rules for one host whose mail is delivered locally, though the host does not count as local. */
function* lintUnnamed(compiled: CompiledPolicy, newEnvironment: () => Environment): Lookup<Diagnostic[]> {
  const { policy, rules } = compiled;
  const diagnostics: Diagnostic[] = [];
  const asked = new Set<string>();
  for (const { pattern } of rulesOf(rules)) {
    const host = pattern.kind === 'host' ? exampleHost(pattern) : null;
    if (host === null || !host.includes('.') || asked.has(foldDomain(host))) continue;
    asked.add(foldDomain(host));
    if (policy.localDomains.has(foldDomain(host)) || isChannelHost(policy, host)) continue;
    const answer = yield* askPolicy(
      `where mail for \`${host}\` goes`,
      pattern.span,
      newEnvironment,
      (environment) => destinationOf(policy, host, environment),
    );
    if ('finding' in answer) diagnostics.push(answer.finding);
    else if (answer.answer.channel?.isLocal === true) {
      const { name } = answer.answer.channel;
      diagnostics.push(
        warningAt(
          pattern.span,
          'lint/local-domain',
          `mail for \`${host}\` goes to \`${name}\`, but it is not a local domain`,
          { hint: `add \`${host}\` to \`local_domains\`, so that the built-in entries guard it too` },
        ),
      );
    }
  }
  return diagnostics;
}

/** Rules for the hosts below a domain that lies inside, while the domain itself goes outside. */
function* lintBareDomains(compiled: CompiledPolicy, newEnvironment: () => Environment): Lookup<Diagnostic[]> {
  const { policy, rules } = compiled;
  const diagnostics: Diagnostic[] = [];
  const asked = new Set<string>();
  for (const { pattern } of rulesOf(rules)) {
    const below = pattern.kind === 'suffix' ? exampleHost(pattern) : null;
    const domain = pattern.text.slice(1);
    if (below === null || !domain.includes('.') || asked.has(foldDomain(domain))) continue;
    asked.add(foldDomain(domain));
    const answer = yield* askPolicy(
      `where mail for \`${domain}\` goes`,
      pattern.span,
      newEnvironment,
      function* (environment) {
        const inside = yield* destinationOf(policy, below, environment);
        const itself = yield* destinationOf(policy, domain, environment);
        return { inside, itself };
      },
    );
    if ('finding' in answer) {
      diagnostics.push(answer.finding);
      continue;
    }
    const { inside, itself } = answer.answer;
    if (isOutside(policy, inside) || !isOutside(policy, itself)) continue;
    diagnostics.push(
      warningAt(
        pattern.span,
        'lint/bare-domain',
        `\`${pattern.text}\` does not take \`${domain}\` itself, whose mail goes ${describe(itself)}`,
        { hint: `add a rule for \`${domain}\` if it is yours too` },
      ),
    );
  }
  return diagnostics;
}

/** Finds local domains that are none, domains that should be local, and domains that their own rule leaves out. */
export function* lintDomains(
  compiled: CompiledPolicy,
  newEnvironment: () => Environment,
): Lookup<Diagnostic[]> {
  const elsewhere = yield* lintElsewhere(compiled, newEnvironment);
  const unnamed = yield* lintUnnamed(compiled, newEnvironment);
  const bare = yield* lintBareDomains(compiled, newEnvironment);
  return [...elsewhere, ...unnamed, ...bare];
}
