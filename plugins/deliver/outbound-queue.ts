/*
 * The one place that uses what Haraka 3.3 exports without documenting it:
 *   outbound.TODOItem, outbound.process_delivery, outbound.delivery_queue    queue files written, but not yet scheduled
 *   plugins.run_hooks('pre_send_trans_email', ...)                           the hook in which DKIM signs
 *   hmail.data_stream, hmail.discard, hmail.get_mx_respond                   a queue file that is taken apart into others
 *   plugins.registered_plugins['queue/smtp_forward'].queue_forward           the install's own forwarding, to another host
 * `openOutboundQueue` checks that all of it is there and says what is missing.
 */
import type {
  HarakaAddress,
  HarakaConnection,
  HarakaNotes,
  HarakaPlugin,
  HarakaTransaction,
  Next,
} from '../support/haraka.js';

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
}

/** Where the text of a queue file comes from: a transaction, or another queue file. */
export interface MessageSource {
  readonly message_stream: object;
  readonly notes: HarakaNotes;
}

/** The members of a queue file that is being delivered which are used here. */
export interface QueuedMail {
  data_stream(): object;
  discard(): void;
}

/** The members of Haraka's outbound module that are used. */
interface OutboundModule {
  readonly TODOItem: new (
    domain: string,
    recipients: readonly HarakaAddress[],
    transaction: object,
  ) => object;
  process_delivery(paths: string[], todo: object, items: object[]): Promise<void>;
  readonly delivery_queue: { push(item: object): void };
}

/** The members of Haraka's plugins module that are used. */
interface PluginsModule {
  readonly plugin_list: readonly string[];
  readonly registered_plugins: Readonly<Record<string, object>>;
  readonly registered_hooks: Readonly<Record<string, readonly unknown[]>>;
  run_hooks(hook: string, object: object): void;
}

/** The install's smtp_forward plugin. */
interface SmtpForward {
  readonly cfg: { readonly main: Readonly<Record<string, unknown>> };
  queue_forward(next: Next, connection: HarakaConnection): void;
}

function hasFunctions(value: unknown, names: readonly string[]): value is object {
  return (
    typeof value === 'object' &&
    value !== null &&
    names.every((name) => typeof Reflect.get(value, name) === 'function')
  );
}

function isOutbound(value: unknown): value is OutboundModule {
  return (
    hasFunctions(value, ['TODOItem', 'process_delivery']) &&
    hasFunctions(Reflect.get(value, 'delivery_queue'), ['push'])
  );
}

function isPlugins(value: unknown): value is PluginsModule {
  return hasFunctions(value, ['run_hooks']) && typeof Reflect.get(value, 'registered_plugins') === 'object';
}

function isSmtpForward(value: unknown): value is SmtpForward {
  return hasFunctions(value, ['queue_forward', 'get_config', 'forward_enabled']);
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
  async write(file: QueueFile, source: MessageSource): Promise<HeldFile> {
    const notes: unknown = Reflect.construct(source.notes.constructor, [file.notes]);
    const todo = new this.#outbound.TODOItem(file.domain, file.recipients, {
      mail_from: file.from,
      message_stream: source.message_stream,
      notes,
      uuid: file.uuid,
    });
    const paths: string[] = [];
    const items: object[] = [];
    await this.#outbound.process_delivery(paths, todo, items);
    const [path] = paths;
    const [item] = items;
    if (path === undefined || item === undefined) throw new Error('the queue file was not written');
    return { path, item };
  }

  /** Has a file delivered. */
  schedule(file: HeldFile): void {
    this.#outbound.delivery_queue.push(file.item);
  }

  /**
   * Removes a queue file that is in the hook get_mx, once that hook is answered. No answer of the hook itself does so:
   * each has the file delivered, bounced or kept.
   */
  removeAfterHook(mail: QueuedMail): void {
    Object.defineProperty(mail, 'get_mx_respond', { value: () => mail.discard() });
  }

  #smtpForward(): SmtpForward | undefined {
    const plugin = this.#plugins.registered_plugins['queue/smtp_forward'];
    return isSmtpForward(plugin) ? plugin : undefined;
  }

  /** The host that smtp_forward is configured with, for mail that the process channel hands to it. */
  smtpForwardHost(): { readonly host: string; readonly port: number } | null {
    const main = this.#smtpForward()?.cfg.main;
    const host = main?.['host'];
    if (typeof host !== 'string') return null;
    return { host, port: Number(main?.['port'] ?? 25) };
  }

  /** Has smtp_forward hand the message to the given host, with all its other settings, and gives its answer. */
  forwardTo(
    host: string,
    port: number,
    connection: HarakaConnection,
  ): Promise<{ readonly code: number | undefined; readonly message: unknown }> {
    const plugin = this.#smtpForward();
    if (plugin === undefined) {
      return Promise.reject(new Error('queue/smtp_forward is not enabled, or not the one of Haraka 3.3'));
    }
    const steered: SmtpForward = Object.create(plugin, {
      get_config: { value: () => ({ ...plugin.cfg.main, forwarding_host_pool: undefined, host, port }) },
      forward_enabled: { value: () => true },
    });
    return new Promise((resolve) => {
      steered.queue_forward((code, message) => resolve({ code, message }), connection);
    });
  }
}

/** Opens the queue of this Haraka; throws, naming what is missing, when it is not the one we know. */
export function openOutboundQueue(plugin: HarakaPlugin): OutboundQueue {
  const outbound = plugin.haraka_require('outbound');
  const plugins = plugin.haraka_require('plugins');
  if (!isOutbound(outbound) || !isPlugins(plugins)) {
    throw new Error(
      'pmdf/deliver needs the outbound queue of Haraka 3.3 (TODOItem, process_delivery, delivery_queue); ' +
        'this Haraka has another one: use Haraka 3.3, or take pmdf/deliver out of config/plugins',
    );
  }
  return new OutboundQueue(outbound, plugins);
}

/** Notes of a queue file as they come back from disk. */
export function notesOf(hmail: { readonly todo: { readonly notes: HarakaNotes } }): unknown {
  return hmail.todo.notes.get('pmdf');
}
