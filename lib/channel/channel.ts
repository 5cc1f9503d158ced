/*
 * Channels and the channel table, as everything else sees them.
 * Ref: PMDF 2.3.2
 */
import type { Span } from '../text/index.js';

/** A keyword in force on a channel: its arguments, and where it is written (null: PMDF's own default). */
export interface KeywordInForce {
  readonly keyword: string;
  readonly arguments: readonly string[];
  readonly span: Span | null;
}

/** A further host of a channel: in an envelope To it becomes the proper name, or else the official host name. */
export interface ChannelHost {
  readonly name: string;
  readonly properName: string | null;
  readonly span: Span;
}

/** The `ident` keywords of a channel. */
export interface ReverseNameUse {
  /** The name is looked up at all. */
  readonly lookedUp: boolean;
  readonly addressInReceived: boolean;
  readonly nameInReceived: boolean;
  /** The name may switch the channel. */
  readonly switches: boolean;
}

/** Whether an unconfirmed name counts (`none`), or does not: it is marked, dropped, or ignored. */
export type Confirmation = 'none' | 'tag' | 'delete' | 'required';

/** How clients come onto a channel and leave it for another one. */
export interface Switching {
  readonly reverseName: ReverseNameUse;
  readonly confirmation: Confirmation;
  /** Keyword `switchchannel`. */
  readonly switchesClients: boolean;
  /** Keyword `noswitchchannel`. */
  readonly keepsClients: boolean;
  /** It speaks SMTP: by keyword, or by its family unless the configuration denies it. */
  readonly isSmtp: boolean;
}

/** A named way by which mail enters or leaves. */
export interface Channel {
  readonly name: string;
  readonly span: Span;
  /** Keywords in force by their canonical lower-case name, defaults included, conflicts settled. */
  readonly keywords: ReadonlyMap<string, KeywordInForce>;
  /** Words that are not keywords. Ref: PMDF 2.3.4 */
  readonly groupIds: readonly string[];
  readonly officialHostName: string;
  readonly localHostAlias: string | null;
  readonly hosts: readonly ChannelHost[];
  /** What the keywords say about the clients that come in on it. */
  readonly switching: Switching;
}

/** A host of the channel table and the channel it belongs to. */
export interface HostEntry {
  readonly channel: Channel;
  /** What an envelope To gets in place of the host; null keeps it. */
  readonly properName: string | null;
}

/** All channels, and every host name by which rules and addresses can name them. */
export interface ChannelTable {
  /** By name, in file order. */
  readonly channels: ReadonlyMap<string, Channel>;
  /** By host name in lower case: official names, further hosts, local host aliases of `l`. */
  readonly hosts: ReadonlyMap<string, HostEntry>;
}

/** Tells whether a keyword is in force; the name is given in lower case. */
export function hasKeyword(channel: Channel, keyword: string): boolean {
  return channel.keywords.has(keyword);
}

/** Where a keyword in force is written; null when it is not in force, or only by default. */
export function spanOfKeyword(channel: Channel, keyword: string): Span | null {
  return channel.keywords.get(keyword)?.span ?? null;
}

/** The first argument of a keyword in force; undefined when it is not in force. */
export function argumentOf(channel: Channel, keyword: string): string | undefined {
  return channel.keywords.get(keyword)?.arguments[0];
}
