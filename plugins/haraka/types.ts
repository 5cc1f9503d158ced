/*
 * The part of Haraka 3.3 that the plugins use, as types; Haraka publishes none. What is not documented is declared where
 * it is used, in this folder.
 */

/** Answers a hook; without a code the next plugin runs. */
export type Next = (code?: number, message?: HarakaMessage | number) => void;

/** Text, or a DSN of the package haraka-dsn, from which core takes code and text. */
export type HarakaMessage = string | object;

/** An envelope address; `original` is what the client sent, brackets and route included. */
export interface HarakaAddress {
  readonly user: string;
  /** In A-labels. */
  host: string;
  readonly original: string;
  /** As written; what core sends to a next hop that offers SMTPUTF8. */
  original_host?: string;
  readonly address: string;
  format(usePunycode?: boolean): string;
}

/** A result store: `pass`, `fail`, `msg`, `err` and keys of our own. */
export interface HarakaResults {
  add(plugin: { readonly name: string }, result: Readonly<Record<string, unknown>>): void;
}

/** Notes with dotted paths. */
export interface HarakaNotes {
  get(path: string): unknown;
  set(path: string, value: unknown): void;
}

/** The header of a message; values are unfolded. */
export interface HarakaHeader {
  /** Each field as it will be sent, with its line ends. */
  readonly header_list: string[];
  get(name: string): string;
  get_all(name: string): readonly string[];
}

/** How recipients were answered: accepted, refused for now, refused for good. */
export interface RecipientCounts {
  readonly accept: number;
  readonly tempfail: number;
  readonly reject: number;
}

export interface HarakaTransaction {
  readonly uuid: string;
  mail_from: HarakaAddress;
  rcpt_to: HarakaAddress[];
  /** Of this message. */
  readonly rcpt_count: RecipientCounts;
  readonly notes: HarakaNotes;
  readonly results: HarakaResults;
  readonly header: HarakaHeader;
  readonly message_stream: HarakaMessageStream;
  /** The octets of the message so far. */
  readonly data_bytes?: number;
  /** How core decodes header lines. */
  encoding: string;
  /** The lines of the header so far; core reads `max_lines` of them. */
  readonly header_lines: readonly string[];
  readonly cfg?: {
    readonly headers?: { readonly max_lines?: number };
    readonly main?: { readonly spool_after?: unknown };
  };
  /** Whether the empty line after the header has come. */
  readonly found_hb_sep: boolean;
  /** Whether plugins read, and may change, the text. */
  readonly parse_body: boolean;
  add_header(name: string, value: string): void;
  add_leading_header(name: string, value: string): void;
  remove_header(name: string): void;
}

/** How a message is read out. */
export interface PipeOptions {
  /** Whether doubled dots become single ones. */
  readonly dot_stuffed?: boolean;
  /** The opposite, in older plugins. */
  readonly dot_stuffing?: boolean;
  readonly ending_dot?: boolean;
  readonly clamd_style?: boolean;
  readonly end?: boolean;
}

/** The message as it will be sent; may be piped any number of times, one after the other. */
export interface HarakaMessageStream {
  pipe(destination: NodeJS.WritableStream, options?: PipeOptions): unknown;
  /** Ends the reading that is under way. */
  unpipe(): void;
  add_line(line: Buffer | string): void;
  add_line_end(done?: () => void): void;
  get_data(done: (message: Buffer) => void): void;
}

export interface HarakaConnection {
  readonly uuid: string;
  readonly remote: {
    readonly ip: string;
    readonly port: number;
    readonly host: string | null;
    /** Whether the client has gone. */
    readonly closed?: boolean;
  };
  /** Unknown after XCLIENT without DESTADDR and DESTPORT. */
  readonly local: { readonly ip: string | undefined; readonly port: number | undefined };
  readonly hello: { readonly host: string | null; readonly verb: string | null };
  readonly tls: { readonly enabled: boolean; advertised?: boolean };
  /** What EHLO is about to offer; the hook `capabilities` changes it. */
  capabilities?: string[];
  readonly esmtp: boolean;
  readonly notes: Record<string, unknown>;
  readonly results: HarakaResults;
  relaying: boolean;
  transaction: HarakaTransaction | null;
  /** Of the session. */
  readonly rcpt_count: RecipientCounts;
  /** What Received says of AUTH. */
  authheader?: string;
  get(path: string): unknown;
  set(path: string, value: unknown): void;
  /** Answers the client; `done` comes when the reply is on its way, or at once when the client has gone. */
  respond(code: number, message: HarakaMessage, done?: () => void): void;
  disconnect(): void;
  /** Adds to the header line Authentication-Results. */
  auth_results(result: string): void;
  loginfo(plugin: { readonly name: string }, message: string | object): void;
  lognotice(plugin: { readonly name: string }, message: string | object): void;
  logerror(plugin: { readonly name: string }, message: string | object): void;
}

/** `this` in a plugin's functions. */
export interface HarakaPlugin {
  readonly name: string;
  /** Seconds that a hook may take; 0 for any time. */
  timeout: number;
  readonly config: { readonly root_path: string; get(name: string, type: 'data'): unknown };
  register_hook(hook: string, method: string, priority?: number): void;
  haraka_require(module: string): unknown;
  loginfo(message: string | object): void;
  lognotice(message: string | object): void;
  logwarn(message: string | object): void;
  logerror(message: string | object): void;
  logcrit(message: string | object): void;
}
