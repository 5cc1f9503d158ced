/*
 * An explanation as text: a part for the client, the sender and each recipient. Each part begins with the decision and
 * the entry that made it, then shows the steps.
 */

import {
  type AccessEffects,
  type Delivery,
  type RecipientStep,
  type ShadowedVerdict,
  withoutBrackets,
} from '../../lib/decide/index.js';
import type { TraceEvent } from '../../lib/engine/index.js';
import type { Verdict } from '../../lib/smtp/index.js';
import {
  brief,
  type DecidedRequest,
  deliveryText,
  indent,
  isLost,
  type Paint,
  paintedVerdict,
  printColumns,
  printPasses,
  replyText,
  shadowText,
  traceRow,
  type WhatRuns,
  withGaps,
} from '../support/index.js';
import { deliveryAuthText, deliveryTlsOf, deliveryTlsText } from './delivery-tls.js';
import { notDecided } from './not-decided.js';

type Row = readonly [label: string, text: string];

/** What the steps have in common. */
interface Decided {
  readonly decision: {
    readonly verdict: Verdict;
    readonly effects: AccessEffects;
    readonly shadowed: readonly ShadowedVerdict[];
  };
  readonly trace: readonly TraceEvent[];
}

/** The routing that a built-in entry found in an address; null for other entries. */
export function routingReason(entry: string, trace: readonly TraceEvent[]): string | null {
  const event = trace.findLast((one) => one.kind === 'routing-refused' && one.place === entry);
  return event?.kind === 'routing-refused' ? event.reason : null;
}

/** An entry, with what it matched where the trace shows it. */
function entryText(entry: string, trace: readonly TraceEvent[]): string {
  const routing = routingReason(entry, trace);
  if (routing !== null) return `${brief(entry)}  ${brief(routing)}`;
  const match = trace.findLast((one) => one.kind === 'entry-matched' && one.place === entry);
  return match === undefined ? brief(entry) : `${brief(entry)}  ${traceRow(match)[2]}`;
}

/** The refusal of the second pass, which the client does not hear: the sender gets a bounce. */
function laterRefusal(deliveries: readonly Delivery[], trace: readonly TraceEvent[], paint: Paint): Row[] {
  if (!deliveries.some(isLost)) return [];
  const refusal = trace.findLast((event) => event.kind === 'decided' && event.verdict !== 'accept');
  if (refusal?.kind !== 'decided') return [];
  const later: Row = ['later', `${paint.bad('refused')}  ${brief(refusal.text)}`];
  return refusal.place === null ? [later] : [later, ['refused by', entryText(refusal.place, trace)]];
}

function effectRows(effects: AccessEffects): Row[] {
  const rows: Row[] = [];
  const { delay } = effects;
  if (delay !== null) {
    const each = delay.everyCommand ? 'every command' : 'this command';
    rows.push(['delay', `${delay.hundredths / 100} s on ${each}`]);
  }
  if (effects.hold) rows.push(['held', 'the message is put into the held folder']);
  if (effects.bitbucket) rows.push(['discarded', 'the message is accepted and discarded']);
  if (effects.tag !== null) rows.push(['tag', brief(effects.tag)]);
  for (const line of effects.headerLines) rows.push(['header', brief(line)]);
  for (const line of effects.logLines) rows.push(['log', brief(line)]);
  return rows;
}

function printPart(
  title: string,
  { decision, trace }: Decided,
  rows: readonly Row[],
  paint: Paint,
): string[] {
  const { verdict, effects, shadowed } = decision;
  const all: Row[] = [['verdict', paintedVerdict(verdict, paint)]];
  if (verdict.place !== null) all.push(['decided by', entryText(verdict.place, trace)]);
  if (verdict.kind === 'defer') all.push(['cause', brief(verdict.cause)]);
  const shadow = shadowed.map(
    (one): Row => ['in shadow', `${brief(one.entry ?? 'none')}  ${shadowText(one)}`],
  );
  const steps = printPasses(trace, paint);
  return [
    paint.bold(title),
    ...indent(printColumns([...all, ...rows, ...effectRows(effects), ...shadow], [paint.dim])),
    ...(steps.length === 0 ? [] : ['', ...indent(steps)]),
  ];
}

/** The result of the look-up in DNS; nothing without one. */
function nameRows({ request, live }: DecidedRequest): Row[] {
  const { reverseName: name, client } = request;
  if (!live) return [];
  switch (name.kind) {
    case 'confirmed':
      return [['name', `${brief(name.name)}, confirmed: it resolves to ${brief(client.address)}`]];
    case 'unconfirmed':
      return [['name', `${brief(name.name)}, not confirmed: ${brief(name.cause)}`]];
    case 'none':
      return [['name', `none: ${brief(name.cause)}`]];
  }
}

function tlsText({ request, tls: { offered, awaited, whyNot } }: DecidedRequest): string {
  if (request.tls) return 'active';
  if (awaited) return 'required: everything else is refused until STARTTLS';
  if (whyNot === null) return offered ? 'offered' : 'not offered';
  return offered ? `offered, whatever the channel says: ${whyNot}` : `not offered: ${whyNot}`;
}

function authRows({ decided: { client } }: DecidedRequest): Row[] {
  const { auth } = client.decision;
  if (auth === null) return [];
  const user = brief(auth.user);
  if (auth.refusal !== null) {
    const { code } = auth.refusal;
    return [['auth', `${user}, but pmdf/auth refuses it: ${code} ${brief(replyText(auth.refusal))}`]];
  }
  return [['auth', auth.runs ? user : `${user}, but \`pmdf/auth\` is not in config/plugins`]];
}

function clientPart(explained: DecidedRequest, paint: Paint): string[] {
  const { request, decided } = explained;
  const { channel, switched, why, relaying } = decided.client.decision;
  const name = request.reverseName.kind === 'confirmed' ? ` (${brief(request.reverseName.name)})` : '';
  const rows: Row[] = [
    ...nameRows(explained),
    ['channel', `${channel}${switched ? ' (switched)' : ''}`],
    ['why', brief(why)],
    ['relaying', relaying ? 'yes' : 'no'],
    ['tls', tlsText(explained)],
    ...authRows(explained),
  ];
  return printPart(`client ${brief(request.client.address)}${name}`, decided.client, rows, paint);
}

function senderPart({ request, decided: { from } }: DecidedRequest, paint: Paint): string[] {
  const address = withoutBrackets(request.from);
  const { verdict, envelopeFrom, senderHeader } = from.decision;
  const rows: Row[] = [];
  if (verdict.kind === 'accept' && envelopeFrom !== address)
    rows.push(['becomes', `<${brief(envelopeFrom)}>`]);
  if (senderHeader !== null) rows.push(['sender', brief(senderHeader)]);
  return printPart(`from <${brief(address)}>`, from, rows, paint);
}

function recipientPart({ policy, runs }: DecidedRequest, step: RecipientStep, paint: Paint): string[] {
  const { channel, deliveries } = step.decision;
  const tls = deliveryTlsOf(policy, runs, deliveries);
  const tlsTexts = new Set(tls.map(deliveryTlsText));
  const authTexts = new Set(tls.flatMap((one) => deliveryAuthText(one) ?? []));
  const rows: Row[] = [
    ...(channel === null ? [] : [['channel', channel] as const]),
    ...deliveries.map((one): Row => ['delivery', deliveryText(one)]),
    ...laterRefusal(deliveries, step.trace, paint),
    ...[...tlsTexts].map((text): Row => ['tls', text]),
    ...[...authTexts].map((text): Row => ['auth', text]),
  ];
  return printPart(`to <${brief(step.named)}>`, step, rows, paint);
}

/** What the install leaves to other plugins. */
export function noteLines(runs: WhatRuns, paint: Paint): string[] {
  return notDecided(runs).map((line) => `${paint.doubtful('note')}: ${line}`);
}

export function printExplanation(explained: DecidedRequest, paint: Paint): string[] {
  const parts = [
    noteLines(explained.runs, paint),
    clientPart(explained, paint),
    senderPart(explained, paint),
    ...explained.decided.to.map((one) => recipientPart(explained, one, paint)),
  ];
  return withGaps(parts.filter((part) => part.length > 0));
}
