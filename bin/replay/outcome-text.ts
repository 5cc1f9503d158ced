/*
 * Logged and decided results as short texts that can be counted and compared.
 */
import type { Verdict } from '../../lib/smtp/index.js';
import type { Decided } from './judge.js';
import type { Happened } from './logged-request.js';

/** `reject 554`, `accept`. */
export function happenedText({ verdict, code }: Happened): string {
  return code === null ? verdict : `${verdict} ${code}`;
}

/** `reject 550`, `accept`. */
export function decidedText(verdict: Verdict): string {
  return verdict.kind === 'accept' ? verdict.kind : `${verdict.kind} ${verdict.reply.code}`;
}

/** All of a decision that may differ between configurations, except the names of entries. */
export function wholeText({ verdict, sourceChannel, deliveries }: Decided): string {
  return JSON.stringify([sourceChannel, verdict.kind === 'accept' ? deliveries : verdict.reply]);
}

/** The verdict, the channels of the deliveries, and the source channel: the name of a difference between configurations. */
export function channelsText({ verdict, sourceChannel, deliveries }: Decided): string {
  const channels = [...new Set(deliveries.map(({ channel }) => channel))].join(', ');
  const route = verdict.kind === 'accept' && channels !== '' ? ` on ${channels}` : '';
  return `${decidedText(verdict)}${route} (from ${sourceChannel})`;
}
