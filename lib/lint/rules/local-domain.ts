/*
 * The domains that count as local and the domains that are delivered on the local channel are not the same. A host of the
 * local channel belongs there; a domain of the setting `local_domains` may be on another channel inside.
 */
import { foldDomain } from '../../address/index.js';
import type { Lookup } from '../../engine/index.js';
import { type CompiledPolicy, isChannelHost } from '../../policy/index.js';
import { exampleHost } from '../../proof/index.js';
import { rulesOf } from '../../rewrite/index.js';
import type { Span } from '../../text/index.js';
import { destinationOf, finalDestinationOf } from '../host-destination.js';
import { type Finding, oneFinding, type RequestRule } from '../rule.js';
import type { LintSubject } from '../subject.js';

interface LocalDomain {
  readonly domain: string;
  readonly span: Span;
  /** Whether it is a host of the local channel, not a domain of the setting. */
  readonly isHost: boolean;
}

interface Mismatch extends LocalDomain {
  readonly message: string;
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
  const inSettings = settings.localDomains.map((domain) => ({
    domain,
    span: settings.places.get(`local_domains.${domain}`) ?? first.span,
    isHost: false,
  }));
  const known = new Set<string>();
  return [...inSettings, ...hosts].filter(({ domain }) => {
    const key = foldDomain(domain);
    if (domain === '' || known.has(key) || !policy.localDomains.has(key)) return false;
    known.add(key);
    return true;
  });
}

/** Local domains whose mail goes elsewhere. */
function* deliveredElsewhere(subject: LintSubject): Lookup<Mismatch[]> {
  const found: Mismatch[] = [];
  for (const local of localDomainsOf(subject.compiled)) {
    const { domain, span, isHost } = local;
    const what = `where mail for \`${domain}\` goes`;
    const asked = yield* subject.ask(what, span, (environment) =>
      finalDestinationOf(subject.policy, domain, environment),
    );
    if (asked === null) continue;
    const { channel, isOutside, text } = asked.answer;
    if (isHost ? channel?.isLocal === true : !isOutside) continue;
    const kind = isHost ? 'a host of the local channel' : 'a local domain';
    found.push({ ...local, message: `\`${domain}\` is ${kind}, but mail for it ${text}` });
  }
  return found;
}

/** Hosts of rules whose mail goes to the local channel, although they are not local domains. */
function* notListed(subject: LintSubject): Lookup<Mismatch[]> {
  const { policy } = subject;
  const found: Mismatch[] = [];
  const known = new Set<string>();
  for (const { pattern } of rulesOf(subject.compiled.rules)) {
    const domain = pattern.kind === 'host' ? exampleHost(pattern) : null;
    if (domain === null || !domain.includes('.') || known.has(foldDomain(domain))) continue;
    known.add(foldDomain(domain));
    if (policy.localDomains.has(foldDomain(domain)) || isChannelHost(policy, domain)) continue;
    const { span } = pattern;
    const what = `where mail for \`${domain}\` goes`;
    const asked = yield* subject.ask(what, span, (environment) => destinationOf(policy, domain, environment));
    if (asked?.answer.channel?.isLocal !== true) continue;
    const { name } = asked.answer.channel;
    const message = `mail for \`${domain}\` goes to the local channel \`${name}\`, but it is not a local domain`;
    found.push({ domain, span, isHost: false, message });
  }
  return found;
}

/** One finding for all mismatches of a kind, which mostly have one cause. */
function findingFor(found: readonly Mismatch[], hint: string): readonly Finding[] {
  const more = found.length === 1 ? '' : `; the same applies to ${found.length - 1} more`;
  return oneFinding(
    found,
    ({ message }) => ({ message: `${message}${more}`, hint }),
    ({ domain }) => `\`${domain}\` too`,
  );
}

export const localDomain = {
  code: 'lint/local-domain',
  about:
    'A local domain is not delivered on the local channel, or a domain that is delivered there is not a local domain. The built-in entries against relaying protect local domains only. Change the rewrite rule for the domain, or add it to or remove it from `local_domains`.',
  *check(subject) {
    const elsewhere = yield* deliveredElsewhere(subject);
    const unlisted = yield* notListed(subject);
    const domains = elsewhere.filter(({ isHost }) => !isHost);
    const hosts = elsewhere.filter(({ isHost }) => isHost);
    return [
      ...findingFor(
        domains,
        'change the rewrite rule that matches it, or remove the domain from `local_domains`',
      ),
      ...findingFor(
        hosts,
        'change the rewrite rule that matches it, or remove the host from the channel block',
      ),
      ...findingFor(
        unlisted,
        'add the domain to `local_domains`, so that the built-in entries against relaying protect it',
      ),
    ];
  },
} as const satisfies RequestRule;
