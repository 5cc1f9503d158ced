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
import type { Finding, RequestRule } from '../rule.js';
import type { LintSubject } from '../subject.js';

/** A user that no site has. */
const anyUser = 'any-user';
/** More domains than anyone writes aliases at by hand. */
const mostDomains = 200;

/** The first alias at each domain, and how many there are. */
function aliasesByDomain({ aliases }: CompiledPolicy): Map<string, { first: Alias; count: number }> {
  const found = new Map<string, { first: Alias; count: number }>();
  for (const alias of aliasesOf(aliases)) {
    const at = alias.name.lastIndexOf('@');
    if (at === -1) continue;
    const domain = foldDomain(alias.name.slice(at + 1));
    const known = found.get(domain);
    if (known === undefined) found.set(domain, { first: alias, count: 1 });
    else known.count += 1;
  }
  return found;
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

function* findUnusedAliases(subject: LintSubject): Lookup<readonly Finding[]> {
  const { compiled, policy } = subject;
  const domains = [...aliasesByDomain(compiled)].slice(0, mostDomains);
  if (domains.length === 0) return [];
  const inTemplates = itemsOfRules(compiled.rules)
    .flatMap((item) => (item.kind === 'text' ? [foldDomain(item.text)] : []))
    .join('\n');
  const findings: Finding[] = [];
  for (const [domain, { first, count }] of domains) {
    if (inTemplates.includes(domain)) continue;
    const { name, span } = first;
    const what = `where mail for \`${domain}\` goes`;
    const asked = yield* subject.ask(what, span, (environment) => whyUnused(policy, domain, environment));
    if (asked === null || asked.answer === null) continue;
    const aliases = count === 1 ? `\`${name}\` is` : `\`${name}\` and ${count - 1} more at its domain are`;
    const message = `the alias ${aliases} never used: mail for \`${domain}\` ${asked.answer}`;
    const hint = `if \`${domain}\` is a host of the local channel, write it twice in the channel block, as \`${domain} ${domain}\`, to keep the name`;
    findings.push({ span, message, hint });
  }
  return findings;
}

export const aliasName = {
  code: 'lint/alias-name',
  severity: 'warning',
  about:
    'An alias is at a domain that addresses no longer have when aliases are looked up, because a rewrite rule or the channel block changes the domain first. The alias is never used. Write it at the domain that the message names, or keep the domain as the hint shows.',
  check: findUnusedAliases,
} as const satisfies RequestRule;
