/*
 * The relay audit for `pmdf check`: a line for each channel that strangers come in on, and the JSON form.
 */
import { type ChannelAudit, leakText, type RelayAudit, type RelayLeak } from '../../lib/index.js';
import type { Paint } from '../support/paint.js';
import { visible } from '../support/visible.js';

/** A form that gets through; `reading` is the address as delivered and what servers make of it. */
function leakJson({ plain: _, ...leak }: RelayLeak) {
  return leak;
}

/** The JSON form: `channels` are those that strangers come in on. */
export function auditJson({ channels }: RelayAudit) {
  return {
    forms: channels.reduce((sum, { forms }) => sum + forms, 0),
    undecided: channels.reduce((sum, { undecided }) => sum + undecided, 0),
    channels: channels.map(({ channel, forms, hostsLeftOut, closed }) => ({
      channel,
      forms,
      hostsLeftOut,
      closed,
    })),
    leaks: channels.flatMap(({ leaks }) => leaks.map(leakJson)),
  };
}

function line({ channel, forms, closed, undecided, leaks }: ChannelAudit, paint: Paint): string {
  if (closed !== null) return `relay audit: ${channel}: ${closed}`;
  const asked = `relay audit: ${forms} forms from ${channel}:`;
  const open = undecided === 0 ? '' : `; ${undecided} could not be decided`;
  const [first] = leaks;
  if (first === undefined) {
    const good = `${asked} no form gets from an external channel to an external channel`;
    return open === '' ? paint.good(good) : paint.doubtful(`${good}${open}`);
  }
  const count = leaks.length === 1 ? 'one gets out' : `${leaks.length} get out, first`;
  return paint.bad(`${asked} ${count}: ${visible(leakText(first))}${open}`);
}

/** The lines for people. */
export function auditText({ channels }: RelayAudit, paint: Paint): string[] {
  return channels.map((one) => line(one, paint));
}
