/*
 * The one check at start: whether this Haraka has every undocumented part that a plugin of the bundle relies on.
 */
import type { PluginName } from '../../lib/decide/index.js';
import { clientModule } from './backend/smtp-client.js';
import { connectionClass } from './connection/connection-class.js';
import { connectionLimits } from './connection/line-length.js';
import { clientPool, deliveredMail } from './delivery/kept-connections.js';
import { outboundMail } from './delivery/outbound-mail.js';
import { attemptedMail } from './delivery/own-servers.js';
import { httpServer } from './http-application.js';
import { listeningServer } from './listen-addresses.js';
import { pluginsModule } from './loaded-plugins.js';
import { loggerModule } from './log-level.js';
import { missingText, type Part } from './part.js';
import { waitingModule } from './queue/clock-jumps.js';
import { endingMail, rewritingModule } from './queue/ending-mail.js';
import { keepingMail, keepingModule } from './queue/keep-mail.js';
import { nextHopMail } from './queue/next-hop-answer.js';
import { notingMail } from './queue/noted-recipients.js';
import { outboundModule } from './queue/outbound-queue.js';
import { readingModule } from './queue/own-folder.js';
import { queueModule } from './queue/queue-folder.js';
import { sendingModule, transactionModule } from './queue/show-to-plugins.js';
import { loadingModule } from './queue/stranded-files.js';
import { namingModule, unfinishedModule } from './queue/unfinished-files.js';
import { memoryModule } from './queue/waiting-mail.js';
import { writingModule } from './queue/whole-files.js';
import { formModule } from './queue/write-queue-file.js';
import { mailModule } from './queue/written-mail.js';
import { outboundConfig, serverModule, tlsSocket } from './tls/handshake-options.js';
import type { HarakaPlugin } from './types.js';

const everyPlugin: readonly Part<object>[] = [connectionClass, pluginsModule, loggerModule];

const ofPlugin: Readonly<Record<PluginName, readonly Part<object>[]>> = {
  access: [],
  auth: [outboundMail],
  deliver: [
    outboundMail,
    formModule,
    outboundModule,
    writingModule,
    mailModule,
    nextHopMail,
    keepingModule,
    keepingMail,
    notingMail,
    endingMail,
    rewritingModule,
    sendingModule,
    transactionModule,
    loadingModule,
    unfinishedModule,
    namingModule,
    queueModule,
    clientPool,
    deliveredMail,
    attemptedMail,
    listeningServer,
    clientModule,
    connectionLimits,
    waitingModule,
    memoryModule,
    readingModule,
  ],
  forward: [],
  log: [],
  maytls: [outboundMail, tlsSocket, serverModule, outboundConfig],
  switchchannel: [],
  watch: [httpServer, queueModule],
};

/** Throws, naming everything that is missing, when this Haraka is not one that the plugin can run in. */
export function checkParts(plugin: HarakaPlugin, name: PluginName): void {
  const missing = [...everyPlugin, ...ofPlugin[name]].flatMap((part) => part.missing(plugin));
  if (missing.length > 0) throw new Error(missingText(plugin, [...new Set(missing)]));
}
