/*
 * Haraka's durable queue: files are written first and scheduled later.
 * Undocumented, read from Haraka 3.3.4: outbound/index.js (delivery_queue, net_utils.get_mx),
 * plugins.js (run_hooks of pre_send_trans_email, the hook in which DKIM signs; registered_plugins).
 */
import { FolderSync } from '../../../runtime/files/index.js';
import { type PluginsModule, pluginsModule } from '../loaded-plugins.js';
import type { MessageText } from '../message/message-text.js';
import { Part } from '../part.js';
import type { HarakaConnection, HarakaPlugin, HarakaTransaction } from '../types.js';
import type { Exchange } from './exchange.js';
import type { QueuedMail } from './next-hop-answer.js';
import { queueFolder } from './queue-folder.js';
import { type OwnMail, type ShowToPlugins, showToPlugins } from './show-to-plugins.js';
import { requireWholeFiles } from './whole-files.js';
import {
  type HeldFile,
  type MessageSource,
  type QueueFile,
  queueFileWriter,
  type WriteQueueFile,
} from './write-queue-file.js';

interface OutboundModule {
  readonly delivery_queue: { push(item: object): void };
  readonly net_utils: { get_mx(domain: string): Promise<readonly Exchange[]> };
}

export const outboundModule = new Part<OutboundModule>('outbound', '', [
  'delivery_queue.push',
  'net_utils.get_mx',
]);

/** What the queue is made of. */
export interface QueueParts {
  readonly outbound: OutboundModule;
  readonly plugins: PluginsModule;
  readonly show: ShowToPlugins;
  readonly write: WriteQueueFile;
  readonly folder: Pick<FolderSync, 'wait'>;
}

/** Haraka's durable queue. */
export class OutboundQueue {
  readonly #outbound: OutboundModule;
  readonly #plugins: PluginsModule;
  readonly #show: ShowToPlugins;
  readonly #write: WriteQueueFile;
  readonly #folder: Pick<FolderSync, 'wait'>;

  constructor({ outbound, plugins, show, write, folder }: QueueParts) {
    this.#outbound = outbound;
    this.#plugins = plugins;
    this.#show = show;
    this.#write = write;
    this.#folder = folder;
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

  /**
   * Shows a message of our own to the plugins that see mail on its way into the queue, and gives it as they left it. Rejects when
   * it cannot be read.
   */
  async shown(mail: OwnMail): Promise<MessageText> {
    return await this.#show(mail);
  }

  /** Writes one queue file to disk without scheduling it. Rejects when it cannot, and leaves nothing. */
  async write(file: QueueFile, source: MessageSource): Promise<HeldFile> {
    return await this.#write(file, source);
  }

  /** Resolves when the name of each file written so far is on disk. Rejects when it cannot be brought there. */
  async sync(): Promise<void> {
    await this.#folder.wait();
  }

  /** The message of a queue file; an error while reading it is passed on to the destination. */
  textOf(mail: Pick<QueuedMail, 'data_stream'>): MessageText {
    return {
      pipe: (destination) => {
        const text = mail.data_stream();
        text.once('error', (error) => destination.emit('error', error));
        return text.pipe(destination);
      },
    };
  }

  schedule(file: HeldFile): void {
    file.scheduled();
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
  return new OutboundQueue({
    outbound: outboundModule.in(plugin),
    plugins: pluginsModule.in(plugin),
    show: showToPlugins(plugin),
    write: queueFileWriter(plugin),
    folder: new FolderSync(queueFolder(plugin)),
  });
}
