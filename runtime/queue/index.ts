export {
  type BrokenFile,
  type Listed,
  listMessages,
  type Place,
  type QueueFolders,
  type WaitingMessage,
} from './list-messages.js';
export { type MessageHeader, readMessageHeader } from './message-header.js';
export { type Selection, selectMessages } from './select-messages.js';
