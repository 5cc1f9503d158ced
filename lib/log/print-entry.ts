/*
 * The line of an entry, without its line end.
 *   02-Dec-2026 08:31:29.45 tcp_local    l            E 1 a@b.example rfc822;bob@domain.com bob@domain.com
 *   02-Dec-2026 08:31:29.45 tcp_local    +            O TCP|192.0.2.25|25|192.0.2.7|4711 SMTP
 *   <en ts="2026-12-02T08:31:29.45" sc="tcp_local" dc="l" ac="E" sz="1" so="a@b.example" od="rfc822;bob@domain.com" de="bob@domain.com"/>
 * Ref: PMDF 31.1.2; Messaging Server 6.3 Administration Guide 25.3.3
 */
import type { ConnectionEntry, LogEntry, MessageEntry } from './entry.js';
import { column, tail } from './escape.js';
import { months } from './months.js';
import { type LogOptions, logs } from './options.js';
import { xmlText } from './xml-text.js';

const columnWidth = 12;

function pad(text: string): string {
  return column(text).padEnd(columnWidth);
}

/** `02-Dec-2026 08:31:29.45` for `2026-12-02T08:31:29.45`. */
function textTime(time: string): string {
  const [date = '', clock = ''] = time.split('T');
  const [year = '', month = '', day = ''] = date.split('-');
  return `${day}-${months[Number(month) - 1] ?? month}-${year} ${clock}`;
}

function begin({ time, node, process }: LogEntry, options: LogOptions): string[] {
  return [
    textTime(time),
    ...(options.node ? [column(node)] : []),
    ...(options.process ? [column(process)] : []),
  ];
}

/** The optional fields of a message, by the attributes of XML; empty where not asked for. */
function optionalFields(entry: MessageEntry, options: LogOptions): readonly (readonly [string, string])[] {
  return [
    ['ei', options.envelopeId ? entry.envelopeId : ''],
    ['mi', options.messageId ? entry.messageId : ''],
    ['us', options.username ? entry.user : ''],
    ['ss', logs(options, 'systems') ? entry.system : ''],
    ['tr', logs(options, 'transport') ? entry.transport : ''],
    ['ap', logs(options, 'application') ? entry.application : ''],
    ['di', entry.diagnostic],
  ];
}

/** Fields that are several words. */
const ofWords = new Set(['ss', 'di']);

function messageText(entry: MessageEntry, options: LogOptions): string {
  const address = (text: string): string => (text === '' && options.format === 2 ? '<>' : column(text));
  return [
    ...begin(entry, options),
    pad(entry.source),
    pad(entry.destination),
    entry.action,
    String(entry.blocks),
    address(entry.from),
    address(entry.originalTo),
    address(entry.to),
    ...optionalFields(entry, options)
      .filter(([, text]) => text !== '')
      .map(([name, text]) => (ofWords.has(name) ? tail(text) : column(text))),
  ].join(' ');
}

function connectionText(entry: ConnectionEntry, options: LogOptions): string {
  const rest = [
    column(entry.transport),
    column(entry.application),
    tail(entry.reason),
    column(entry.user),
    tail(entry.diagnostic),
  ];
  return [
    ...begin(entry, options),
    pad(entry.channel),
    pad(entry.direction),
    entry.action,
    ...rest.filter((text) => text !== ''),
  ].join(' ');
}

function attribute([name, value]: readonly [string, string]): string {
  return `${name}="${xmlText(tail(value))}"`;
}

function element(name: string, attributes: readonly (readonly [string, string])[]): string {
  return `<${name} ${attributes.map(attribute).join(' ')}/>`;
}

function xml(entry: LogEntry, options: LogOptions): string {
  const origin: (readonly [string, string])[] = [
    ['ts', entry.time],
    ...(options.node ? [['no', entry.node] as const] : []),
    ...(options.process ? [['pi', entry.process] as const] : []),
  ];
  const known = ([, text]: readonly [string, string]): boolean => text !== '';
  switch (entry.kind) {
    case 'message':
      return element('en', [
        ...origin,
        ['sc', entry.source],
        ['dc', entry.destination],
        ['ac', entry.action],
        ['sz', String(entry.blocks)],
        ['so', entry.from],
        ['od', entry.originalTo],
        ['de', entry.to],
        ...optionalFields(entry, options).filter(known),
      ]);
    case 'connection':
      return element('co', [
        ...origin,
        ['sc', entry.channel],
        ['dr', entry.direction],
        ['ac', entry.action],
        ['tr', entry.transport],
        ['ap', entry.application],
        ...(
          [
            ['mi', entry.reason],
            ['us', entry.user],
            ['di', entry.diagnostic],
          ] as const
        ).filter(known),
      ]);
  }
}

/** The line of an entry in the format that the options ask for. */
export function printEntry(entry: LogEntry, options: LogOptions): string {
  if (options.format === 4) return xml(entry, options);
  return entry.kind === 'message' ? messageText(entry, options) : connectionText(entry, options);
}
