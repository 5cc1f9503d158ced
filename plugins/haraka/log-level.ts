/*
 * Which levels Haraka logs at present, so that a line that nobody reads is not made. `log.ini` may change at any time.
 * Undocumented, read from Haraka 3.3.4: logger.js (would_log, levels).
 */
import { Part } from './part.js';
import type { HarakaPlugin } from './types.js';

interface Logger {
  would_log(level: number): boolean;
  readonly levels: Readonly<Record<LogLevel, number>>;
}

/** The levels that are usually off. */
export type LogLevel = 'INFO' | 'DEBUG' | 'PROTOCOL';

export const loggerModule = new Part<Logger>('logger', '', ['would_log'], { levels: 'object' });

let logger: Logger | null = null;

/** Reads levels from the logger of this Haraka from now on; throws when it lacks something. */
export function openLogger(plugin: HarakaPlugin): void {
  logger = loggerModule.in(plugin);
}

/** Whether lines of a level are written; true while the logger is not known. */
export function isLogged(level: LogLevel): boolean {
  return logger === null || logger.would_log(logger.levels[level]);
}
