/*
 * Channels that no mail and no client gets to: no template ends in one of their hosts, no keyword or listener names them,
 * and they have no host by which an address could. Templates and databases are searched for the host as a word, so
 * whatever only might reach a channel keeps this quiet; so do databases whose contents are not known.
 */
import {
  argumentOf,
  type Channel,
  hasKeyword,
  isLocalChannelName,
  isReservedChannelName,
} from '../channel/index.js';
import { type AliasValue, aliasesOf } from '../forwarding/index.js';
import { type TemplateItem as MappingItem, tablesOf } from '../mapping/index.js';
import { bitbucketChannel, type CompiledPolicy, processChannel, reprocessChannel } from '../policy/index.js';
import { isControl, itemsOfRules, rulesOf, type TemplateItem } from '../rewrite/index.js';
import { type Diagnostic, warningAt } from '../text/index.js';

/** Keywords whose argument is a channel that mail or a client goes to. */
const naming = ['saslswitchchannel', 'tlsswitchchannel', 'expandchannel'];

function channelsNamed({ policy }: CompiledPolicy): Set<string> {
  const { listeners, relayingChannels } = policy.settings;
  // Bounces go out by the process channel.
  const named = new Set<string>([
    bitbucketChannel,
    processChannel,
    listeners.default,
    ...listeners.ports.values(),
  ]);
  if (relayingChannels !== 'switched') for (const name of relayingChannels) named.add(name);
  for (const channel of policy.channels.channels.values()) {
    for (const keyword of naming) named.add(argumentOf(channel, keyword)?.toLowerCase() ?? '');
    if (hasKeyword(channel, 'expandlimit')) named.add(reprocessChannel);
  }
  return named;
}

function textOf(item: TemplateItem | MappingItem): string {
  return item.kind === 'text' || (item.kind === 'literal' && 'text' in item) ? item.text : ' ';
}

function textsOfValue(value: AliasValue): string[] {
  switch (value.kind) {
    case 'address':
      return [value.text];
    case 'list':
      return value.addresses.map(({ text }) => text);
    case 'parameter':
      return [];
  }
}

/** Everything that is written where a host could stand that mail is routed to. */
function writtenTexts({ rules, mappings, aliases }: CompiledPolicy): string[] {
  const patterns = rulesOf(rules).map(({ pattern }) => pattern.text);
  const templates = tablesOf(mappings)
    .flatMap(({ entries }) => entries)
    .map(({ template }) => template.map(textOf).join(''));
  const values = aliasesOf(aliases)
    .flatMap((alias) => alias.values)
    .flatMap(textsOfValue);
  return [itemsOfRules(rules).map(textOf).join(''), ...patterns, ...templates, ...values];
}

/** Whether databases take part whose contents could route mail anywhere. */
function asksDatabases({ rules, mappings, policy }: CompiledPolicy): boolean {
  const { general, alias, forward, domain, reverse } = policy.settings.databases;
  if ([alias, forward, domain, reverse].some((database) => database !== null)) return true;
  const entries = tablesOf(mappings).flatMap((table) => table.entries);
  const asks =
    itemsOfRules(rules).some((item) => item.kind === 'general') ||
    entries.some(({ template }) => template.some((item) => item.kind === 'database'));
  return asks && general !== null;
}

/** A host that a rule puts together: text, and null for what it takes from the address or from a look-up. */
type MadeHost = readonly (string | null)[];

/** The hosts of templates that are made of text and of something else, as in `$U@$&0.example`. */
function madeHosts({ rules }: CompiledPolicy): MadeHost[] {
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

/** Whether a host may come of it. */
function canBecome(made: MadeHost, host: string): boolean {
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

function isReached(channel: Channel, texts: string, made: readonly MadeHost[]): boolean {
  const host = channel.officialHostName.toLowerCase();
  return channel.hosts.length > 0 || texts.includes(host) || made.some((one) => canBecome(one, host));
}

/** Finds channels that nothing reaches; `databaseTexts` are the databases in full, null when one cannot be read. */
export function lintUnreachedChannels(
  compiled: CompiledPolicy,
  databaseTexts: readonly string[] | null,
): Diagnostic[] {
  if (databaseTexts === null && asksDatabases(compiled)) return [];
  const named = channelsNamed(compiled);
  const texts = [...writtenTexts(compiled), ...(databaseTexts ?? [])].join('\n').toLowerCase();
  const made = madeHosts(compiled);
  return [...compiled.policy.channels.channels.values()]
    .filter(
      (channel) =>
        !isLocalChannelName(channel.name) &&
        // That its program is missing is said already.
        !isReservedChannelName(channel.name) &&
        !named.has(channel.name) &&
        !isReached(channel, texts, made),
    )
    .map(({ name, span, officialHostName }) =>
      warningAt(
        span,
        'lint/unreached-channel',
        `nothing reaches the channel \`${name}\`: no rule, entry, alias or database leads to \`${officialHostName}\``,
        { hint: 'add a rule that does, or a keyword or listener that names the channel, or take it out' },
      ),
    );
}
