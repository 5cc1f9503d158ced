/*
 * EHLO: a sender may say what it wants to be told of its mail. Ref: RFC 3461 4
 */
import { type HarakaPlugin, permitLines } from '../../haraka/index.js';
import { guard, proceed } from '../../support/index.js';

/** The hook `capabilities`. */
export const offerDsn = guard(
  ({ capabilities }) => {
    if (capabilities?.includes('DSN') === false) capabilities.push('DSN');
    return proceed;
  },
  // Core ignores refusals here.
  () => proceed,
);

/** The octets of RCPT with the longest NOTIFY and ORCPT, and of MAIL with less. Ref: RFC 5321 4.5.3.1.4; RFC 3461 4 */
const longestLine = 512 + ' NOTIFY=SUCCESS,FAILURE,DELAY'.length + ' ORCPT='.length + 500;

/** Has the commands accepted that the offer permits. Throws when this Haraka lacks a part that it needs. */
export function permitLongCommands(plugin: HarakaPlugin): void {
  permitLines(plugin, longestLine);
}
