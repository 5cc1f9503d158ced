/*
 * The result of the relay audit in `pmdf check`, as JSON.
 */

import type { RelayAudit, RelayLeak } from '../../lib/proof/index.js';

function leakJson({ plain: _plain, claims: _claims, ...leak }: RelayLeak) {
  return leak;
}

/** The result as JSON; `channels` are those that strangers come in on. */
export function auditJson({ channels }: RelayAudit) {
  return {
    forms: channels.reduce((sum, { forms }) => sum + forms, 0),
    undecided: channels.reduce((sum, { undecided }) => sum + undecided, 0),
    channels: channels.map(
      ({ channel, forms, addresses, senders, hostsLeftOut, sendersLeftOut, serverLookups, closed }) => ({
        channel,
        forms,
        addresses,
        senders,
        hostsLeftOut,
        sendersLeftOut,
        serverLookups,
        closed,
      }),
    ),
    leaks: channels.flatMap(({ leaks }) => leaks.map(leakJson)),
  };
}
