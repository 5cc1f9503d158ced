/*
 * An explanation as one line for each recipient: `bob@other.com  reject 550 5.7.1 ...  mappings:7`.
 */

import type { TraceEvent } from '../../lib/engine/index.js';
import { brief, type Paint, printColumns } from '../support/index.js';
import type { Answer, ExplanationJson } from './json.js';
import { isLost } from './lost.js';
import { deliveryText, noteLines, verdictText } from './print.js';

type Recipient = ExplanationJson['to'][number];

/** The entry that refused, with the routing that a built-in one saw. */
function reasonText(entry: string, trace: readonly TraceEvent[]): string {
  const routing = trace.findLast((event) => event.kind === 'routing-refused' && event.place === entry);
  return routing?.kind === 'routing-refused' ? `${brief(entry)}  ${brief(routing.reason)}` : brief(entry);
}

/** Why the verdict is what it is: the deliveries of what is accepted, else the entry that decided. */
function outcomeText({ verdict, entry, deliveries, trace, channel }: Recipient): string {
  if (verdict !== 'accept') return entry === null ? '' : reasonText(entry, trace);
  return deliveries.length === 0 ? brief(channel ?? '') : deliveries.map(deliveryText).join(' and ');
}

function refusedEarlier(what: string, answer: Answer, paint: Paint): (readonly [string, string, string])[] {
  if (answer.verdict === 'accept') return [];
  return [[what, verdictText(answer, paint), answer.entry === null ? '' : brief(answer.entry)]];
}

/** One line for each recipient; before them one for the client and the sender where these are refused. */
export function printBrief(explanation: ExplanationJson, paint: Paint): string[] {
  const { client, from, to } = explanation;
  const rows = printColumns([
    ...refusedEarlier(`client ${brief(client.address)}`, client, paint),
    ...refusedEarlier(`from <${brief(from.address)}>`, from, paint),
    ...to.map((one) => {
      const lost = one.deliveries.some(isLost) ? `${paint.bad('lost later')}  ` : '';
      return [`${client.channel} <${brief(one.address)}>`, verdictText(one, paint), lost + outcomeText(one)];
    }),
  ]);
  return [...noteLines(explanation, paint), ...rows];
}
