/*
 * Channels that neither mail nor a client can get to: no template ends in one of their host names, no keyword or listener
 * names them, and they have no host of their own. Templates and databases are searched for the host name as text, so a
 * channel that might be reached is not reported; nor is any when the contents of a database are not known.
 */
import { argumentOf, type Channel, isLocalChannelName, isReservedChannelName } from '../../channel/index.js';
import { type TemplateItem as MappingItem, tablesOf } from '../../mapping/index.js';
import {
  bitbucketChannel,
  type CompiledPolicy,
  processChannel,
  reprocessChannel,
} from '../../policy/index.js';
import { isControl, itemsOfRules, rulesOf, type TemplateItem } from '../../rewrite/index.js';
import type { WrittenRule } from '../rule.js';
import { aliasAddresses, tablesUseGeneral, tablesUseLdap } from '../written-texts.js';

/** Keywords whose argument is a channel that mail or clients get to. */
const naming = ['saslswitchchannel', 'tlsswitchchannel', 'expandchannel'];

function channelsNamed({ policy }: CompiledPolicy): Set<string> {
  const { listeners, relayingChannels } = policy.settings;
  // The gateway uses the first three itself.
  const named = new Set<string>([
    bitbucketChannel,
    processChannel,
    reprocessChannel,
    listeners.default,
    ...listeners.ports.values(),
  ]);
  if (relayingChannels !== 'switched') for (const name of relayingChannels) named.add(name);
  for (const channel of policy.channels.channels.values()) {
    for (const keyword of naming) named.add(argumentOf(channel, keyword)?.toLowerCase() ?? '');
  }
  return named;
}

function textOf(item: TemplateItem | MappingItem): string {
  return item.kind === 'text' || (item.kind === 'literal' && 'text' in item) ? item.text : ' ';
}

/** Every text that may name a host that mail is routed to. */
function writtenTexts(compiled: CompiledPolicy): string[] {
  const { rules, mappings } = compiled;
  const patterns = rulesOf(rules).map(({ pattern }) => pattern.text);
  const templates = tablesOf(mappings)
    .flatMap(({ entries }) => entries)
    .map(({ template }) => template.map(textOf).join(''));
  const values = aliasAddresses(compiled).map(({ text }) => text);
  return [itemsOfRules(rules).map(textOf).join(''), ...patterns, ...templates, ...values];
}

/** Whether values of databases can route mail. */
function usesDatabases(compiled: CompiledPolicy): boolean {
  const { rules, policy } = compiled;
  const items = itemsOfRules(rules);
  if (items.some(({ kind }) => kind === 'ldap') || tablesUseLdap(compiled)) return true;
  if (policy.settings.ldap.aliasUrls.length > 0) return true;
  const rulesUseGeneral = items.some((item) => item.kind === 'general');
  const { general, alias, forward, domain, reverse } = policy.settings.databases;
  if ([alias, forward, domain, reverse].some((database) => database !== null)) return true;
  return general !== null && (tablesUseGeneral(compiled) || rulesUseGeneral);
}

/** A host that a rule composes: text, and null for parts from the address or a look-up. */
type ComposedHost = readonly (string | null)[];

/** The composed hosts of templates, as in `$U@$&0.example`. */
function composedHosts({ rules }: CompiledPolicy): ComposedHost[] {
  return rulesOf(rules).flatMap(({ template }) => {
    const parts: (string | null)[][] = [[]];
    for (const item of template.items) {
      if (item.kind === 'separator') parts.push([]);
      else if (!isControl(item)) parts.at(-1)?.push(item.kind === 'text' ? item.text.toLowerCase() : null);
    }
    return parts
      .slice(1)
      .filter((part) => part.includes(null) && part.some((one) => /[a-z]/.test(one ?? '')));
  });
}

function canBecome(made: ComposedHost, host: string): boolean {
  let at = 0;
  for (const [index, text] of made.entries()) {
    if (text === null) continue;
    const found = index === 0 ? (host.startsWith(text) ? 0 : -1) : host.indexOf(text, at);
    if (found === -1) return false;
    at = found + text.length;
  }
  const last = made.at(-1) ?? null;
  return last === null || host.endsWith(last);
}

function isReached(channel: Channel, texts: string, made: readonly ComposedHost[]): boolean {
  const host = channel.officialHostName.toLowerCase();
  return channel.hosts.length > 0 || texts.includes(host) || made.some((one) => canBecome(one, host));
}

export const unreachedChannel = {
  code: 'lint/unreached-channel',
  about:
    'Nothing leads to this channel: no rewrite rule, table entry, alias, database, keyword or listener names it. Add a rewrite rule for it, or remove it.',
  check({ compiled, policy, databaseTexts }) {
    // What a directory finds may lead to any channel.
    if (policy.directories.size > 0 || (databaseTexts === null && usesDatabases(compiled))) return [];
    const named = channelsNamed(compiled);
    const texts = [...writtenTexts(compiled), ...(databaseTexts ?? [])].join('\n').toLowerCase();
    const composed = composedHosts(compiled);
    return [...policy.channels.channels.values()]
      .filter(
        (channel) =>
          !isLocalChannelName(channel.name) &&
          // `channel/reserved-name` reports these.
          !isReservedChannelName(channel.name) &&
          !named.has(channel.name) &&
          !isReached(channel, texts, composed),
      )
      .map(({ name, span, officialHostName }) => ({
        span,
        message: `the channel \`${name}\` is not used: no rewrite rule, table entry, alias or database leads to its host name \`${officialHostName}\``,
        hint: 'add a rewrite rule for it, name it in a keyword or listener, or remove it',
      }));
  },
} as const satisfies WrittenRule;
