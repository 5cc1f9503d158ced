export { heldInUse, listenToCommands, tellOfChannels } from './ask-processes.js';
export { type Action, actions, changeFile, type PlacedFile } from './change-file.js';
export { changeMessages, type Result } from './change-messages.js';
export { findFiles } from './find-files.js';
export {
  type BrokenFile,
  type Listed,
  listMessages,
  type Place,
  type WaitingMessage,
} from './list-messages.js';
export { type MessageHeader, readMessageHeader } from './message-header.js';
export { NotReachable } from './process-sockets.js';
export {
  type ChangeAnswer,
  type Outcome,
  type Question,
  readQuestion,
  type UnansweredAnswer,
} from './questions.js';
export { makeOwnFolders, ownFolderName, type QueueFolders } from './queue-folders.js';
export { readQueueName } from './queue-name.js';
export { deleteHeld, finishDrafts, type HeldResult, requeueHeld } from './release-held.js';
export { type Selection, selectMessages } from './select-messages.js';
export { noteStarted, noteStopped, stoppedChannels } from './stopped-channels.js';
