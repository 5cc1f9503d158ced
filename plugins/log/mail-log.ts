/*
 * The log of one process: which entries are written, with which columns, to which file. Nothing that fails in it reaches a hook.
 */
import { resolve } from 'node:path';
import { hasKeyword } from '../../lib/channel/index.js';
import {
  type ConnectionEntry,
  type LogEntry,
  type LogOptions,
  logs,
  type MessageEntry,
  printEntry,
  timeStamp,
} from '../../lib/log/index.js';
import type { Policy } from '../../lib/policy/index.js';
import { LogFile, type LogFileReports } from './log-file.js';

type Unstamped<E extends LogEntry> = Omit<E, 'kind' | 'time' | 'node' | 'process'>;
export type NewMessageEntry = Unstamped<MessageEntry>;
export type NewConnectionEntry = Unstamped<ConnectionEntry>;

export interface MailLogUse extends LogFileReports {
  readonly policy: () => Policy;
  /** The folder that contains the queue. */
  readonly base: string;
  /** The name of this host. */
  readonly node: string;
}

export class MailLog {
  readonly #use: MailLogUse;
  readonly #mail: LogFile;
  readonly #connections: LogFile;
  readonly #process = process.pid.toString(16);
  #hasFailed = false;

  constructor(use: MailLogUse) {
    this.#use = use;
    const file = (name: string): LogFile =>
      new LogFile(() => resolve(use.base, use.policy().settings.log.folder, name), use);
    this.#mail = file('mail.log_current');
    this.#connections = file('connection.log_current');
  }

  /** Whether a channel has the keyword `logging`. */
  isLogged(channel: string): boolean {
    const found = this.#use.policy().channels.channels.get(channel);
    return found !== undefined && hasKeyword(found, 'logging');
  }

  /** The entries of one message have the same time, by which `pmdf counters` knows that they are of one. */
  messages(entries: readonly NewMessageEntry[]): void {
    const origin = this.#origin();
    for (const entry of entries) {
      if (!this.isLogged(entry.source) && !this.isLogged(entry.destination)) continue;
      this.#write(this.#mail, { kind: 'message', ...origin, ...entry });
    }
  }

  /** Connections are logged where LOG_CONNECTION has bit 1; AUTH where it has bit 5. */
  connection(entry: NewConnectionEntry): void {
    const options = this.#options;
    const wanted = logs(options, 'connections') || (entry.action === 'U' && logs(options, 'transport'));
    if (!wanted || !this.isLogged(entry.channel)) return;
    const file = options.separateConnections ? this.#connections : this.#mail;
    this.#write(file, { kind: 'connection', ...this.#origin(), ...entry });
  }

  /** Runs what makes entries. */
  safely(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!this.#hasFailed) this.#use.warn(`something could not be logged: ${String(error)}`);
      this.#hasFailed = true;
    }
  }

  /** Writes what is waiting. */
  flush(): void {
    this.#mail.flush();
    this.#connections.flush();
  }

  get #options(): LogOptions {
    return this.#use.policy().settings.logOptions;
  }

  #origin(): { readonly time: string; readonly node: string; readonly process: string } {
    return { time: timeStamp(new Date()), node: this.#use.node, process: this.#process };
  }

  #write(file: LogFile, entry: LogEntry): void {
    file.add(printEntry(entry, this.#options));
  }
}
