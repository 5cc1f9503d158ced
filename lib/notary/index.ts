export {
  type EnvelopeCommand,
  noExtensions,
  type OfferedExtensions,
  OfferReader,
  offeredExtensions,
  permitsParameter,
} from './offered-extensions.js';
export { readOrcpt, writeOrcpt } from './original-recipient.js';
export {
  type MailParameters,
  noMailParameters,
  type Parameter,
  parameterOf,
  type Reading,
  readMailParameters,
  readNotify,
  readRcptParameters,
} from './parameters.js';
export {
  asksNothing,
  joinedNotary,
  mailParameters,
  notaryFor,
  type OutgoingMessage,
  originalOf,
  permitsSize,
  rcptParameters,
  wantsSuccess,
  withoutSuccess,
} from './pass-on.js';
export { readNotary } from './read-kept.js';
export {
  type MessageNotary,
  type Notary,
  type NotifyEvent,
  noMessageNotary,
  noRecipientNotary,
  type OriginalRecipient,
  type RecipientNotary,
  recipientNotary,
} from './request.js';
export { decodeXtext, encodeXtext } from './xtext.js';
