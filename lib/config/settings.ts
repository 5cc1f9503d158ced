/*
 * The settings of an install: everything that pmdf.yaml can say, and what counts where it says nothing.
 */
import type { AccessTable } from '../access/index.js';
import type { SwitchLookup } from '../channel/index.js';
import type { DatabaseName } from '../engine/index.js';
import type { LogicalLine, Span } from '../text/index.js';
import type { TlsVerification, TlsVerify } from '../tls/index.js';

/** What becomes of a source route: dropped before rewriting (RFC 5321 appendix C), or followed as PMDF did. */
export const sourceRoutes = ['strip', 'follow'] as const;
export type SourceRoutes = (typeof sourceRoutes)[number];

/** The built-in source-route entries: PMDF's and ours, PMDF's alone, or none. */
export const builtInSourceRoutes = ['strict', 'pmdf', 'off'] as const;
export type BuiltInSourceRoutes = (typeof builtInSourceRoutes)[number];

/** What becomes of a message with a bare CR, a bare LF or NUL: refused, or repaired and sent on. */
export const bareLineEnds = ['reject', 'repair'] as const;
export type BareLineEnds = (typeof bareLineEnds)[number];

/** What becomes of a policy that is an open relay: it is not put in force, or it is what the site wants. */
export const openRelays = ['refused', 'allowed'] as const;
export type OpenRelay = (typeof openRelays)[number];

/** The app-info field of a probe: `SMTP`, or `SMTP/helo-name`. */
export const appInfos = ['pmdf', 'messaging-server'] as const;
export type AppInfo = (typeof appInfos)[number];

/** How mail leaves on a channel: by Haraka's durable queue, or at once through another queue plugin. */
export const deliveryMethods = ['queue', 'through'] as const;
export type DeliveryMethod = (typeof deliveryMethods)[number];

/** Which channel a listener starts with. */
export interface Listeners {
  /** For every port that is not listed. */
  readonly default: string;
  /** By port, 1 to 65535. */
  readonly ports: ReadonlyMap<number, string>;
}

/** How AUTH is offered and guarded. */
export interface AuthSettings {
  /** Channels on which passwords may pass in clear. */
  readonly withoutTls: readonly string[];
  /** Channels on which this host sends its own password in clear. */
  readonly clientWithoutTls: readonly string[];
  /** Failures of one client address after which it is refused for a while, 0 to 1 000; 0 refuses nobody. */
  readonly failures: number;
  /** Seconds after which one failure is forgotten, 1 to 86 400. */
  readonly forgetSeconds: number;
}

/** What the access tables see and say. */
export interface AccessSettings {
  /** Appends `|orcpt-address` to the probes of SEND_ACCESS and ORIG_SEND_ACCESS. */
  readonly orcpt: boolean;
  readonly appInfo: AppInfo;
  /** The text of a rejection whose entry gives none. */
  readonly defaultText: string;
  /** The folder for messages held by `$H`; not absolute: beside the queue of the install. */
  readonly holdFolder: string;
}

/**
 * The files of PMDF, as written: relative to the folder of pmdf.yaml, or absolute. `PMDF_TABLE:` and `/pmdf/table/`
 * in front name that folder too; who opens files sees to it.
 */
export interface FileSettings {
  readonly cnf: string;
  readonly mappings: string;
  readonly aliases: string;
  readonly security: string;
}

/** A database: a text file, or a CDB when the name ends in `.cdb`; written like the names of FileSettings. */
export interface DatabaseSetting {
  readonly file: string;
  /** Without the file: true makes look-ups fail, so that mail is deferred; false means that nothing is in it. */
  readonly required: boolean;
}

/** Every database; null for one that is not used. */
export type DatabaseSettings = { readonly [name in DatabaseName]: DatabaseSetting | null };

/** Limits of look-ups in databases. */
export interface LookupSettings {
  /** Seconds until a look-up counts as failed, 0.1 to 25. */
  readonly timeout: number;
  /** Answers that are kept, 0 to 10 000 000; 0 keeps none. */
  readonly cacheSize: number;
  /** Seconds for which a found answer is kept, 0 to 86 400. */
  readonly cacheSeconds: number;
  /** Seconds for which an absent answer is kept, 0 to 86 400. */
  readonly negativeSeconds: number;
}

/** The server that mail of a channel goes to. */
export interface NextHop {
  readonly protocol: 'smtp' | 'lmtp';
  /** A host name or an address without brackets, in lower case. */
  readonly host: string;
  /** Default 25, for LMTP 24. */
  readonly port: number;
}

/** How mail of one channel leaves. */
export interface DeliverySetting {
  /** Null leaves the choice to the default of the channel. */
  readonly method: DeliveryMethod | null;
  /** Null: by the channel's keywords and DNS, or where the queue plugin itself sends to. */
  readonly nextHop: NextHop | null;
}

/** How mail leaves. */
export interface DeliverySettings {
  /** The queue plugin for `through`, as `notes.queue.wants` names it. */
  readonly throughPlugin: string;
  /** By name of channel; a channel that is not here has the default of its kind. */
  readonly channels: ReadonlyMap<string, DeliverySetting>;
}

/** Which certificates of servers count when mail leaves by TLS. */
export interface TlsVerifySettings {
  /** Where nothing particular is said, and TLS is used. */
  readonly default: TlsVerify;
  /** The file of the authorities that count, in PEM; null: those that Node trusts. */
  readonly ca: string | null;
  /** By name of channel. */
  readonly channels: ReadonlyMap<string, TlsVerification>;
  /** By destination domain in lower case; `.domain.com` stands for all domains below. */
  readonly domains: ReadonlyMap<string, TlsVerification>;
}

/** Ceilings; who reaches one is deferred or refused, never served half. */
export interface Limits {
  /** Steps of work for one decision, 1 000 to 1 000 000 000. */
  readonly steps: number;
  /** Rewrites of one address, 1 to 1 000. */
  readonly rewrites: number;
  /** Aliases that lead to aliases, 1 to 100. */
  readonly aliasDepth: number;
  /** Addresses that one recipient may become, 1 to 1 000 000. */
  readonly expansions: number;
  /** Octets of an address, 256 to 100 000. */
  readonly address: number;
}

/** When changed files are read again. */
export interface ReloadSettings {
  readonly enabled: boolean;
  /** Seconds without a further change before files are read, 0 to 60. */
  readonly settle: number;
}

/** What is tried out: it decides nothing, and the log says what it would have done. */
export interface ShadowSettings {
  readonly tables: readonly AccessTable[];
  /** Source channels; for mail that comes in on them every table is in shadow. */
  readonly channels: readonly string[];
}

/** All settings, complete and frozen. */
export interface Settings {
  /** Domains that are ours beside the hosts of channel `l`, in lower case. */
  readonly localDomains: readonly string[];
  readonly listeners: Listeners;
  readonly switchLookup: SwitchLookup;
  /** Seconds for the look-up of a client's name, 0.1 to 20. */
  readonly reverseTimeout: number;
  /** Source channels whose clients may relay; `switched`: those without `switchchannel` that a client was switched to. */
  readonly relayingChannels: 'switched' | readonly string[];
  readonly sourceRoutes: SourceRoutes;
  readonly builtInSourceRoutes: BuiltInSourceRoutes;
  readonly bareLineEnds: BareLineEnds;
  readonly openRelay: OpenRelay;
  readonly auth: AuthSettings;
  readonly access: AccessSettings;
  readonly shadow: ShadowSettings;
  readonly files: FileSettings;
  readonly databases: DatabaseSettings;
  readonly lookups: LookupSettings;
  readonly delivery: DeliverySettings;
  readonly tlsVerify: TlsVerifySettings;
  readonly limits: Limits;
  /** The name of this host, in lower case; null: the official host name of channel `l`. */
  readonly localHost: string | null;
  readonly reload: ReloadSettings;
}

/** The settings of one file, with the policy that is written in it and the place of what was set. */
export interface SettingsFile extends Settings {
  /** As the rules of pmdf.cnf; every character points into the YAML. */
  readonly rules: readonly LogicalLine[];
  /** As the channel blocks of pmdf.cnf, without the blank lines between them. */
  readonly channelBlocks: readonly (readonly LogicalLine[])[];
  /** As a mapping file. */
  readonly mappingLines: readonly LogicalLine[];
  /** As an alias file. */
  readonly aliasLines: readonly LogicalLine[];
  /**
   * By the path of a setting: `reverse_timeout`, `limits.steps`, `listeners.25`; for a member of a list
   * `relaying_channels.tcp_local`, for a channel under `delivery` its name, `delivery.tcp_local`, and so under
   * `tls_verify`: `tls_verify.channels.tcp_local`.
   */
  readonly places: ReadonlyMap<string, Span>;
}

/** What counts where pmdf.yaml says nothing. */
export const defaultSettings: Settings = Object.freeze({
  localDomains: Object.freeze([]),
  listeners: Object.freeze({ default: 'tcp_local', ports: new Map<number, string>() }),
  switchLookup: 'name-else-literal',
  reverseTimeout: 5,
  relayingChannels: 'switched',
  sourceRoutes: 'strip',
  builtInSourceRoutes: 'strict',
  bareLineEnds: 'reject',
  openRelay: 'refused',
  auth: Object.freeze({
    withoutTls: Object.freeze([]),
    clientWithoutTls: Object.freeze([]),
    failures: 10,
    forgetSeconds: 60,
  }),
  access: Object.freeze({
    orcpt: false,
    appInfo: 'pmdf',
    defaultText: 'you are not allowed to use this address',
    holdFolder: 'held',
  }),
  shadow: Object.freeze({ tables: Object.freeze([]), channels: Object.freeze([]) }),
  files: Object.freeze({
    cnf: 'pmdf.cnf',
    mappings: 'mappings',
    aliases: 'aliases',
    security: 'security.cnf',
  }),
  databases: Object.freeze({
    general: Object.freeze({ file: 'general.txt', required: false }),
    alias: null,
    forward: null,
    domain: null,
    reverse: null,
  }),
  lookups: Object.freeze({ timeout: 5, cacheSize: 10_000, cacheSeconds: 60, negativeSeconds: 10 }),
  delivery: Object.freeze({ throughPlugin: 'smtp_forward', channels: new Map<string, DeliverySetting>() }),
  tlsVerify: Object.freeze({
    default: 'none',
    ca: null,
    channels: new Map<string, TlsVerification>(),
    domains: new Map<string, TlsVerification>(),
  }),
  limits: Object.freeze({
    steps: 1_000_000,
    rewrites: 32,
    aliasDepth: 10,
    expansions: 1_000,
    address: 1_000,
  }),
  localHost: null,
  reload: Object.freeze({ enabled: true, settle: 0.5 }),
});
