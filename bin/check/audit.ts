/*
 * The result of the relay audit in `pmdf check`: a line for each channel that strangers come in on, or JSON.
 */

import { type ChannelAudit, leakText, type RelayAudit, type RelayLeak } from '../../lib/proof/index.js';
import { counted } from '../../lib/text/index.js';
import { type Paint, visible } from '../support/index.js';

function leakJson({ plain: _plain, claims: _claims, ...leak }: RelayLeak) {
  return leak;
}

/** The result as JSON; `channels` are those that strangers come in on. */
export function auditJson({ channels }: RelayAudit) {
  return {
    forms: channels.reduce((sum, { forms }) => sum + forms, 0),
    undecided: channels.reduce((sum, { undecided }) => sum + undecided, 0),
    channels: channels.map(
      ({ channel, forms, addresses, senders, hostsLeftOut, sendersLeftOut, closed }) => ({
        channel,
        forms,
        addresses,
        senders,
        hostsLeftOut,
        sendersLeftOut,
        closed,
      }),
    ),
    leaks: channels.flatMap(({ leaks }) => leaks.map(leakJson)),
  };
}

/** What the audit left out. */
function gaps({ undecided, hostsLeftOut, sendersLeftOut }: ChannelAudit): string {
  return [
    ...(undecided === 0 ? [] : [`${undecided} could not be decided`]),
    ...(hostsLeftOut === 0 ? [] : [`${counted(hostsLeftOut, 'host')} not tried`]),
    ...(sendersLeftOut === 0 ? [] : [`${counted(sendersLeftOut, 'sender')} not tried`]),
  ]
    .map((gap) => `; ${gap}`)
    .join('');
}

function line(audit: ChannelAudit, paint: Paint): string {
  const { channel, forms, addresses, senders, closed, undecided, leaks } = audit;
  if (closed !== null) return `relay audit: ${channel}: ${closed}`;
  const asked = `relay audit: strangers on ${channel} tried ${counted(addresses, 'address', 'addresses')} with ${counted(senders, 'sender')} in ${counted(forms, 'request')}:`;
  const [first] = leaks;
  if (first === undefined) {
    const good = `${asked} none of these addresses is relayed to the outside${gaps(audit)}`;
    return undecided === 0 ? paint.good(good) : paint.doubtful(good);
  }
  const count = leaks.length === 1 ? 'one is relayed' : `${leaks.length} are relayed, the first`;
  return paint.bad(`${asked} ${count}: ${visible(leakText(first))}${gaps(audit)}`);
}

/** The result as lines of text. */
export function auditText({ channels }: RelayAudit, paint: Paint): string[] {
  return channels.map((one) => line(one, paint));
}
