/*
 * Which channel a client's mail comes in on: the initial channel, or the one that the client's name or address
 * belongs to. The answer is found by rewriting an address at that host, as an envelope address that points back;
 * the caller brings that rewrite along. HELO plays no part.
 * In case of doubt the initial channel stays.
 * Ref: PMDF 2.3.4.40, 2.3.4.42
 */
import { canonicalAddress, formatAddressLiteral } from '../address/index.js';
import type { Lookup } from '../engine/index.js';
import { oneLine } from '../smtp/index.js';
import type { Channel } from './channel.js';
import { confirmationOf, type ReverseName, reverseNameUse, type SwitchLookup } from './reverse-name.js';

/** A host that was looked up, and the channel it belongs to. */
export interface HostLookedUp {
  readonly host: string;
  readonly channel: Channel | null;
}

/** The source channel, and how it was found; `why` is one sentence for the log. */
export interface ChannelChoice {
  readonly channel: Channel;
  readonly why: string;
  readonly lookedUp: readonly HostLookedUp[];
  /** The name was looked up, and its answer decided. */
  readonly nameUsed: boolean;
}

/** The circumstances of a choice. `lookUpHost` is the reverse-pointing envelope rewrite from the initial channel. */
export interface SelectSource {
  readonly initial: Channel;
  readonly clientAddress: string;
  readonly name: ReverseName;
  readonly order: SwitchLookup;
  readonly lookUpHost: (host: string) => Lookup<Channel | null>;
}

type UsableName = { readonly name: string } | { readonly unusable: string };

/** Tells whether a name can be a host: anything else would be read as a literal or as a second address. */
function isHostName(name: string): boolean {
  if (name.length > 253 || !/^[A-Za-z0-9._-]+$/.test(name)) return false;
  const labels = name.split('.');
  return labels.every((label) => label !== '') && !/^\d+$/.test(labels.at(-1) ?? '');
}

/** Decides whether the name counts for switching. */
function usableName(initial: Channel, client: ReverseName): UsableName {
  if (!reverseNameUse(initial).switches) return { unusable: `\`${initial.name}\` does not switch by name` };
  if (client.kind === 'none') return { unusable: oneLine(client.cause) };
  const name = client.name.endsWith('.') ? client.name.slice(0, -1) : client.name;
  if (!isHostName(name)) return { unusable: oneLine(`\`${client.name}\` is not a host name`) };
  if (client.kind === 'unconfirmed' && confirmationOf(initial) !== 'none') {
    return { unusable: oneLine(`\`${name}\` is not confirmed, ${client.cause}`) };
  }
  return { name };
}

/** Tells whether a channel speaks SMTP. */
export function isSmtpChannel({ switching }: Channel): boolean {
  return switching.isSmtp;
}

/** Says why a host leaves the channel as it is; undefined when it switches. */
function obstacle(initial: Channel, channel: Channel | null): string | undefined {
  if (channel === null) return 'belongs to no channel';
  const belongs = `belongs to channel \`${channel.name}\``;
  if (channel.name === initial.name) return `stays on channel \`${channel.name}\``;
  if (channel.switching.keepsClients) return `${belongs}, which has noswitchchannel`;
  if (!isSmtpChannel(channel)) return `${belongs}, which is not an SMTP channel`;
  return undefined;
}

export function mayBeSwitchedTo({ switching }: Channel): boolean {
  return !switching.keepsClients && switching.isSmtp;
}

/** Tells whether clients that are known are switched away from a channel. */
export function switchesClients({ switching }: Channel): boolean {
  return switching.switchesClients;
}

/** The hosts to look up in turn; the second only when the first does not switch. */
function hostsToLookUp(order: SwitchLookup, literal: string | undefined, name: UsableName): string[] {
  const names = 'name' in name ? [name.name] : [];
  const literals = literal === undefined ? [] : [literal];
  switch (order) {
    case 'name-else-literal':
      return names.length > 0 ? names : literals;
    case 'literal-then-name':
      return [...literals, ...names];
    case 'literal':
      return literals;
    case 'name':
      return names;
  }
}

function stay(initial: Channel, why: string): ChannelChoice {
  return { channel: initial, why, lookedUp: [], nameUsed: false };
}

export function* selectSourceChannel(circumstances: SelectSource): Lookup<ChannelChoice> {
  const { initial, clientAddress, order, lookUpHost } = circumstances;
  if (initial.switching.keepsClients) return stay(initial, `channel \`${initial.name}\` has noswitchchannel`);
  if (!switchesClients(initial)) return stay(initial, `channel \`${initial.name}\` lacks switchchannel`);

  const literal = canonicalAddress(clientAddress) === null ? undefined : formatAddressLiteral(clientAddress);
  const name: UsableName =
    order === 'literal' ? { unusable: 'only addresses switch' } : usableName(initial, circumstances.name);
  const withoutName = 'unusable' in name && order !== 'literal' ? ` (no name: ${name.unusable})` : '';

  const lookedUp: HostLookedUp[] = [];
  for (const host of hostsToLookUp(order, literal, name)) {
    const channel = yield* lookUpHost(host);
    lookedUp.push({ host, channel });
    if (channel !== null && channel.name !== initial.name) break;
  }
  const last = lookedUp.at(-1);
  if (last === undefined) {
    const nothing =
      literal === undefined ? `\`${oneLine(clientAddress)}\` is not an IP address` : 'only names switch';
    return stay(initial, `${nothing}${withoutName}`);
  }
  const { host, channel } = last;
  const hindrance = obstacle(initial, channel);
  const chosen = channel === null || hindrance !== undefined ? initial : channel;
  const finding = hindrance ?? `belongs to channel \`${chosen.name}\``;
  return {
    channel: chosen,
    why: `\`${host}\` ${finding}${withoutName}`,
    lookedUp,
    nameUsed: 'name' in name && host === name.name,
  };
}
