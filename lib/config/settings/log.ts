/*
 * `log`: where pmdf/log writes.
 */
import { record, setting } from '../shapes/record.js';
import { text } from '../shapes/scalars.js';

export const log = record({
  folder: setting(
    text('the name of a folder'),
    'log',
    'The folder of mail.log_current, absolute or relative to the folder that contains the queue; pmdf/log does not create it.',
    { see: 'log.md' },
  ),
});
