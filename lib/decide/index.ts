export type { DecisionContext } from './context.js';
export { decideReprocessed, type Released, type Reprocessed } from './decide-address.js';
export { demandOfAuth, offerOfAuth } from './decide-auth.js';
export { decideConnection, decidePort, initialChannel, type PortDecision } from './decide-connection.js';
export { decideRecipient } from './decide-recipient.js';
export { bareDomain, decideSender, mayReverse, senderFor } from './decide-sender.js';
export {
  type AccessEffects,
  type ConnectionDecision,
  type Delivery,
  finalDeliveries,
  noEffects,
  type RecipientDecision,
  type SenderDecision,
  type ShadowedVerdict,
  undelivered,
} from './decision.js';
export { routeRecipient } from './expand-recipient.js';
export {
  decideSession,
  firstRefusal,
  type Outcome,
  type RecipientStep,
  type SessionDecision,
  type SessionPart,
  type SessionRequest,
} from './session.js';
export {
  type AuthDecision,
  type ClientDecision,
  type ClientStep,
  decideClient,
  type SessionClient,
} from './session-client.js';
export { decideMail, decideRcpt, type SessionRecipient } from './session-envelope.js';
export {
  auditSetup,
  everyPlugin,
  type OpenSession,
  type PluginName,
  pluginNames,
  type SessionSetup,
  type Step,
  withoutBrackets,
} from './session-setup.js';
export { wouldMatter } from './shadow.js';
export { switchAfterCommands } from './switch-after-commands.js';
export { channelsInDoubt, decideInDoubt, nameUnanswered } from './unanswered-name.js';
export { decideBySpf } from './verify-sender.js';
