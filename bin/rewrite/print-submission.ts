/*
 * The output of PMDF's `test -rewrite`: lines `label = value` in PMDF's order, then the lists. The bits of `channel flags`
 * are omitted, since the configuration does not have them. Fields of channel keywords are empty if the channel block does
 * not have the keyword.
 * Ref: PMDF 32 (pmdf test -rewrite)
 */

import { type Address, parsePath, printAddress } from '../../lib/address/index.js';
import { argumentOf, type Channel, hasKeyword } from '../../lib/channel/index.js';
import type { Delivery, RecipientDecision } from '../../lib/decide/index.js';
import { channelNamed, type Policy } from '../../lib/policy/index.js';
import type { RewriteResult } from '../../lib/rewrite/index.js';
import { brief, lookupText } from '../support/index.js';
import type { Submission } from './submission.js';

type Row = readonly [label: string, value: string];

const widestLabel = 'channel user filter   '.length;

function printRow([label, value]: Row): string {
  return `${label.padEnd(widestLabel)} = ${brief(value)}`.trimEnd();
}

function addressStyle(channel: Channel, prefix: '' | 'header_'): string {
  if (hasKeyword(channel, `${prefix}733`)) return 'PERCENTS';
  return hasKeyword(channel, `${prefix}uucp`) ? 'BANGSTYLE' : 'SOURCEROUTE';
}

function listOf(channel: Channel, keyword: string): string {
  return (channel.keywords.get(keyword)?.arguments ?? []).join(' ');
}

function noticesOf(channel: Channel, keyword: string): string {
  const own = listOf(channel, keyword);
  return own === '' ? listOf(channel, 'notices') : own;
}

function channelRows(channel: Channel): Row[] {
  const said = (keyword: string): string => argumentOf(channel, keyword) ?? '';
  return [
    ['channel description', said('description')],
    ['channel user filter', said('filter')],
    ['dest channel filter', said('destinationfilter')],
    ['source channel filter', said('sourcefilter')],
    ['linelength', said('linelength')],
    ['addrsperfile', said('addrsperfile')],
    ['channel env addr type', addressStyle(channel, '')],
    ['channel hdr addr type', addressStyle(channel, 'header_')],
    ['channel official host', channel.officialHostName],
    ['channel local alias', channel.localHostAlias ?? ''],
    ['channel queue name', said('queue')],
    ['channel after param', said('after')],
    ['channel daemon name', said('daemon')],
    ['channel user name', said('user')],
    ['urgentnotices', noticesOf(channel, 'urgentnotices')],
    ['normalnotices', noticesOf(channel, 'normalnotices')],
    ['nonurgentnotices', noticesOf(channel, 'nonurgentnotices')],
    ['channel group ids', channel.groupIds.join(' ')],
  ];
}

/** The address that a rewriting ended with; the original one if it failed. */
function addressOf(original: string, result: RewriteResult): string {
  return result.kind === 'failed' ? original : result.address;
}

function routeOf(policy: Policy, result: RewriteResult): string {
  if (result.kind !== 'routed') return '';
  const { officialHostName } = channelNamed(policy, result.channel.name);
  return `  (route (${result.routingSystem},${officialHostName}))`;
}

function channelOf(result: RewriteResult): string {
  return result.kind === 'routed' ? result.channel.name : '';
}

function addressIn(text: string): Address | null {
  const parsed = parsePath(text, 'underscores');
  return parsed.kind === 'path' && parsed.path.kind === 'address' ? parsed.path.address : null;
}

/** The rows about the four rewritings. */
function rewritingRows(policy: Policy, { original, rewritings }: Submission, showsChannel: boolean): Row[] {
  if (rewritings === null) return [];
  const { envelopeTo, envelopeFrom, headerTo, headerFrom } = rewritings;
  const forward: Row[] = [['forward channel', channelOf(envelopeTo)]];
  const details =
    envelopeTo.kind === 'routed' ? channelRows(channelNamed(policy, envelopeTo.channel.name)) : [];
  const backward: Row[] = [['backward channel', channelOf(envelopeFrom)]];
  const to = addressOf(original, envelopeTo);
  return [
    ...(showsChannel ? [...forward, ...details, ...backward] : []),
    ['header To: address', addressOf(original, headerTo)],
    ['header From: address', addressOf(original, headerFrom)],
    ['envelope To: address', `${to}${routeOf(policy, envelopeTo)}`],
    ['envelope From: address', addressOf(original, envelopeFrom)],
    ['name', ''],
    ['mbox', addressIn(to)?.localPart ?? ''],
  ];
}

/** `@a,@b:u@c` with percent signs: `u%c%b@a`. */
function withPercents({ route, localPart, domain }: Address): string {
  const [first, ...further] = route;
  if (first === undefined) return printAddress({ route, localPart, domain });
  const hosts = [...further, ...(domain === null ? [] : [domain])];
  return `${[localPart, ...hosts.reverse()].join('%')}@${first}`;
}

function list(title: string, addresses: readonly string[]): string[] {
  return [title, ...addresses.map((address) => `  ${brief(address)}`)];
}

function extractedLists(policy: Policy, original: string): string[] {
  const read = addressIn(original);
  if (read === null) return [];
  const address = { ...read, domain: read.domain ?? policy.localHost };
  return [
    ...list('Extracted address action list:', [printAddress(address)]),
    ...list('Extracted 733 address action list:', [withPercents(address)]),
  ];
}

function expandedLists({ deliveries }: RecipientDecision): string[] {
  if (deliveries.length === 0) return [];
  const addresses = deliveries.map((one) => one.address);
  return [
    ...list('Address list expansion:', addresses),
    `${addresses.length} expansion${addresses.length === 1 ? '' : 's'} total.`,
    ...list('Expanded address:', addresses),
  ];
}

function submittedLines(policy: Policy, deliveries: readonly Delivery[]): string[] {
  const byChannel = new Map<string, string[]>();
  for (const { address, channel } of deliveries) {
    const host = channelNamed(policy, channel).officialHostName;
    const lines = byChannel.get(channel) ?? [];
    lines.push(`    ${brief(address)} (${brief(host)}) *NOTIFY FAILURES* *NOTIFY DELAYS*`);
    byChannel.set(channel, lines);
  }
  return [...byChannel].flatMap(([channel, lines]) => [`  ${brief(channel)}`, ...lines]);
}

/** `5.7.1 Go away! user@domain.com`: our replies have a colon before the address. */
function errorText({ original, decision }: Submission): string {
  const { verdict } = decision;
  if (verdict.kind === 'accept') return '';
  const { enhanced, text } = verdict.reply;
  const ending = `: ${original}`;
  const said = text.endsWith(ending) ? text.slice(0, -ending.length) : text;
  const cause = verdict.kind === 'defer' ? ` (${verdict.cause})` : '';
  return brief(`${enhanced} ${said} ${original}${cause}`);
}

function submittedList(policy: Policy, submission: Submission): string[] {
  const { verdict, deliveries } = submission.decision;
  return [
    'Submitted address list:',
    ...(verdict.kind === 'accept'
      ? submittedLines(policy, deliveries)
      : [`Address list error -- ${errorText(submission)}`]),
    '',
    'Submitted notifications list:',
  ];
}

/** What directory channels were asked: the channel, the source, the key and its values. */
function directoryLines({ directoryLookups }: Submission): string[] {
  if (directoryLookups.length === 0) return [];
  const rows = directoryLookups.map((event) => {
    const { request } = event;
    const channel = request.kind === 'directory' || request.kind === 'ldap' ? request.channel : null;
    const [source, outcome] = lookupText(event);
    return `${channel ?? ''}, ${source}: ${outcome}`;
  });
  return ['Directory lookup:', ...rows.map((row) => `  ${row}`), ''];
}

/** The whole output for one address. */
export function printSubmission(policy: Policy, submission: Submission, showsChannel: boolean): string[] {
  const { original, decision } = submission;
  return [
    ...rewritingRows(policy, submission, showsChannel).map(printRow),
    ...extractedLists(policy, original),
    ...expandedLists(decision),
    ...directoryLines(submission),
    ...submittedList(policy, submission),
  ];
}
