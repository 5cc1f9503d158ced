/*
 * Verdicts and deliveries as text.
 */
import type { Delivery } from '../../lib/decide/index.js';
import type { Reply, Verdict } from '../../lib/smtp/index.js';
import type { Paint } from './paint.js';
import { brief } from './visible.js';

/** What follows the code in a reply: `5.7.1 Relaying not permitted: bob@other.com`. */
export function replyText({ enhanced, text }: Reply): string {
  return [enhanced, text].filter((part) => part !== '').join(' ');
}

/** The verdict, and the reply unless it accepts: `reject 550 5.7.1 text`. */
export function verdictText(verdict: Verdict): string {
  const { kind } = verdict;
  return kind === 'accept' ? kind : `${kind} ${verdict.reply.code} ${replyText(verdict.reply)}`;
}

const paints = { accept: 'good', reject: 'bad', defer: 'doubtful' } as const;

/** The same in two columns, safe to print. */
export function paintedVerdict(verdict: Verdict, paint: Paint): string {
  const { kind } = verdict;
  const rest = verdictText(verdict).slice(kind.length);
  return paint[paints[kind]](kind) + (rest === '' ? '' : ` ${brief(rest)}`);
}

/** Whether a delivery is refused when it is reprocessed. */
export function isLost({ then }: Delivery): boolean {
  return then !== undefined && (then.length === 0 || then.some(isLost));
}

/** Where one delivery goes, through both passes. */
export function deliveryText({ address, channel, then, candidates }: Delivery): string {
  const here = `${brief(address)} on ${brief(channel)}`;
  if (candidates !== undefined) {
    return `${here}, returned with a notice: the name may mean ${candidates.map(brief).join(', ')}`;
  }
  if (then === undefined) return here;
  if (then.length === 0) return `${here}, refused on the second pass`;
  return `${here}, then ${then.map(deliveryText).join(' and ')}`;
}
