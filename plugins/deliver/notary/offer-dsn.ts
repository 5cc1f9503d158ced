/*
 * EHLO: a sender may say what it wants to be told of its mail. Ref: RFC 3461 4
 */
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
