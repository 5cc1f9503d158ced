/*
 * Aliases at a domain that no address has when aliases are looked up: a host of the local channel may be replaced by the
 * official host name, and a rule may change the domain or lead elsewhere. A domain that a template names may be put into
 * an address there and is not reported.
 * Ref: PMDF 2.3.2.3, 3.1
 */
import { foldDomain, splitAddress } from '../../address/index.js';
import { routeRecipient } from '../../decide/index.js';
import type { Environment, Lookup } from '../../engine/index.js';
import { type Alias, aliasesOf } from '../../forwarding/index.js';
import type { CompiledPolicy, Policy } from '../../policy/index.js';
import { itemsOfRules } from '../../rewrite/index.js';
import { groupBy } from '../group-by.js';
import type { Finding, RequestRule } from '../rule.js';

/** A user that no site has. */
const anyUser = 'any-user';
/** More domains than anyone writes aliases at by hand. */
const mostDomains = 200;

function aliasesByDomain({ aliases }: CompiledPolicy): ReadonlyMap<string, readonly [Alias, ...Alias[]]> {
  const withDomain = aliasesOf(aliases).filter(({ name }) => name.includes('@'));
  return groupBy(withDomain, ({ name }) => foldDomain(name.slice(name.lastIndexOf('@') + 1)));
}

/** What happens to mail for a domain before aliases at it could be looked up; null when they are looked up. */
function* whyUnused(policy: Policy, domain: string, environment: Environment): Lookup<string | null> {
  const source = policy.settings.listeners.default;
  const result = yield* routeRecipient(policy, source, `${anyUser}@${domain}`, environment);
  switch (result.kind) {
    case 'failed':
      throw new Error(result.cause);
    case 'refused':
      return `is rejected: ${result.reply.text}`;
    case 'routed':
      break;
  }
  const { address, channel, hasAliases } = result.routed;
  if (!hasAliases) return `goes to the channel \`${channel}\`, which does not use aliases`;
  const { domain: host } = splitAddress(address);
  return host === null || foldDomain(host) === domain ? null : `is first rewritten to \`${host}\``;
}

export const aliasName = {
  code: 'lint/alias-name',
  about:
    'An alias is at a domain that addresses no longer have when aliases are looked up, because a rewrite rule or the channel block changes the domain first. The alias is never used. Write it at the domain that the message names, or keep the domain as the hint shows.',
  *check(subject) {
    const { compiled, policy } = subject;
    const domains = [...aliasesByDomain(compiled)].slice(0, mostDomains);
    if (domains.length === 0) return [];
    const inTemplates = itemsOfRules(compiled.rules)
      .flatMap((item) => (item.kind === 'text' ? [foldDomain(item.text)] : []))
      .join('\n');
    const findings: Finding[] = [];
    for (const [domain, [{ name, span }, ...others]] of domains) {
      if (inTemplates.includes(domain)) continue;
      const what = `where mail for \`${domain}\` goes`;
      const asked = yield* subject.ask(what, span, (environment) => whyUnused(policy, domain, environment));
      if (asked === null || asked.answer === null) continue;
      const aliases =
        others.length === 0 ? `\`${name}\` is` : `\`${name}\` and ${others.length} more at its domain are`;
      const message = `the alias ${aliases} never used: mail for \`${domain}\` ${asked.answer}`;
      const hint = `if \`${domain}\` is a host of the local channel, write it twice in the channel block, as \`${domain} ${domain}\`, to keep the name`;
      findings.push({ span, message, hint });
    }
    return findings;
  },
} as const satisfies RequestRule;
