/*
 * What an alias stands for: alias database and alias file, and whatever follows them.
 */
import type { Area } from '../area.js';
import { forwardingArea } from '../engine/forwarding-question.js';

export const alias: Area = forwardingArea('recipient');
