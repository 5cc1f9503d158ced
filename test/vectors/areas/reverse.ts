/*
 * The form of an envelope From that others see: reverse database and REVERSE mapping.
 */
import type { Area } from '../area.js';
import { forwardingArea } from '../engine/forwarding-question.js';

export const reverse: Area = forwardingArea('sender');
