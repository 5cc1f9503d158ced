/*
 * An explanation as one line for each recipient: `bob@other.com  reject 550 5.7.1 ...  mappings:7`.
 */

import { type RecipientStep, withoutBrackets } from '../../lib/decide/index.js';
import type { Verdict } from '../../lib/smtp/index.js';
import {
  brief,
  type DecidedRequest,
  deliveryText,
  isLost,
  type Paint,
  paintedVerdict,
  printColumns,
} from '../support/index.js';
import { noteLines, routingReason } from './print.js';

type Row = readonly [who: string, verdict: string, why: string];

/** Where accepted mail goes, or the entry that refused it. */
function outcomeText({ decision, trace }: RecipientStep, paint: Paint): string {
  const { verdict, deliveries, channel } = decision;
  if (verdict.kind !== 'accept') {
    if (verdict.place === null) return '';
    const routing = routingReason(verdict.place, trace);
    return brief(verdict.place) + (routing === null ? '' : `  ${brief(routing)}`);
  }
  const lost = deliveries.some(isLost) ? `${paint.bad('refused later')}  ` : '';
  return lost + (deliveries.length === 0 ? brief(channel ?? '') : deliveries.map(deliveryText).join(' and '));
}

function refusedEarlier(who: string, verdict: Verdict, paint: Paint): Row[] {
  return verdict.kind === 'accept' ? [] : [[who, paintedVerdict(verdict, paint), brief(verdict.place ?? '')]];
}

/** One line for each recipient; before them one for the client and the sender where these are refused. */
export function printBrief({ request, runs, decided }: DecidedRequest, paint: Paint): string[] {
  const { client, from, to } = decided;
  const rows: Row[] = [
    ...refusedEarlier(`client ${brief(request.client.address)}`, client.decision.verdict, paint),
    ...refusedEarlier(`from <${brief(withoutBrackets(request.from))}>`, from.decision.verdict, paint),
    ...to.map((one): Row => {
      const who = `${client.decision.channel} <${brief(one.named)}>`;
      return [who, paintedVerdict(one.decision.verdict, paint), outcomeText(one, paint)];
    }),
  ];
  return [...noteLines(runs, paint), ...printColumns(rows)];
}
