/*
 * A recorded case as YAML. Text that YAML would read as something else is quoted.
 */

import { type Delivery, withoutBrackets } from '../../lib/decide/index.js';
import type { Verdict } from '../../lib/smtp/index.js';
import { replyText } from '../support/index.js';
import { caseName, type Recorded, type RecordedRecipient } from './recorded.js';

/** Text that YAML reads unchanged, in brackets too. */
const plain = /^[A-Za-z_][\w@.%+/-]*(?::[\w@.%+/-]+)*$/;
/** Words that some reader of YAML reads as something else. */
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

function verdictLines(verdict: Verdict): Line[] {
  const { kind, place } = verdict;
  const lines: Line[] = [['verdict', kind]];
  if (kind !== 'accept') {
    const text = replyText(verdict.reply);
    lines.push(['code', String(verdict.reply.code)]);
    // A reply may have no text at all.
    if (text !== '') lines.push(['text', scalar(text)]);
  }
  if (kind !== 'accept' || place !== null) lines.push(['entry', scalar(place ?? 'none')]);
  return lines;
}

function recipientLines({ verdict, channel, deliveries }: RecordedRecipient): Line[] {
  if (verdict.kind !== 'accept') return verdictLines(verdict);
  return [
    ...verdictLines(verdict),
    ...(channel === null ? [] : ([['destination_channel', scalar(channel)]] as const)),
    ['deliveries', deliveriesText(deliveries)],
  ];
}

const defaultServer = '127.0.0.1';
const defaultPort = 25;

function requestLines({ request, recipients }: Recorded): Line[] {
  const { client, server, reverseName, helo, tls, authUser, from } = request;
  const lines: Line[] = [['client', scalar(client.address)]];
  if (reverseName.kind === 'confirmed') lines.push(['client_name', scalar(reverseName.name)]);
  if (helo !== null) lines.push(['helo', scalar(helo)]);
  if (tls) lines.push(['tls', 'true']);
  if (authUser !== null) lines.push(['auth', scalar(authUser)]);
  if (server.address !== defaultServer) lines.push(['server', scalar(server.address)]);
  if (server.port !== defaultPort) lines.push(['port', String(server.port)]);
  lines.push(['from', scalar(withoutBrackets(from))]);
  const to = recipients.map(({ address }) => scalar(address)).join(', ');
  lines.push(['to', recipients.length === 1 ? to : `[${to}]`]);
  return lines;
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

/** The lines of a case in a list whose dashes are indented by `indent`. */
export function caseLines(recorded: Recorded, indent: string): readonly string[] {
  const lines = [
    ...written([['name', scalar(caseName(recorded))], ...requestLines(recorded)], ''),
    'expect:',
    ...expectLines(recorded).map((line) => `  ${line}`),
  ];
  return lines.map((line, index) => `${indent}${index === 0 ? '- ' : '  '}${line}`);
}
