/*
 * The channels that a client's reverse name may switch it to, worked out once from the rules and the channel table.
 */
import { foldDomain } from '../address/index.js';
import type { ChannelTable } from '../channel/index.js';
import type { RewriteRule, TemplateItem } from '../rewrite/index.js';
import { eachInSlices, type Slices } from '../text/index.js';

/** Whether a rule can rewrite a name at all: literals are not names, and `$F` and `$B` keep it for other addresses. */
function matchesNames({ pattern, template }: RewriteRule): boolean {
  if (pattern.text.includes('[') || pattern.kind === 'percent' || pattern.kind === 'bang') return false;
  return !template.items.some(
    (item) => item.kind === 'plain-control' && (item.letter === 'F' || item.letter === 'B'),
  );
}

function hostOf(item: TemplateItem): string | null {
  return item.kind === 'text' ? foldDomain(item.text) : null;
}

/** The channels that rules for names, and the hosts of the channel table, lead to; a look-up may lead to any. */
export function* channelsReachedByNameInSlices(
  rules: readonly RewriteRule[],
  { channels, hosts }: ChannelTable,
): Slices<ReadonlySet<string>> {
  const reached = new Set<string>();
  let leadsAnywhere = false;
  const add = (host: string): void => {
    const entry = hosts.get(host);
    if (entry !== undefined) reached.add(entry.channel.name);
  };
  // Official host names of channels without a dot are not names of clients.
  for (const host of hosts.keys()) if (host.includes('.')) add(host);
  yield* eachInSlices(rules, (rule) => {
    if (!matchesNames(rule)) return;
    if (rule.pattern.kind === 'host') add(foldDomain(rule.pattern.text));
    for (const item of rule.template.items) {
      leadsAnywhere ||= ['general', 'mapping', 'ldap', 'host-name'].includes(item.kind);
      const host = hostOf(item);
      if (host !== null) add(host);
    }
  });
  return leadsAnywhere ? new Set(channels.keys()) : reached;
}
