/*
 * The only door to what Haraka does not document, and Haraka's types.
 */
export { addressesIn, addressLike, newAddress } from './address-class.js';
export type { Backend } from './backend/backend.js';
export { noAnswer } from './backend/backend-reply.js';
export { BackendSession, type MessageReplies, type SessionRecipient } from './backend/backend-session.js';
export { forwardBackend } from './backend/forward-backend.js';
export { type ClientModule, clientModule } from './backend/smtp-client.js';
export { smtpForwardHosts, smtpForwardIn } from './backend/smtp-forward-plugin.js';
export { causeOf } from './cause-of.js';
export { checkParts } from './check-parts.js';
export { afterHandshake } from './connection/after-handshake.js';
export { type BareAddress, completeBareAddresses } from './connection/command-lines.js';
export { judgeParameters, splitArguments } from './connection/command-parameters.js';
export { connectionClass } from './connection/connection-class.js';
export { endConnection } from './connection/end-connection.js';
export { forgetKnownUser, knownUser } from './connection/known-user.js';
export { permitLines } from './connection/line-length.js';
export { allowAfterOurs, presentHook, runNextHook } from './connection/next-hook.js';
export { repliesSoFar } from './connection/one-command.js';
export { refuseCommands } from './connection/refuse-commands.js';
export { secureConnections } from './connection/secure-connections.js';
export { countAccepted } from './delivery/accepted-recipients.js';
export { keepConnections } from './delivery/kept-connections.js';
export { type FileParameters, isReported, passOnParameters } from './delivery/mail-parameters.js';
export { NotSmtp } from './delivery/not-smtp.js';
export { endOutOfStep } from './delivery/out-of-step.js';
export type { OutboundMail, OutboundSocket, QueueItem } from './delivery/outbound-mail.js';
export { outboundMailOf } from './delivery/outbound-mail.js';
export { avoidOwnServers, type LeavingMail } from './delivery/own-servers.js';
export { deliverInUtf8, isAscii } from './delivery/smtputf8.js';
export { type Send, SocketWatch, verbOf } from './delivery/socket-watch.js';
export { type Attempt, noteFailure, tryOnceMore, type Watcher, watchMail } from './delivery/watch-mail.js';
export {
  addHttpHandler,
  type HttpHandler,
  hasHttpServer,
  objectionToHttpServer,
} from './http-application.js';
export { type Listener, listenAddresses } from './listen-addresses.js';
export { loadedPlugins, pluginsInHook } from './loaded-plugins.js';
export { isLogged } from './log-level.js';
export {
  faultOf,
  guardDataLines,
  hasEightBit,
  headerLimit,
  isGuarded,
  isHeaderTooLong,
  sizeOf,
} from './message/data-lines.js';
export { enclosed, type Survey, surveyOf, textOfOctets } from './message/enclosed-message.js';
export { firstLines } from './message/first-lines.js';
export { filterOutput, stuffHeaderDots } from './message/message-stream.js';
export { type MessageText, withHeader } from './message/message-text.js';
export { messageOf } from './message-of.js';
export { followClock } from './queue/clock-jumps.js';
export {
  type Deferral,
  type EndingMail,
  notesSaver,
  octetsOf,
  type SaveNotes,
  type Teller,
  tellSenders,
} from './queue/ending-mail.js';
export { type Exchange, withHiddenLogin } from './queue/exchange.js';
export { freeSlot } from './queue/free-slot.js';
export { keepMail } from './queue/keep-mail.js';
export { answerNextHop, type NextHopAnswer, type QueuedMail } from './queue/next-hop-answer.js';
export { failuresOf, isTooOld, keepRecipientNotes } from './queue/noted-recipients.js';
export { type OutboundQueue, openOutboundQueue } from './queue/outbound-queue.js';
export { passOverFolder, whenQueueExists } from './queue/own-folder.js';
export { queueFolder } from './queue/queue-folder.js';
export { strandedFiles } from './queue/stranded-files.js';
export { keepUnfinishedFiles } from './queue/unfinished-files.js';
export { notesInFile, type WaitingFile, waitingFiles } from './queue/waiting-files.js';
export { type TakenMail, type WaitingMail, waitingMail } from './queue/waiting-mail.js';
export type { HeldFile } from './queue/write-queue-file.js';
export { keepStringsQuick } from './quick-strings.js';
export {
  type HandshakeOptions,
  hasCertificate,
  issuesStartTls,
  secureListeners,
  type TlsSocketModule,
  tlsSocket,
} from './tls/handshake-options.js';
export type {
  HarakaAddress,
  HarakaConnection,
  HarakaMessage,
  HarakaNotes,
  HarakaPlugin,
  HarakaResults,
  HarakaTransaction,
  Next,
  RecipientCounts,
} from './types.js';
