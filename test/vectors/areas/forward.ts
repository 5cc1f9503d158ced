/*
 * Where an envelope To is forwarded to: FORWARD mapping and forward database, and the steps before and after them.
 */
import type { Area } from '../area.js';
import { forwardingArea } from '../engine/forwarding-question.js';

export const forward: Area = forwardingArea('recipient');
