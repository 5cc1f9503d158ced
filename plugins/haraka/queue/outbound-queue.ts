/*
 * Writes queue files and hands messages on, with what Haraka 3.3 exports without documenting it:
 *   outbound.TODOItem, outbound.process_delivery, outbound.delivery_queue    queue files written, but not yet scheduled
 *   outbound.net_utils.get_mx                                                the hosts of a domain, as core finds them
 *   plugins.run_hooks('pre_send_trans_email', ...)                           the hook in which DKIM signs
 *   hmail.get_mx_respond, data_stream, discard, bounce, temp_fail, extend_rcpt_with_dsn
 *                                                                            a queue file that ends in another way
 *   plugins.registered_plugins                                               which plugins are enabled
 * `openOutboundQueue` checks that all of it is there and says what is missing.
 */

import { unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as constants from 'haraka-constants';
import * as dsn from 'haraka-dsn';
import type { NextHop } from '../../../lib/config/index.js';
import { oneLine, type Reply } from '../../../lib/smtp/index.js';
import { causeOf } from '../../support/guard.js';
import type { Backend } from '../backend/backend-session.js';
import { forwardBackend } from '../backend/forward-backend.js';
import {
  type SmtpForward,
  smtpForwardHosts,
  smtpForwardIn,
  withHiddenLogin,
} from '../backend/smtp-forward-plugin.js';
import { type MessageText, watchCopy, withHeader } from '../message/message-text.js';
import { hasFunctions } from '../part.js';
import type {
  HarakaAddress,
  HarakaConnection,
  HarakaNotes,
  HarakaPlugin,
  HarakaTransaction,
  Next,
} from '../types.js';
import type { Exchange } from './exchange.js';
import { syncFolder } from './queue-folder.js';

/** A queue file that is on disk and not yet scheduled. */
export interface HeldFile {
  readonly path: string;
  readonly item: object;
}

/** What goes into one queue file. */
export interface QueueFile {
  readonly domain: string;
  readonly recipients: readonly HarakaAddress[];
  readonly from: HarakaAddress;
  readonly notes: Readonly<Record<string, unknown>>;
  readonly uuid: string;
  /** Header lines on top of the message, without line ends. */
  readonly header: readonly string[];
}

/** A message to be queued, and notes of the class that core uses. */
export interface MessageSource {
  readonly text: MessageText;
  readonly notes: HarakaNotes;
}

/** A queue file that is being delivered. */
export interface QueuedMail {
  readonly todo: {
    readonly uuid: string;
    readonly notes: HarakaNotes;
    readonly mail_from: HarakaAddress;
    rcpt_to: HarakaAddress[];
    domain: string;
  };
  data_stream(): NodeJS.ReadableStream;
  discard(): void;
  bounce(reason: string): void;
  temp_fail(reason: string): void;
  extend_rcpt_with_dsn(recipient: HarakaAddress, status: object): void;
}

/** What becomes of a queue file in the hook get_mx. */
export type NextHopAnswer =
  /** Other plugins and the DNS decide. */
  | { readonly kind: 'others' }
  | { readonly kind: 'hosts'; readonly exchanges: readonly Exchange[] }
  | { readonly kind: 'bounce'; readonly reply: Reply }
  | { readonly kind: 'defer'; readonly reply: Reply }
  /** Nothing is left to do: the file goes. */
  | { readonly kind: 'done' };

/** The members of Haraka's outbound module that are used. */
interface OutboundModule {
  readonly TODOItem: new (
    domain: string,
    recipients: readonly HarakaAddress[],
    transaction: object,
  ) => object;
  process_delivery(paths: { push(path: string): void }, todo: object, items: object[]): Promise<void>;
  readonly delivery_queue: { push(item: object): void };
  readonly net_utils: { get_mx(domain: string): Promise<readonly Exchange[]> };
}

/** The members of Haraka's plugins module that are used. */
interface PluginsModule {
  readonly registered_plugins: Readonly<Record<string, object>>;
  run_hooks(hook: string, object: object): void;
}

const mailMethods = [
  'get_mx_respond',
  'data_stream',
  'discard',
  'bounce',
  'temp_fail',
  'extend_rcpt_with_dsn',
] as const;

function isOutbound(value: unknown): value is OutboundModule {
  return (
    hasFunctions(value, ['TODOItem', 'process_delivery', 'HMailItem']) &&
    hasFunctions(Reflect.get(value, 'delivery_queue'), ['push']) &&
    hasFunctions(Reflect.get(value, 'net_utils'), ['get_mx']) &&
    hasFunctions(Reflect.get(Object(Reflect.get(value, 'HMailItem')), 'prototype'), mailMethods)
  );
}

function isPlugins(value: unknown): value is PluginsModule {
  return hasFunctions(value, ['run_hooks']) && typeof Reflect.get(value, 'registered_plugins') === 'object';
}

/** Haraka's durable queue and its forwarding plugin. */
export class OutboundQueue {
  readonly #outbound: OutboundModule;
  readonly #plugins: PluginsModule;

  constructor(outbound: OutboundModule, plugins: PluginsModule) {
    this.#outbound = outbound;
    this.#plugins = plugins;
  }

  /** Whether a plugin is enabled in this install. */
  hasPlugin(name: string): boolean {
    return Object.hasOwn(this.#plugins.registered_plugins, name);
  }

  /** Runs the hook in which other plugins see mail that goes to the queue, and waits for them. */
  async runPreSend(transaction: HarakaTransaction, connection: HarakaConnection): Promise<void> {
    await new Promise<void>((resolve) => {
      // Core gives plugins here an object with a transaction and its log methods, not a whole connection.
      const seen: object = Object.create(connection, {
        transaction: { value: transaction, writable: true },
        pre_send_trans_email_respond: { value: () => resolve() },
        hooks_to_run: { value: [], writable: true },
      });
      this.#plugins.run_hooks('pre_send_trans_email', seen);
    });
  }

  /** Writes one queue file to disk without scheduling it. Rejects when it cannot. */
  async write(file: QueueFile, { text, notes }: MessageSource): Promise<HeldFile> {
    const copy = watchCopy(withHeader(text, file.header));
    const todo = new this.#outbound.TODOItem(file.domain, file.recipients, {
      mail_from: file.from,
      message_stream: copy.text,
      notes: Reflect.construct(notes.constructor, [file.notes]),
      uuid: file.uuid,
    });
    const paths: string[] = [];
    const items: object[] = [];
    let isGivenUp = false;
    const push = (path: string): void => {
      if (isGivenUp) void unlink(path).catch(() => undefined);
      else paths.push(path);
    };
    try {
      await this.#outbound.process_delivery({ push }, todo, items);
      if (!copy.isWhole()) throw new Error('the queue file could not be written whole');
    } catch (error) {
      isGivenUp = true;
      for (const path of paths) await unlink(path).catch(() => undefined);
      throw error;
    }
    const [path] = paths;
    const [item] = items;
    if (path === undefined || item === undefined) throw new Error('the queue file was not written');
    return { path, item };
  }

  /** Makes the names of written files as durable as their content. Rejects when it cannot. */
  async sync(files: readonly HeldFile[]): Promise<void> {
    for (const folder of new Set(files.map(({ path }) => dirname(path)))) await syncFolder(folder);
  }

  /** The message of a queue file; whoever writes it out learns when it cannot be read. */
  textOf(mail: QueuedMail): MessageText {
    return {
      pipe: (destination) => {
        const text = mail.data_stream();
        text.once('error', (error) => destination.emit('error', error));
        return text.pipe(destination);
      },
    };
  }

  /** Has a file delivered. */
  schedule(file: HeldFile): void {
    this.#outbound.delivery_queue.push(file.item);
  }

  /** Looks up the hosts of a domain, best ones first; a null MX is a host without a name. Rejects on trouble. */
  async hostsOf(domain: string): Promise<readonly Exchange[]> {
    return await this.#outbound.net_utils.get_mx(domain);
  }

  /**
   * Answers the hook get_mx, for which core knows too few answers: it bounces without the text, and has no way to end a
   * file whose work is done. When the hook times out meanwhile, the file waits for the answer all the same, so that no
   * work is done twice.
   */
  answerNextHop(plugin: HarakaPlugin, mail: QueuedMail, chosen: Promise<NextHopAnswer>, next: Next): void {
    const respond: unknown = Reflect.get(mail, 'get_mx_respond');
    const byCore = (code: unknown, message: unknown): void => {
      if (typeof respond === 'function') Reflect.apply(respond, mail, [code, message]);
    };
    Object.defineProperty(mail, 'get_mx_respond', {
      configurable: true,
      value: (code: unknown, message: unknown) => {
        Reflect.deleteProperty(mail, 'get_mx_respond');
        chosen
          .then((answer) => {
            if (answer.kind === 'others' || answer.kind === 'hosts') byCore(code, message);
            else this.#end(mail, answer);
          })
          .catch((error: unknown) => plugin.logcrit(`a queue file is stuck: ${causeOf(error)}`));
      },
    });
    void chosen.then((answer) => {
      if (answer.kind === 'others') next();
      else next(constants.ok, answer.kind === 'hosts' ? answer.exchanges.map(withHiddenLogin) : []);
    });
  }

  #end(mail: QueuedMail, answer: Extract<NextHopAnswer, { kind: 'bounce' | 'defer' | 'done' }>): void {
    if (answer.kind === 'done') {
      mail.discard();
      return;
    }
    const { code, enhanced, text } = answer.reply;
    const [, subject, detail] = enhanced.split('.');
    for (const recipient of mail.todo.rcpt_to) {
      mail.extend_rcpt_with_dsn(recipient, dsn.create(code, text, Number(subject ?? 0), Number(detail ?? 0)));
    }
    const reason = oneLine(`${code} ${enhanced} ${text}`);
    if (answer.kind === 'bounce') mail.bounce(reason);
    else mail.temp_fail(reason);
  }

  /** The install's smtp_forward; undefined when it is not enabled. */
  #smtpForward(): SmtpForward | undefined {
    return smtpForwardIn(this.#plugins.registered_plugins);
  }

  /** Where smtp_forward would hand a message on, best host first; none when it is not enabled or names no host. */
  smtpForwardHosts(from: HarakaAddress, to: HarakaAddress): readonly Exchange[] {
    return smtpForwardHosts(this.#plugins.registered_plugins, from, to);
  }

  /** The seconds that smtp_forward gives a server; null when it is not enabled. */
  get smtpForwardTimeout(): number | null {
    return this.#smtpForward()?.timeout ?? null;
  }

  /** The server that mail is handed on to, reached as smtp_forward reaches it; throws when that is not enabled. */
  backendFor(nextHop: NextHop | null, from: HarakaAddress, to: HarakaAddress): Backend {
    const plugin = this.#smtpForward();
    if (plugin === undefined) {
      throw new Error('queue/smtp_forward is not enabled, or not the one of Haraka 3.3');
    }
    return forwardBackend(plugin, nextHop, from, to);
  }
}

/** Opens the queue of this Haraka; throws, naming what is missing, when it is not the one we know. */
export function openOutboundQueue(plugin: HarakaPlugin): OutboundQueue {
  const outbound = plugin.haraka_require('outbound');
  const plugins = plugin.haraka_require('plugins');
  if (!isOutbound(outbound) || !isPlugins(plugins)) {
    throw new Error(
      'pmdf/deliver needs the outbound queue of Haraka 3.3 (TODOItem, process_delivery, delivery_queue, HMailItem); ' +
        'this Haraka has another one: use Haraka 3.3, or take pmdf/deliver out of config/plugins',
    );
  }
  return new OutboundQueue(outbound, plugins);
}

/** Notes of a queue file as they come back from disk. */
export function notesOf(mail: { readonly todo: { readonly notes: HarakaNotes } }): unknown {
  return mail.todo.notes.get('pmdf');
}
