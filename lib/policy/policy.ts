/*
 * A policy: everything that was configured, compiled and frozen. Connections and transactions keep the one they
 * began with; a reload makes another.
 */
import type { StrictPlace } from '../access/index.js';
import type { Channel, ChannelTable } from '../channel/index.js';
import type { Settings } from '../config/index.js';
import type { AliasTable } from '../forwarding/index.js';
import type { Mappings } from '../mapping/index.js';
import type { HostTable, RewriteRules, RoutingChannel } from '../rewrite/index.js';
import type { Credentials } from '../tls/index.js';

/** Names of channels, by their side of the house. */
export interface OutsideChannels {
  /** Strangers come in on these. */
  readonly facing: ReadonlySet<string>;
  /** Mail leaves the house by these. */
  readonly leaving: ReadonlySet<string>;
}

/** All that decisions need, and nothing of the files it came from but positions. */
export interface Policy {
  readonly settings: Settings;
  readonly channels: ChannelTable;
  /** The channels as rewriting sees them, by name. */
  readonly routingChannels: ReadonlyMap<string, RoutingChannel>;
  readonly hosts: HostTable;
  readonly rules: RewriteRules;
  /** The site's mapping tables. */
  readonly mappings: Mappings;
  /** The alias file. */
  readonly aliases: AliasTable;
  /** The channels on the border of the house. */
  readonly outside: OutsideChannels;
  /** The table of built-in source-route entries, for every channel that strangers come in on. */
  readonly builtIn: Mappings;
  /** The stricter entries in force, in mode `strict`: all of them. */
  readonly strictPlaces: ReadonlySet<StrictPlace>;
  /** What bare recipients are completed with: the official host name of `l`, or the setting `local_host`. */
  readonly localHost: string;
  /** Folded: the host names of `l` and the setting `local_domains`. */
  readonly localDomains: ReadonlySet<string>;
  /** Whom this host is to servers, by section of security.cnf in capitals. */
  readonly credentials: ReadonlyMap<string, Credentials>;
  /** Authorities that issue certificates of servers, in PEM, by the name of their file as written. */
  readonly authorities: ReadonlyMap<string, string>;
  /** Folded official host names of channels other than `l`: they mean nothing in addresses from outside. */
  readonly channelNames: ReadonlySet<string>;
  /** The channels that a reverse name may switch a client to, as far as rules and hosts tell. */
  readonly reachedByName: ReadonlySet<string>;
}

/** Finds a channel by name; a policy names only channels that it has. */
export function channelNamed(policy: Policy, name: string): Channel {
  const channel = policy.channels.channels.get(name);
  if (channel === undefined) throw new Error(`the policy has no channel ${name}`);
  return channel;
}
