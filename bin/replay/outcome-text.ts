/*
 * What happened and what is decided, each as a few words that can be counted.
 */
import type { Delivery } from '../../lib/decide/index.js';
import type { Verdict } from '../../lib/smtp/index.js';
import type { Decided } from './judge.js';
import type { Happened } from './logged-request.js';

/** `reject 554`, `accept`. */
export function happenedText({ verdict, code }: Happened): string {
  return code === null ? verdict : `${verdict} ${code}`;
}

/** `reject 550`, `accept`. */
export function verdictText(verdict: Verdict): string {
  return verdict.kind === 'accept' ? verdict.kind : `${verdict.kind} ${verdict.reply.code}`;
}

function deliveriesText(deliveries: readonly Delivery[]): string {
  return deliveries
    .map(({ address, channel, then }) => {
      const here = `${address} on ${channel}`;
      return then === undefined ? here : `${here}, then (${deliveriesText(then)})`;
    })
    .join('; ');
}

/** Everything about a decision that another configuration may change, the names of entries apart. */
export function wholeText({ verdict, sourceChannel, deliveries }: Decided): string {
  if (verdict.kind === 'accept') return JSON.stringify([sourceChannel, deliveriesText(deliveries)]);
  const { code, enhanced, text } = verdict.reply;
  return JSON.stringify([sourceChannel, code, enhanced, text]);
}

/** The verdict, and the channels where it goes through: what a difference between configurations is called. */
export function channelsText({ verdict, sourceChannel, deliveries }: Decided): string {
  const channels = [...new Set(deliveries.map(({ channel }) => channel))].join(', ');
  const way = verdict.kind === 'accept' && channels !== '' ? ` on ${channels}` : '';
  return `${verdictText(verdict)}${way} (from ${sourceChannel})`;
}
