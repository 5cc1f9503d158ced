/*
 * An explanation as text: a part for the client, the sender and each recipient. Each part says first what is decided
 * and by which entry, then how it came about.
 */

import type { AccessEffects, Delivery, ShadowedVerdict } from '../../lib/decide/index.js';
import type { TraceEvent } from '../../lib/engine/index.js';
import { brief, indent, type Paint, printColumns, shadowText, traceRow } from '../support/index.js';
import type { Answer, ExplanationJson } from './json.js';
import { isLost } from './lost.js';
import { printPasses } from './passes.js';
import { deliveryAuthText } from './sasl.js';
import { deliveryTlsText, serverTlsText } from './tls.js';

type Row = readonly [string, string];

/** A part of the explanation before it is laid out. */
interface Part {
  readonly title: string;
  readonly answer: Answer;
  readonly rows: readonly Row[];
  readonly effects: AccessEffects;
  readonly shadowed: readonly ShadowedVerdict[];
  readonly trace: readonly TraceEvent[];
}

/** The verdict, and the reply where it refuses. */
export function verdictText({ verdict, code, text }: Answer, paint: Paint): string {
  switch (verdict) {
    case 'accept':
      return paint.good('accept');
    case 'reject':
      return `${paint.bad('reject')}  ${code} ${brief(text)}`;
    case 'defer':
      return `${paint.doubtful('defer')}  ${code} ${brief(text)}`;
  }
}

function isDeciding(event: TraceEvent, place: string): boolean {
  switch (event.kind) {
    case 'entry-matched':
    case 'decided':
      return event.place === place;
    default:
      return false;
  }
}

/** An entry that decided, with what it matched where the trace knows it. */
function entryText(entry: string, trace: readonly TraceEvent[]): string {
  const routing = trace.findLast((one) => one.kind === 'routing-refused' && one.place === entry);
  if (routing?.kind === 'routing-refused') return `${brief(entry)}  ${brief(routing.reason)}`;
  const event = trace.findLast((one) => isDeciding(one, entry) && one.kind === 'entry-matched');
  return event === undefined ? brief(entry) : `${brief(entry)}  ${traceRow(event)[2]}`;
}

/** The entry that decided. */
function decidingText({ entry }: Answer, trace: readonly TraceEvent[]): Row[] {
  return entry === null ? [] : [['decided by', entryText(entry, trace)]];
}

/** What refuses a message that is taken up again: the client does not hear of it, the sender gets a bounce. */
function laterRefusal(deliveries: readonly Delivery[], trace: readonly TraceEvent[], paint: Paint): Row[] {
  if (!deliveries.some(isLost)) return [];
  const refusal = trace.findLast((event) => event.kind === 'decided' && event.verdict !== 'accept');
  if (refusal === undefined || refusal.kind !== 'decided') return [];
  const { text, place } = refusal;
  return [
    ['later', `${paint.bad('refused')}  ${brief(text)}`],
    ...(place === null ? [] : ([['refused by', entryText(place, trace)]] as const)),
  ];
}

function effectRows(effects: AccessEffects): Row[] {
  const rows: Row[] = [];
  const { delay } = effects;
  if (delay !== null) {
    const each = delay.everyCommand ? 'every command' : 'this command';
    rows.push(['delay', `${delay.hundredths / 100} s on ${each}`]);
  }
  if (effects.hold) rows.push(['held', 'the message is put into the held folder']);
  if (effects.bitbucket) rows.push(['discarded', 'the message is accepted and thrown away']);
  if (effects.tag !== null) rows.push(['tag', brief(effects.tag)]);
  for (const line of effects.headerLines) rows.push(['header', brief(line)]);
  for (const line of effects.logLines) rows.push(['log', brief(line)]);
  return rows;
}

function shadowRows(shadowed: readonly ShadowedVerdict[]): Row[] {
  return shadowed.map((one) => ['in shadow', `${brief(one.entry ?? 'none')}  ${shadowText(one)}`]);
}

/** Where one delivery goes, through both passes. */
export function deliveryText({ address, channel, then }: Delivery): string {
  const here = `${brief(address)} on ${brief(channel)}`;
  if (then === undefined) return here;
  if (then.length === 0) return `${here}, whose second pass refuses it`;
  return `${here}, then ${then.map(deliveryText).join(' and ')}`;
}

function printPart({ title, answer, rows, effects, shadowed, trace }: Part, paint: Paint): string[] {
  const cause: Row[] = answer.cause === undefined ? [] : [['cause', brief(answer.cause)]];
  const all: Row[] = [
    ['verdict', verdictText(answer, paint)],
    ...decidingText(answer, trace),
    ...cause,
    ...rows,
    ...effectRows(effects),
    ...shadowRows(shadowed),
  ];
  const steps = printPasses(trace, paint);
  return [
    paint.bold(title),
    ...indent(printColumns(all, [paint.dim])),
    ...(steps.length === 0 ? [] : ['', ...indent(steps)]),
  ];
}

/** Who authenticated, and whether pmdf/auth offers that; another plugin may take what it does not. */
function authRows(auth: ExplanationJson['client']['auth']): Row[] {
  if (auth === null) return [];
  if (auth.offered) return [['auth', brief(auth.user)]];
  const why =
    auth.code === 0 ? `but ${auth.text}` : `which pmdf/auth refuses here: ${auth.code} ${brief(auth.text)}`;
  return [['auth', `${brief(auth.user)}, ${why}`]];
}

/** What DNS said of the client, where it was asked. */
function nameRows({ address, reverse }: ExplanationJson['client']): Row[] {
  const { live, kind, name, cause } = reverse;
  if (!live) return [];
  switch (kind) {
    case 'confirmed':
      return [['name', `${brief(name)}, which leads back to ${brief(address)}`]];
    case 'unconfirmed':
      return [['name', `${brief(name)}, not confirmed: ${brief(cause)}`]];
    case 'none':
      return [['name', `none: ${brief(cause)}`]];
  }
}

/** What the install leaves to other plugins. */
export function noteLines({ notDecided }: ExplanationJson, paint: Paint): string[] {
  return notDecided.map((line) => `${paint.doubtful('note')}: ${line}`);
}

function clientPart(client: ExplanationJson['client']): Part {
  const name = client.name === null ? '' : ` (${brief(client.name)})`;
  const { effects, shadowed, trace } = client;
  return {
    title: `client ${brief(client.address)}${name}`,
    answer: client,
    rows: [
      ...nameRows(client),
      ['channel', `${client.channel}${client.switched ? ' (switched)' : ''}`],
      ['why', brief(client.why)],
      ['relaying', client.relaying ? 'yes' : 'no'],
      ['tls', serverTlsText(client.tls, client.tls.active)],
      ...authRows(client.auth),
    ],
    effects,
    shadowed,
    trace,
  };
}

function senderPart(from: ExplanationJson['from']): Part {
  const { effects, shadowed, trace } = from;
  return {
    title: `from <${brief(from.address)}>`,
    answer: from,
    rows: [
      ...(from.verdict !== 'accept' || from.rewritten === from.address
        ? []
        : ([['becomes', `<${brief(from.rewritten)}>`]] as const)),
      ...(from.senderHeader === null ? [] : ([['sender', brief(from.senderHeader)]] as const)),
    ],
    effects,
    shadowed,
    trace,
  };
}

function recipientPart(to: ExplanationJson['to'][number], paint: Paint): Part {
  const { effects, shadowed, trace } = to;
  const auth = new Set(
    to.tls.flatMap((one) => (one.auth === null ? [] : (deliveryAuthText(one.auth) ?? []))),
  );
  return {
    title: `to <${brief(to.address)}>`,
    answer: to,
    rows: [
      ...(to.channel === null ? [] : ([['channel', to.channel]] as const)),
      ...to.deliveries.map((delivery) => ['delivery', deliveryText(delivery)] as const),
      ...laterRefusal(to.deliveries, to.trace, paint),
      ...[...new Set(to.tls.map(deliveryTlsText))].map((text) => ['tls', text] as const),
      ...[...auth].map((text) => ['auth', text] as const),
    ],
    effects,
    shadowed,
    trace,
  };
}

/** The text of an explanation. */
export function printExplanation(explanation: ExplanationJson, paint: Paint): string[] {
  const { client, from, to } = explanation;
  const parts = [clientPart(client), senderPart(from), ...to.map((one) => recipientPart(one, paint))];
  const install = noteLines(explanation, paint);
  return [
    ...(install.length === 0 ? [] : [...install, '']),
    ...parts.flatMap((part, index) => [...(index === 0 ? [] : ['']), ...printPart(part, paint)]),
  ];
}
