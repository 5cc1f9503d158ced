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
