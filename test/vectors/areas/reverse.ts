/*
 * The form in which an envelope From is shown to others: reverse database and REVERSE mapping.
 */
import type { Area } from '../area.js';
import { forwardingArea } from '../engine/forwarding-question.js';

export const reverse: Area = forwardingArea('sender');
