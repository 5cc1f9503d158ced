/*
 * Messages as lines of a listing, as text and as JSON.
 */
import { stripVTControlCharacters } from 'node:util';
import type { Place, WaitingMessage } from '../../runtime/queue/index.js';
import { brief, printColumns, visible } from '../support/index.js';

const kilo = 1024;

function sizeText(octets: number): string {
  if (octets < kilo) return String(octets);
  if (octets < kilo * kilo) return `${Math.ceil(octets / kilo)}k`;
  return `${Math.ceil(octets / kilo / kilo)}M`;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** A span of time in its largest unit. */
function spanText(ms: number): string {
  if (ms < minuteMs) return `${Math.max(0, Math.floor(ms / 1000))}s`;
  if (ms < hourMs) return `${Math.floor(ms / minuteMs)}m`;
  if (ms < 2 * dayMs) return `${Math.floor(ms / hourMs)}h`;
  return `${Math.floor(ms / dayMs)}d`;
}

/** When a message is tried next, or why it is not. */
function nextText({ isOnHold, isStopped, nextAttemptAt: at }: WaitingMessage, now: number): string {
  if (isOnHold) return 'held';
  if (isStopped) return 'stopped';
  if (at === null) return '-';
  return at <= now ? 'now' : `in ${spanText(at - now)}`;
}

function fromText(from: string): string {
  return from === '' ? '<>' : brief(from);
}

const mostShown = 2;

function toText(to: readonly string[]): string {
  const shown = to.slice(0, mostShown).map(brief).join(' ');
  return to.length > mostShown ? `${shown} +${to.length - mostShown}` : shown;
}

const longestReply = 60;

function replyText(reply: string | null): string {
  if (reply === null) return '-';
  const text = visible(stripVTControlCharacters(reply));
  return text.length > longestReply ? `${text.slice(0, longestReply)}...` : text;
}

/** A line for each message, below the titles of the columns. */
export function listing(messages: readonly WaitingMessage[], place: Place, now: number): string[] {
  if (messages.length === 0) return [];
  const isQueue = place === 'queue';
  const titles = isQueue
    ? ['id', 'channel', 'size', 'age', 'next', 'from', 'to', 'last answer']
    : ['id', 'size', 'age', 'from', 'to'];
  const rows = messages.map((one) => {
    const [id, size, age] = [visible(one.id), sizeText(one.octets), spanText(now - one.arrivedAt)];
    const envelope = [fromText(one.from), toText(one.to)];
    if (!isQueue) return [id, size, age, ...envelope];
    return [
      id,
      visible(one.channel ?? '-'),
      size,
      age,
      nextText(one, now),
      ...envelope,
      replyText(one.lastReply),
    ];
  });
  return printColumns([titles, ...rows]);
}

function timeOf(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? 'unknown' : date.toISOString();
}

export function messageJson(message: WaitingMessage): object {
  const { id, path, channel, octets, arrivedAt, from, to, attempts, lastReply, nextAttemptAt } = message;
  return {
    id,
    path,
    channel,
    octets,
    arrived: timeOf(arrivedAt),
    from,
    to,
    attempts,
    onHold: message.isOnHold,
    stopped: message.isStopped,
    lastReply,
    nextAttempt: nextAttemptAt === null ? null : timeOf(nextAttemptAt),
  };
}

/** One message in full. */
export function shownMessage(one: WaitingMessage, header: readonly string[], now: number): string[] {
  const queue =
    one.place === 'held'
      ? []
      : [
          `channel: ${visible(one.channel ?? '-')}`,
          `attempts: ${one.attempts}`,
          `next: ${nextText(one, now)}`,
          `last answer: ${brief(one.lastReply ?? '-')}`,
        ];
  return [
    `id: ${visible(one.id)}`,
    `file: ${visible(one.path)}`,
    `size: ${one.octets}`,
    `arrived: ${timeOf(one.arrivedAt)}`,
    ...queue,
    `from: ${fromText(one.from)}`,
    ...one.to.map((to) => `to: ${brief(to)}`),
    '',
    ...header.map((line) => `  ${brief(line)}`),
  ];
}
