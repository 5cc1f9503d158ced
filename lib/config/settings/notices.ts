/*
 * `notices`: what reports to senders and to the postmaster say, and how much of a message comes back with them.
 * Ref: PMDF 7.3.4 (BOUNCE_BLOCK_LIMIT, CONTENT_RETURN_BLOCK_LIMIT, HISTORY_TO_RETURN, LINES_TO_RETURN, RETURN_ADDRESS,
 *      RETURN_PERSONAL, RETURN_UNITS)
 */
import { fieldAddressForm } from '../../address/index.js';
import { record, setting } from '../shapes/record.js';
import { choice, text, wholeNumber } from '../shapes/scalars.js';
import { mapped, type Shape, wrongType } from '../shapes/shape.js';

const mostBlocks = 1_000_000;
const mostLines = 100_000;
const mostAttempts = 200;
const see = 'notices.md#what-comes-back';

/** An address in ASCII, as it goes into a header field. */
const address: Shape<string> = mapped(
  text('an address'),
  (written, node, field) => (fieldAddressForm.test(written) ? written : wrongType(node, field, 'an address')),
  { type: 'string', pattern: fieldAddressForm.source },
);

export const notices = record({
  returnAddress: setting<string | null>(
    address,
    null,
    'The address that notices come from, unless the channel has `returnaddress`.',
    { defaultText: '`postmaster` at the local host' },
  ),
  returnPersonal: setting(
    text('a name'),
    'PMDF e-Mail Interconnect',
    'The name that notices come from, unless the channel has `returnpersonal`.',
  ),
  returnUnits: setting(
    choice(['days', 'hours']),
    'days',
    'The unit of the ages of the keywords `notices`, `urgentnotices`, `normalnotices` and `nonurgentnotices`.',
    { see: 'notices.md#when' },
  ),
  bounceBlockLimit: setting(
    wholeNumber(0, mostBlocks),
    100,
    'Blocks of 1024 octets; of a larger message only the header comes back. 0: never more than the header.',
    { see },
  ),
  contentReturnBlockLimit: setting<number | null>(
    wholeNumber(1, mostBlocks),
    null,
    'A second such limit, as PMDF has it; the smaller one counts.',
    { defaultText: 'none', see },
  ),
  linesToReturn: setting(
    wholeNumber(0, mostLines),
    20,
    'The lines after the header that come back with a notice of delay. 0: the header only.',
    { see },
  ),
  historyToReturn: setting(
    wholeNumber(1, mostAttempts),
    20,
    'The attempts to deliver a message that are kept with it in the queue, and told in a notice.',
    { see: 'notices.md#attempts' },
  ),
});
