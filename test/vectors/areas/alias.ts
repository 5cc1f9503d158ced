/*
 * The result of an alias: alias database and alias file, and the steps that follow them.
 */
import type { Area } from '../area.js';
import { forwardingArea } from '../engine/forwarding-question.js';

export const alias: Area = forwardingArea('recipient');
