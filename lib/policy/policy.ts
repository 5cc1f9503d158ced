/*
 * A policy: everything that was configured, compiled and frozen. Connections and transactions keep the one they
 * began with; a reload makes another.
 */
import type { AccessPlan, StrictEntryName } from '../access/index.js';
import type { Channel, ChannelTable } from '../channel/index.js';
import type { Settings } from '../config/index.js';
import type { Directory } from '../directory/index.js';
import type { AliasTable } from '../forwarding/index.js';
import type { Mappings } from '../mapping/index.js';
import type { TextFolders } from '../notice/index.js';
import type { HostTable, RewriteRules } from '../rewrite/index.js';
import type { Credentials } from '../tls/index.js';
import type { CompiledChannel } from './compiled-channel.js';
import type { SwitchedStranger } from './stranger.js';

/** Names of channels at the border to the outside. */
export interface OutsideChannels {
  /** Strangers come in on these. */
  readonly facing: ReadonlySet<string>;
  /** Mail leaves on these. */
  readonly leaving: ReadonlySet<string>;
  /** Rewrite rules switch strangers to these, with such a stranger for each channel that he may come in on. */
  readonly switched: ReadonlyMap<string, readonly SwitchedStranger[]>;
  /** Rules for hosts of anyone that are not for all hosts: the places of those that may fire for recipients. */
  readonly rulesForAnyone: ReadonlySet<string>;
  /** The channels that these rules name. */
  readonly channelsForAnyone: ReadonlySet<string>;
}

/** All that decisions need; of the files it came from only positions. */
export interface Policy {
  readonly settings: Settings;
  readonly channels: ChannelTable;
  /** The channels as rewriting and decisions on addresses see them, by name. */
  readonly routingChannels: ReadonlyMap<string, CompiledChannel>;
  readonly hosts: HostTable;
  readonly rules: RewriteRules;
  /** The site's mapping tables. */
  readonly mappings: Mappings;
  /** Which of the access tables among them can match at all. */
  readonly accessPlan: AccessPlan;
  readonly aliases: AliasTable;
  /** Whether there is anything to expand or forward recipients by: aliases, FORWARD, or a database of either. */
  readonly hasForwarding: boolean;
  /** Whether RCPT can reach a limit on any of the channels. */
  readonly limitsRecipients: boolean;
  /** The directory channels, by name. */
  readonly directories: ReadonlyMap<string, Directory>;
  readonly outside: OutsideChannels;
  /** The table of built-in source-route entries, for every channel that strangers come in on. */
  readonly builtIn: Mappings;
  /** The stricter entries in force, in mode `strict`: all of them. */
  readonly strictEntryNames: ReadonlySet<StrictEntryName>;
  /** What bare recipients are completed with: the official host name of `l`, or the setting `local_host`. */
  readonly localHost: string;
  /** Folded: the host names of `l` and the setting `local_domains`. */
  readonly localDomains: ReadonlySet<string>;
  /** The credentials of this host as a client, by section of security.cnf in capitals. */
  readonly credentials: ReadonlyMap<string, Credentials>;
  /** Authorities that issue certificates of servers, in PEM, by the name of their file as written. */
  readonly authorities: ReadonlyMap<string, string>;
  /** Folded official host names of channels other than `l`, which are refused in addresses from outside. */
  readonly channelNames: ReadonlySet<string>;
  /** The channels that a reverse name may switch a client to, found from rules and hosts. */
  readonly reachedByName: ReadonlySet<string>;
  /** The texts of notices. */
  readonly noticeTexts: TextFolders;
}

/** Finds a channel by name; a policy names only channels that it has. */
export function channelNamed(policy: Policy, name: string): Channel {
  const channel = policy.channels.channels.get(name);
  if (channel === undefined) throw new Error(`the policy has no channel ${name}`);
  return channel;
}
