/*
 * Entries of PMDF's log, mail.log_current: their lines, and the options that say what is in them.
 */
export {
  blocksOf,
  type ConnectionEntry,
  clientSystem,
  type LogEntry,
  type MessageEntry,
  noFields,
} from './entry.js';
export { clockTime, timeStamp } from './local-time.js';
export { type LogOptions, logs, usualLogOptions } from './options.js';
export { printEntry } from './print-entry.js';
export { readEntry } from './read-entry.js';
