/*
 * Aliases of a name at a domain that no address has when aliases are looked up: a host of the local channel without a
 * proper name gives way to the official host name, and a rule may change the domain or lead elsewhere.
 * A domain that the template of a rule or an entry names may be put into an address there, and is left alone.
 * Ref: PMDF 2.3.2.3, 3.1
 */
import { foldDomain, splitAddress } from '../address/index.js';
import { routeRecipient } from '../decide/index.js';
import type { Environment, Lookup } from '../engine/index.js';
import { type Alias, aliasesOf } from '../forwarding/index.js';
import type { CompiledPolicy, Policy } from '../policy/index.js';
import { askPolicy } from '../proof/index.js';
import { itemsOfRules } from '../rewrite/index.js';
import { type Diagnostic, warningAt } from '../text/index.js';

/** A user whom no site has: what a rule makes of a real one must not decide over a domain. */
const nobody = 'any-user';
/** So many domains are asked about; nobody writes aliases at more of their own by hand. */
const mostDomains = 200;

/** The first alias of each domain, with the number of those at it. */
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

/** Why an address at a domain is not looked up under that domain; null when it is. */
function* whyNever(policy: Policy, domain: string, environment: Environment): Lookup<string | null> {
  const source = policy.settings.listeners.default;
  const result = yield* routeRecipient(policy, source, `${nobody}@${domain}`, environment);
  switch (result.kind) {
    case 'failed':
      throw new Error(result.cause);
    case 'refused':
      return `is refused: ${result.reply.text}`;
    case 'routed':
      break;
  }
  const { address, channel, hasAliases } = result.routed;
  if (!hasAliases) return `goes to \`${channel}\`, which has no aliases`;
  const { domain: host } = splitAddress(address);
  if (host === null || foldDomain(host) === domain) return null;
  return `becomes mail for \`${host}\` first`;
}

/** Finds the aliases that no mail from outside can reach under their own name. */
export function* lintAliasNames(
  compiled: CompiledPolicy,
  newEnvironment: () => Environment,
): Lookup<Diagnostic[]> {
  const { policy, rules } = compiled;
  const domains = [...aliasesByDomain(compiled)].slice(0, mostDomains);
  if (domains.length === 0) return [];
  const written = itemsOfRules(rules)
    .flatMap((item) => (item.kind === 'text' ? [foldDomain(item.text)] : []))
    .join('\n');
  const diagnostics: Diagnostic[] = [];
  for (const [domain, { first, count }] of domains) {
    if (written.includes(domain)) continue;
    const what = `where mail for \`${domain}\` goes`;
    const asked = yield* askPolicy(what, first.span, newEnvironment, (environment) =>
      whyNever(policy, domain, environment),
    );
    if ('finding' in asked) {
      diagnostics.push(asked.finding);
    } else if (asked.answer !== null) {
      const others = count === 1 ? '' : ` and ${count - 1} more at it`;
      const message = `\`${first.name}\`${others} is never looked up: mail for \`${domain}\` ${asked.answer}`;
      const hint = `if \`${domain}\` is a host of the local channel, the line \`${domain} ${domain}\` in its block keeps the name`;
      diagnostics.push(warningAt(first.span, 'lint/alias-name', message, { hint }));
    }
  }
  return diagnostics;
}
