/*
 * The listings of `pmdf qm` in PMDF's form: the messages of each channel with numbers, and the channels with their sums. A message
 * that is held or on hold has a name that ends with `.HELD`, any other one with `.00`.
 * Ref: PMDF qm (directory, summarize)
 */
import type { WaitingMessage } from '../../runtime/queue/index.js';
import { visible } from '../support/index.js';

const block = 1024;
const megabyte = 1024 * 1024;
const ruleLength = 62;
/** The columns of a listing end here. */
const numberEnd = 5;
const sizeEnd = 38;

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function two(number: number): string {
  return String(number).padStart(2, '0');
}

function clock(date: Date): string {
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
}

/** A time as at the head of a listing: `Wed, 24 Feb 1999 14:20:29 -0800`. */
function headTime(date: Date): string {
  const minutes = -date.getTimezoneOffset();
  const zone = `${minutes < 0 ? '-' : '+'}${two(Math.floor(Math.abs(minutes) / 60))}${two(Math.abs(minutes) % 60)}`;
  const day = `${two(date.getDate())} ${months[date.getMonth()]} ${date.getFullYear()}`;
  return `${days[date.getDay()]}, ${day} ${clock(date)} ${zone}`;
}

/** A time as in a line of a listing: `24-Feb-1999 11:52:29`. */
function lineTime(ms: number): string {
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return 'unknown';
  return `${two(date.getDate())}-${months[date.getMonth()]}-${date.getFullYear()} ${clock(date)}`;
}

function blocksOf({ octets }: WaitingMessage): number {
  return Math.ceil(octets / block);
}

/** The name of a message as `qm` shows it. */
export function nameOf({ id, place, isOnHold }: WaitingMessage): string {
  return `${visible(id)}.${place === 'held' || isOnHold ? 'HELD' : '00'}`;
}

const unknownChannel = '-';

function byChannel(messages: readonly WaitingMessage[]): readonly (readonly [string, WaitingMessage[]])[] {
  const groups = new Map<string, WaitingMessage[]>();
  for (const message of messages) {
    const channel = message.channel ?? unknownChannel;
    const group = groups.get(channel);
    if (group === undefined) groups.set(channel, [message]);
    else group.push(message);
  }
  return [...groups].sort(([one], [other]) => (one < other ? -1 : 1));
}

function sizeLine(label: string, blocks: number): string {
  return `${label}${String(blocks).padStart(sizeEnd - label.length)}`;
}

function sumOf(messages: readonly WaitingMessage[]): number {
  return messages.reduce((sum, one) => sum + blocksOf(one), 0);
}

/** A listing, and its messages in the order of their numbers, the first of which is 1. */
export interface Directory {
  readonly lines: readonly string[];
  readonly numbered: readonly WaitingMessage[];
}

export function directory(messages: readonly WaitingMessage[], now: number): Directory {
  const rule = '-'.repeat(ruleLength);
  const numbered: WaitingMessage[] = [];
  const lines = [headTime(new Date(now)), 'Data gathered from the queue directory tree', ''];
  for (const [channel, group] of byChannel(messages)) {
    lines.push(`${`Channel: ${visible(channel)}`.padEnd(sizeEnd - 'Size'.length)}Size Queued since`, rule);
    for (const message of group) {
      numbered.push(message);
      const name = `${String(numbered.length).padStart(numberEnd)} ${nameOf(message)}`;
      const size = String(blocksOf(message)).padStart(Math.max(1, sizeEnd - name.length));
      lines.push(`${name}${size} ${lineTime(message.arrivedAt)}`);
    }
    lines.push(rule, sizeLine('Total size:', sumOf(group)), '');
  }
  lines.push(sizeLine('Grand total size:', sumOf(messages)));
  return { lines, numbered };
}

const nameWidth = 32;
const countWidth = 8;
const megabytesWidth = 10;

/** One line for each channel with mail, and for each that is stopped: its name, messages and megabytes. */
export function summary(messages: readonly WaitingMessage[], stopped: ReadonlySet<string>): string[] {
  const groups = new Map(byChannel(messages));
  for (const channel of stopped) if (!groups.has(channel)) groups.set(channel, []);
  const line = (name: string, count: string, megabytes: string): string =>
    `${name.padEnd(nameWidth)}${count.padStart(countWidth)}${megabytes.padStart(megabytesWidth)}`;
  const sum = (name: string, group: readonly WaitingMessage[]): string => {
    const octets = group.reduce((all, one) => all + one.octets, 0);
    return line(name, String(group.length), (octets / megabyte).toFixed(1));
  };
  return [
    line('Channel', 'Messages', 'Size (MB)'),
    '-'.repeat(nameWidth + countWidth + megabytesWidth),
    ...[...groups]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, group]) => sum(`${visible(name)}${stopped.has(name) ? ' (stopped)' : ''}`, group)),
    '-'.repeat(nameWidth + countWidth + megabytesWidth),
    sum('Total', messages),
  ];
}
