/*
 * Reads a line of the log, in text or XML. Optional columns have no names in text: of these, only what cannot be mistaken is
 * found, which is the transport, the other host, and what was said from its code on.
 * Ref: PMDF 31.1.2
 */
import { type ConnectionEntry, type LogEntry, type MessageEntry, noFields } from './entry.js';
import { plain } from './escape.js';
import { months } from './months.js';
import { plainOfXml } from './xml-text.js';

const timeForm = /^([ 0-3][0-9])-([A-Z][a-z]{2})-([0-9]{4}) ([0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{2,3})?) /;
/** Columns of the channels, code, size; no stranger writes what is before the code. */
const messageForm = /^(.{1,300}?) ([DEJKQRVWZ][A-Z]{0,4}) ([0-9]{1,10}) (.*)$/s;
const connectionForm = /^(?:\S+ +){0,2}?(\S+) +([+-]) +([A-Z]) (.*)$/s;
const transportForm = /^TCP\|[0-9A-Fa-f.:]*\|[0-9]*\|[0-9A-Fa-f.:]*\|[0-9]*$/;
const codeForm = /^(?:smtp;)?[245][0-9]{2}$/;

function isoTime([, day = '', month = '', year = '', clock = '']: readonly string[]): string | null {
  const at = months.indexOf(month);
  return at === -1 ? null : `${year}-${String(at + 1).padStart(2, '0')}-${day.replace(' ', '0')}T${clock}`;
}

/** The words before what was said, and that. */
function splitDiagnostic(rest: string): { readonly words: readonly string[]; readonly diagnostic: string } {
  const words = rest.split(' ');
  const at = words.findIndex((word) => codeForm.test(word));
  if (at === -1) return { words, diagnostic: '' };
  return { words: words.slice(0, at), diagnostic: plain(words.slice(at).join(' ')) };
}

/** `helo (name [address])` among the words. */
function systemIn(words: readonly string[]): string {
  const at = words.findIndex((word) => /^\[[0-9A-Fa-f.:]+\]\)$/.test(word) || /^\(\[[^\]]+\]\)$/.test(word));
  if (at === -1) return '';
  return plain(words.slice(Math.max(0, at - (words[at]?.startsWith('(') ? 1 : 2)), at + 1).join(' '));
}

function readMessage(time: string, rest: string): MessageEntry | null {
  const [, channels, action, blocks, fields] = messageForm.exec(rest) ?? [];
  if (channels === undefined || action === undefined || fields === undefined) return null;
  const hasDestination = !/ {12}$/.test(channels);
  const names = channels.split(/ +/).filter((name) => name !== '');
  const destination = hasDestination ? (names.pop() ?? '') : '';
  const source = names.pop();
  const [, from, originalTo, to, more = ''] = /^(\S*) (\S*) (\S*)(?: (.*))?$/s.exec(fields) ?? [];
  if (source === undefined || from === undefined || originalTo === undefined || to === undefined) return null;
  if (originalTo !== '' && originalTo !== '<>' && !originalTo.includes(';')) return null;
  const { words, diagnostic } = splitDiagnostic(more);
  const address = (written: string): string => (written === '<>' ? '' : plain(written));
  return {
    ...noFields,
    kind: 'message',
    time,
    node: '',
    process: '',
    source: plain(source),
    destination: plain(destination),
    action,
    blocks: Number(blocks),
    from: address(from),
    originalTo: address(originalTo),
    to: address(to),
    system: systemIn(words),
    transport: words.find((word) => transportForm.test(word)) ?? '',
    diagnostic,
  };
}

function readConnection(time: string, rest: string): ConnectionEntry | null {
  const [, channel, direction, action, fields] = connectionForm.exec(rest) ?? [];
  if (channel === undefined || action === undefined || fields === undefined) return null;
  const { words, diagnostic } = splitDiagnostic(fields);
  const [transport = '', application = ''] = words;
  return {
    kind: 'connection',
    time,
    node: '',
    process: '',
    channel: plain(channel),
    direction: direction === '-' ? '-' : '+',
    action,
    transport: transportForm.test(transport) ? transport : '',
    application,
    reason: '',
    user: '',
    diagnostic,
  };
}

function readElement(line: string): LogEntry | null {
  const kind = line.slice(1, 3);
  const attributes = new Map<string, string>();
  for (const [, name = '', value = ''] of line.matchAll(/ ([a-z]{2})="([^"]*)"/g)) {
    attributes.set(name, plain(plainOfXml(value)));
  }
  const get = (name: string): string => attributes.get(name) ?? '';
  const origin = { time: get('ts'), node: get('no'), process: get('pi') };
  const action = get('ac');
  if (action === '' || origin.time === '') return null;
  if (kind === 'co') {
    return {
      ...origin,
      kind: 'connection',
      channel: get('sc'),
      direction: get('dr') === '-' ? '-' : '+',
      action,
      transport: get('tr'),
      application: get('ap'),
      reason: get('mi'),
      user: get('us'),
      diagnostic: get('di'),
    };
  }
  return {
    ...origin,
    kind: 'message',
    source: get('sc'),
    destination: get('dc'),
    action,
    blocks: Number(get('sz')) || 0,
    from: get('so'),
    originalTo: get('od'),
    to: get('de'),
    envelopeId: get('ei'),
    messageId: get('mi'),
    user: get('us'),
    system: get('ss'),
    transport: get('tr'),
    application: get('ap'),
    diagnostic: get('di'),
  };
}

/** Reads a line; null if it is not an entry. */
export function readEntry(line: string): LogEntry | null {
  if (line.startsWith('<en ') || line.startsWith('<co ')) return readElement(line);
  const head = timeForm.exec(line);
  const time = head === null ? null : isoTime(head);
  if (head === null || time === null) return null;
  const rest = line.slice(head[0].length);
  return readConnection(time, rest) ?? readMessage(time, rest);
}
