/*
 * What Messaging Server's files leave to its directory, and what replaces it here: `$V` and `$Z` of rules test for the local domains and ask `domain_url`,
 * and an alias that `viaaliasrequired` requires comes from the alias file, the alias database or a directory.
 * Ref: Messaging Server 6.3 Administration Guide 9.1; PMDF 2.3.4.71
 */
import { type ChannelTable, hasKeyword, isLocalChannelName } from '../channel/index.js';
import type { SettingsFile } from '../config/index.js';
import { itemsOfRules, type RuleFile } from '../rewrite/index.js';
import { type Diagnostic, warningAt } from '../text/index.js';

export interface DirectoryUse {
  readonly settings: SettingsFile;
  readonly rules: RuleFile;
  readonly channels: ChannelTable;
  /** Whether there is any alias, in a file or in pmdf.yaml. */
  readonly hasAliases: boolean;
}

function domainChecks({ settings, rules }: DirectoryUse): Diagnostic[] {
  const first = itemsOfRules(rules).find(({ kind }) => kind === 'domain-check');
  if (first === undefined || settings.localDomains.length > 0 || settings.ldap.domainUrl !== null) return [];
  const message = '`$V` and `$Z` test for local domains, and the only ones are the hosts of channel `l`';
  const hint =
    'name the domains of the directory in pmdf.yaml, `local_domains: [example.org]`, or how to ask it, `ldap: { domain_url: ... }`';
  return [warningAt(first.span, 'policy/directory-domains', message, { hint })];
}

function requiredAliases({ settings, channels, hasAliases }: DirectoryUse): Diagnostic[] {
  if (hasAliases || settings.databases.alias !== null || settings.ldap.aliasUrls.length > 0) return [];
  return [...channels.channels.values()].flatMap((channel) => {
    const keyword = channel.keywords.get('viaaliasrequired');
    const looksUp = isLocalChannelName(channel.name) || hasKeyword(channel, 'aliaslocal');
    if (keyword?.span == null || !looksUp) return [];
    const message = `channel \`${channel.name}\` accepts only addresses that are aliases, and there are no aliases`;
    const hint = 'write the aliases, name an alias database or an ALIAS_URL, or remove `viaaliasrequired`';
    return [warningAt(keyword.span, 'policy/no-aliases', message, { hint })];
  });
}

/** Reports both, where nothing replaces the directory. */
export function checkDirectory(use: DirectoryUse): Diagnostic[] {
  return [...domainChecks(use), ...requiredAliases(use)];
}
