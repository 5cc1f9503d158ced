/*
 * A case as YAML: what was asked, and what was decided. Text that YAML would read as something else is quoted.
 */

import type { Delivery } from '../../lib/decide/index.js';
import type { Answer } from '../explain/index.js';
import type { Recorded, RecordedRecipient } from './recorded.js';

/** Text that YAML reads as it stands, in brackets too. */
const plain = /^[A-Za-z_][\w@.%+/-]*(?::[\w@.%+/-]+)*$/;
/** Words that YAML, or another reader of it, takes for something else. */
const reserved = /^(?:null|true|false|yes|no|on|off|y|n|[+-]?\.?(?:inf|nan))$/i;
const ipv4 = /^\d+\.\d+\.\d+\.\d+$/;

/** A scalar of YAML that reads as this text. */
export function scalar(text: string): string {
  if (ipv4.test(text) || (plain.test(text) && !reserved.test(text))) return text;
  if (/^[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}]*$/u.test(text)) return `'${text.replaceAll("'", "''")}'`;
  return JSON.stringify(text);
}

type Line = readonly [key: string, value: string];

function deliveryText({ address, channel, then }: Delivery): string {
  const second = then === undefined ? '' : `, then: ${deliveriesText(then)}`;
  return `{ address: ${scalar(address)}, channel: ${scalar(channel)}${second} }`;
}

function deliveriesText(deliveries: readonly Delivery[]): string {
  return `[${deliveries.map(deliveryText).join(', ')}]`;
}

function answerLines({ verdict, code, text, entry }: Answer): Line[] {
  const refused: Line[] = [
    ['code', String(code)],
    ['text', scalar(text)],
  ];
  return [
    ['verdict', verdict],
    // A reply to the client may have no text at all.
    ...(verdict === 'accept' ? [] : refused.filter(([key]) => key === 'code' || text !== '')),
    ...(verdict === 'accept' && entry === null ? [] : ([['entry', scalar(entry ?? 'none')]] as const)),
  ];
}

function recipientLines({ answer, channel, deliveries }: RecordedRecipient): Line[] {
  if (answer.verdict !== 'accept') return answerLines(answer);
  return [
    ...answerLines(answer),
    ...(channel === null ? [] : ([['destination_channel', scalar(channel)]] as const)),
    ['deliveries', deliveriesText(deliveries)],
  ];
}

function requestLines({ request }: Recorded): Line[] {
  const { client, clientName, helo, tls, auth, server, port, from, to } = request;
  const recipients = to.map(scalar);
  return [
    ['client', scalar(client)],
    ...(clientName === null ? [] : ([['client_name', scalar(clientName)]] as const)),
    ...(helo === null ? [] : ([['helo', scalar(helo)]] as const)),
    ...(tls ? ([['tls', 'true']] as const) : []),
    ...(auth === null ? [] : ([['auth', scalar(auth)]] as const)),
    ...(server === null ? [] : ([['server', scalar(server)]] as const)),
    ...(port === null ? [] : ([['port', String(port)]] as const)),
    ['from', scalar(from)],
    ['to', recipients.length === 1 ? (recipients[0] ?? '') : `[${recipients.join(', ')}]`],
  ];
}

function written(lines: readonly Line[], indent: string): string[] {
  return lines.map(([key, value]) => `${indent}${key}: ${value}`);
}

function expectLines(recorded: Recorded): string[] {
  const { sourceChannel, recipients } = recorded;
  const [first] = recipients;
  const source = `source_channel: ${scalar(sourceChannel)}`;
  if (recipients.length === 1 && first !== undefined) {
    return [source, ...written(recipientLines(first), '')];
  }
  return [
    source,
    'to:',
    ...recipients.flatMap((one) => [`  ${scalar(one.address)}:`, ...written(recipientLines(one), '    ')]),
  ];
}

/** The lines of a case in a list whose dashes stand behind `indent`. */
export function caseLines(recorded: Recorded, indent: string): readonly string[] {
  const lines = [
    ...written([['name', scalar(recorded.name)], ...requestLines(recorded)], ''),
    'expect:',
    ...expectLines(recorded).map((line) => `  ${line}`),
  ];
  return lines.map((line, index) => `${indent}${index === 0 ? '- ' : '  '}${line}`);
}
