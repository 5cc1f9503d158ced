/*
 * Which channel a client's mail comes in on: the initial channel, or the one that the client's name or address
 * belongs to. That is found by rewriting an address at that host, as an envelope address that points back, which the caller
 * does. HELO plays no part.
 * In case of doubt the initial channel stays.
 * Ref: PMDF 2.3.4.40, 2.3.4.42
 */
import { literalOf } from '../address/index.js';
import { oneLine } from '../smtp/index.js';
import type { Channel } from './channel.js';
import { confirmationOf, type ReverseName, reverseNameUse, type SwitchLookup } from './reverse-name.js';

/** The source channel, and how it was found; `why` is one sentence for the log. */
export interface ChannelChoice {
  readonly channel: Channel;
  readonly why: string;
}

/** The circumstances of a choice. */
export interface SourceClient {
  readonly initial: Channel;
  readonly clientAddress: string;
  readonly name: ReverseName;
  readonly order: SwitchLookup;
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
function hostsToLookUp(order: SwitchLookup, literal: string | null, usable: UsableName): readonly string[] {
  const name = 'name' in usable ? usable.name : null;
  switch (order) {
    case 'name-else-literal':
      return present(name ?? literal);
    case 'literal-then-name':
      return literal === null || name === null ? present(literal ?? name) : [literal, name];
    case 'literal':
      return present(literal);
    case 'name':
      return present(name);
  }
}

const noHosts: readonly string[] = [];

function present(host: string | null): readonly string[] {
  return host === null ? noHosts : [host];
}

/** A choice that is being made: `nextHost` is looked up and its channel taken, until there is none. */
export class SourceSelection {
  readonly #initial: Channel;
  readonly #clientAddress: string;
  readonly #literal: string | null;
  /** Says why there is no name, if that matters. */
  readonly #withoutName: string;
  readonly #hosts: readonly string[];
  #at = 0;
  /** The channel of the host that was looked up last; null when no channel owns it. */
  #found: Channel | null = null;
  #hasEnded = false;

  constructor({ initial, clientAddress, name, order }: SourceClient) {
    this.#initial = initial;
    this.#clientAddress = clientAddress;
    this.#literal = literalOf(clientAddress);
    const usable: UsableName =
      order === 'literal' ? { unusable: 'only addresses switch' } : usableName(initial, name);
    this.#withoutName = 'unusable' in usable && order !== 'literal' ? ` (no name: ${usable.unusable})` : '';
    const { keepsClients, switchesClients } = initial.switching;
    this.#hosts = switchesClients && !keepsClients ? hostsToLookUp(order, this.#literal, usable) : noHosts;
  }

  /** The host to look up next; null when there is none. */
  get nextHost(): string | null {
    return this.#hasEnded ? null : (this.#hosts[this.#at] ?? null);
  }

  /** Takes the channel of that host, null when no channel owns it. */
  take(channel: Channel | null): void {
    this.#at += 1;
    this.#found = channel;
    this.#hasEnded = channel !== null && channel.name !== this.#initial.name;
  }

  /** The choice, once there is no further host to look up. */
  get choice(): ChannelChoice {
    const initial = this.#initial;
    if (initial.switching.keepsClients) {
      return { channel: initial, why: `channel \`${initial.name}\` has noswitchchannel` };
    }
    if (!switchesClients(initial)) {
      return { channel: initial, why: `channel \`${initial.name}\` lacks switchchannel` };
    }
    const host = this.#hosts[this.#at - 1];
    if (host === undefined) {
      const isAddress = this.#literal !== null;
      const nothing = isAddress
        ? 'only names switch'
        : `\`${oneLine(this.#clientAddress)}\` is not an IP address`;
      return { channel: initial, why: nothing + this.#withoutName };
    }
    const hindrance = obstacle(initial, this.#found);
    const channel = this.#found === null || hindrance !== undefined ? initial : this.#found;
    const finding = hindrance ?? `belongs to channel \`${channel.name}\``;
    return { channel, why: `\`${host}\` ${finding}${this.#withoutName}` };
  }
}
