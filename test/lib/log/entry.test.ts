/*
 * Lines of the log: written, and read back.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  blocksOf,
  type ConnectionEntry,
  clientSystem,
  type LogEntry,
  type LogOptions,
  type MessageEntry,
  noFields,
  printEntry,
  readEntry,
  usualLogOptions,
} from '../../../lib/log/index.js';

const message: MessageEntry = {
  ...noFields,
  kind: 'message',
  time: '2012-01-19T19:16:57.64',
  node: '',
  process: '',
  source: 'l',
  destination: 'tcp_local',
  action: 'E',
  blocks: 1,
  from: 'adam@acme.example',
  originalTo: 'rfc822;marlowe@x.example',
  to: 'marlowe@x.example',
};
const connection: ConnectionEntry = {
  kind: 'connection',
  time: '2007-02-28T11:50:59.10',
  node: '',
  process: '',
  channel: 'tcp_local',
  direction: '+',
  action: 'O',
  transport: 'TCP|206.184.139.12|25|192.160.253.66|1244',
  application: 'SMTP',
  reason: '',
  user: '',
  diagnostic: '',
};
const everything: Partial<LogOptions> = {
  connection: 99,
  node: true,
  process: true,
  envelopeId: true,
  messageId: true,
  username: true,
};
const full: MessageEntry = {
  ...message,
  node: 'gw',
  process: '2e2d',
  action: 'ESA',
  envelopeId: 'AAAA.1',
  messageId: '<m 1@x.example>',
  user: 'ann',
  system: clientSystem('pc.x.example', 'pc.x.example', '192.0.2.7'),
  transport: 'TCP|192.0.2.25|25|192.0.2.7|4711',
  application: 'SMTP',
};

const lines: readonly (readonly [what: string, LogEntry, Partial<LogOptions>, line: string])[] = [
  [
    'a message',
    message,
    {},
    '19-Jan-2012 19:16:57.64 l            tcp_local    E 1 adam@acme.example rfc822;marlowe@x.example marlowe@x.example',
  ],
  [
    'a notice that leaves',
    { ...message, source: 'ims-ms', destination: '', action: 'D', blocks: 5, from: '' },
    {},
    '19-Jan-2012 19:16:57.64 ims-ms                    D 5  rfc822;marlowe@x.example marlowe@x.example',
  ],
  [
    'an empty address in format 2',
    { ...message, from: '' },
    { format: 2 },
    '19-Jan-2012 19:16:57.64 l            tcp_local    E 1 <> rfc822;marlowe@x.example marlowe@x.example',
  ],
  [
    'all columns',
    full,
    everything,
    '19-Jan-2012 19:16:57.64 gw 2e2d l            tcp_local    ESA 1 adam@acme.example rfc822;marlowe@x.example marlowe@x.example AAAA.1 <m\\x201@x.example> ann pc.x.example (pc.x.example [192.0.2.7]) TCP|192.0.2.25|25|192.0.2.7|4711 SMTP',
  ],
  [
    'no column that was not asked for',
    full,
    {},
    '19-Jan-2012 19:16:57.64 l            tcp_local    ESA 1 adam@acme.example rfc822;marlowe@x.example marlowe@x.example',
  ],
  [
    'a refusal',
    { ...message, action: 'J', blocks: 0, diagnostic: '550 5.7.1 Relaying not permitted' },
    {},
    '19-Jan-2012 19:16:57.64 l            tcp_local    J 0 adam@acme.example rfc822;marlowe@x.example marlowe@x.example 550 5.7.1 Relaying not permitted',
  ],
  [
    'a connection',
    connection,
    {},
    '28-Feb-2007 11:50:59.10 tcp_local    +            O TCP|206.184.139.12|25|192.160.253.66|1244 SMTP',
  ],
  [
    'XML',
    { ...full, messageId: '<m@x.example>' },
    { ...everything, format: 4 },
    '<en ts="2012-01-19T19:16:57.64" no="gw" pi="2e2d" sc="l" dc="tcp_local" ac="ESA" sz="1" so="adam@acme.example" od="rfc822;marlowe@x.example" de="marlowe@x.example" ei="AAAA.1" mi="&lt;m@x.example&gt;" us="ann" ss="pc.x.example (pc.x.example [192.0.2.7])" tr="TCP|192.0.2.25|25|192.0.2.7|4711" ap="SMTP"/>',
  ],
  [
    'a wrong password in XML',
    { ...connection, action: 'U', reason: 'Bad password', user: 'ann', diagnostic: '535 5.7.8 no.' },
    { format: 4 },
    '<co ts="2007-02-28T11:50:59.10" sc="tcp_local" dr="+" ac="U" tr="TCP|206.184.139.12|25|192.160.253.66|1244" ap="SMTP" mi="Bad password" us="ann" di="535 5.7.8 no."/>',
  ],
];

/** What strangers may try in each field. */
const hostile = [
  '"a b"@x.example',
  'a\r\n19-Jan-2012 19:16:57.64 l tcp_local E 1 b@c rfc822;d@e d@e',
  'a\u2028\u0085b',
  'a" ac="U" tr="TCP|1.1.1.1|25|2.2.2.2|1"/><co x="',
  "a'&<>b",
  'a\\x20b \u001b[31m',
  'x (y [192.0.2.99]) 250 ok',
] as const;

const characters = [
  ...'a@"<>|;: \\[]()=',
  '\r',
  '\n',
  '\u0000',
  '\u0085',
  '\u2028',
  '\u00e4',
  '\u{1f600}',
] as const;

describe('lines of the log', () => {
  for (const [what, entry, options, line] of lines) {
    it(`has ${what}`, () => assert.equal(printEntry(entry, { ...usualLogOptions, ...options }), line));
  }

  for (const format of [1, 2, 4] as const) {
    it(`reads back what is written in format ${format}`, () => {
      const options = { ...usualLogOptions, ...everything, format };
      const read = readEntry(printEntry({ ...full, diagnostic: '250 2.0.0 ok' }, options));
      // Other optional columns have no names in text.
      const unnamed = format === 4 ? {} : { node: '', process: '', envelopeId: '', messageId: '', user: '' };
      const application = format === 4 ? 'SMTP' : '';
      assert.deepEqual(read, { ...full, ...unnamed, application, diagnostic: '250 2.0.0 ok' });
      const closed = { ...connection, action: 'C', node: 'gw', process: '2e2d' };
      assert.deepEqual(readEntry(printEntry(closed, options)), {
        ...closed,
        ...(format === 4 ? {} : { node: '', process: '' }),
      });
    });

    it(`writes hostile text as one line of format ${format} that reads back the same`, () => {
      const options = { ...usualLogOptions, ...everything, format };
      fc.assert(
        fc.property(
          fc.array(
            fc.oneof(
              fc.constantFrom(...hostile),
              fc.string({ unit: fc.constantFrom(...characters), maxLength: 30 }),
            ),
            {
              minLength: 4,
              maxLength: 4,
            },
          ),
          ([from = '', to = '', user = '', helo = '']) => {
            const system = clientSystem(helo, null, '192.0.2.7');
            const written = { ...full, from, originalTo: `rfc822;${to}`, to, user, system };
            const line = printEntry({ ...written, diagnostic: `550 ${from}` }, options);
            assert.doesNotMatch(line, /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
            const read = readEntry(line);
            assert.equal(read?.kind, 'message');
            if (read?.kind !== 'message') return;
            // Format 2 writes an empty address as `<>`.
            const same = (text: string): string => (format !== 4 && text === '<>' ? '' : text);
            assert.equal(read.from, same(from));
            assert.equal(read.to, same(to));
            assert.equal(read.transport, full.transport);
            assert.match(read.system, /\(\[192\.0\.2\.7\]\)$/);
          },
        ),
        { numRuns: 200 },
      );
    });
  }

  it('reads no other line as an entry', () => {
    for (const line of [
      '',
      'x',
      '19-Jan-2012 19:16:57.64',
      '2026-12-02T08:00:00 [NOTICE] E 1 a rfc822;b c',
      '<en/>',
    ])
      assert.equal(readEntry(line), null, line);
    fc.assert(fc.property(fc.string(), (line) => readEntry(line) === null));
  });

  it('counts blocks', () => {
    assert.deepEqual([0, 1, 1024, 1025].map(blocksOf), [0, 1, 1, 2]);
  });
});
