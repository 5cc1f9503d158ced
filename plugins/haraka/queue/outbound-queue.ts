/*
 * Haraka's durable queue: files are written first and scheduled later.
 * Undocumented, read from Haraka 3.3.4: outbound/index.js (TODOItem, process_delivery, delivery_queue, net_utils.get_mx),
 * plugins.js (run_hooks of pre_send_trans_email, the hook in which DKIM signs; registered_plugins).
 */
import { dirname } from 'node:path';
import { syncFolderLater } from '../../../runtime/files/index.js';
import { type PluginsModule, pluginsModule } from '../loaded-plugins.js';
import { type MessageText, withHeader } from '../message/message-text.js';
import { Part } from '../part.js';
import type {
  HarakaAddress,
  HarakaConnection,
  HarakaNotes,
  HarakaPlugin,
  HarakaTransaction,
} from '../types.js';
import type { Exchange } from './exchange.js';
import type { QueuedMail } from './next-hop-answer.js';
import { requireWholeFiles } from './whole-files.js';

/** A queue file that is on disk and not yet scheduled. */
export interface HeldFile {
  readonly path: string;
  readonly item: object;
}

/** What one queue file contains. */
export interface QueueFile {
  readonly domain: string;
  readonly recipients: readonly HarakaAddress[];
  readonly from: HarakaAddress;
  readonly notes: Readonly<Record<string, unknown>>;
  readonly uuid: string;
  /** Header lines on top of the message, without line ends. */
  readonly header: readonly string[];
}

export interface MessageSource {
  readonly text: MessageText;
  readonly notes: HarakaNotes;
}

interface OutboundModule {
  readonly TODOItem: new (
    domain: string,
    recipients: readonly HarakaAddress[],
    transaction: object,
  ) => object;
  process_delivery(paths: string[], todo: object, items: object[]): Promise<void>;
  readonly delivery_queue: { push(item: object): void };
  readonly net_utils: { get_mx(domain: string): Promise<readonly Exchange[]> };
}

export const outboundModule = new Part<OutboundModule>('outbound', '', [
  'TODOItem',
  'process_delivery',
  'delivery_queue.push',
  'net_utils.get_mx',
]);

/** Haraka's durable queue. */
export class OutboundQueue {
  readonly #outbound: OutboundModule;
  readonly #plugins: PluginsModule;

  constructor(outbound: OutboundModule, plugins: PluginsModule) {
    this.#outbound = outbound;
    this.#plugins = plugins;
  }

  get plugins(): Readonly<Record<string, unknown>> {
    return this.#plugins.registered_plugins;
  }

  hasPlugin(name: string): boolean {
    return Object.hasOwn(this.plugins, name);
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
    const todo = new this.#outbound.TODOItem(file.domain, file.recipients, {
      mail_from: file.from,
      message_stream: withHeader(text, file.header),
      notes: Reflect.construct(notes.constructor, [file.notes]),
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

  /** Makes the names of written files durable. Rejects when it cannot. */
  async sync(files: readonly HeldFile[]): Promise<void> {
    for (const folder of new Set(files.map(({ path }) => dirname(path)))) await syncFolderLater(folder);
  }

  /** The message of a queue file; an error while reading it is passed on to the destination. */
  textOf(mail: QueuedMail): MessageText {
    return {
      pipe: (destination) => {
        const text = mail.data_stream();
        text.once('error', (error) => destination.emit('error', error));
        return text.pipe(destination);
      },
    };
  }

  schedule(file: HeldFile): void {
    this.#outbound.delivery_queue.push(file.item);
  }

  /** Looks up the hosts of a domain, best first; a null MX is a host without a name. Rejects on failure. */
  async hostsOf(domain: string): Promise<readonly Exchange[]> {
    return await this.#outbound.net_utils.get_mx(domain);
  }
}

/** Opens the queue of this Haraka; throws, naming what is missing, when it is another one. */
export function openOutboundQueue(plugin: HarakaPlugin): OutboundQueue {
  requireWholeFiles(plugin);
  return new OutboundQueue(outboundModule.in(plugin), pluginsModule.in(plugin));
}
