/*
 * The keys that this process derives, whichever plugin checks a password: a few at once, after mail.
 */
import { KeyThreads } from '../../runtime/passwords/index.js';
import { systemClock } from '../../runtime/time/index.js';

/** Keys that are derived at once. */
export const keysAtOnce = 2;

export const keysHere = new KeyThreads({ clock: systemClock, atOnce: keysAtOnce });
