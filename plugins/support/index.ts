/*
 * What the plugins share.
 */

export { andThen, type Eventual } from '../../lib/engine/index.js';
export { addResult } from './add-result.js';
export { askedFor, declaredOf, noteRecipient, noteSender, offeredTo } from './asked.js';
export { stopOnBadLines } from './bad-lines.js';
export { brokenStart } from './broken-start.js';
export { goesToOutsider, recipientDecision, recipientDecisions, senderDecision } from './decisions.js';
export { hasEnded, TransactionEnded } from './ended-transactions.js';
export { type CountsTogether, FailureCounts, failuresHere, type ReportCounts } from './failure-counts.js';
export { followSwitches } from './follow-switches.js';
export { gateway } from './gateway.js';
export { guard } from './guard.js';
export {
  dropHeldFiles,
  type HeldRecipient,
  holdMessage,
  keepHeldFiles,
  unansweredFiles,
  writeHeldFile,
} from './held-file.js';
export { removeHeldLeftovers } from './held-leftovers.js';
export { joinGateway } from './join-gateway.js';
export { keysAtOnce, keysHere } from './keys.js';
export { applyMessageEffects } from './message-effects.js';
export {
  type Delivered,
  type Denial,
  type DirectDelivery,
  type LeftDelivery,
  type ObservedDecision,
  type Observer,
  observer,
  observeWith,
  type Stage,
  secondsSince,
  startOfMeasurement,
} from './observer.js';
export { channelIn, knownChannel, settleChannel } from './outbound-channel.js';
export { wordsForShadow } from './policy-line.js';
export { resolvedAll, resolvedHost } from './resolve-hosts.js';
export {
  answerTo,
  type HookAnswer,
  proceed,
  refuse,
  separateMessage,
  succeed,
  succeedWith,
} from './respond.js';
export {
  authenticatedUser,
  connectionState,
  forgetUser,
  type Parameters,
  policyForNext,
  reverseNameOf,
  serverOf,
  sessionOf,
  sourceChannelOf,
  transactionOf,
  transactionState,
} from './session.js';
export { logShadowed, type ShadowedCommand, shadowLines } from './shadow-log.js';
export {
  closeForTransaction,
  isSubmissionOpen,
  keepSubmissionOpen,
  stopKeepingOpen,
} from './submission-ports.js';
export { channelOfFile, watchDeliveries } from './watch-deliveries.js';
