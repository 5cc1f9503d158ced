import assert from 'node:assert/strict';
import fc from 'fast-check';
import { buildChannelTable } from '../../../lib/channel/build-table.js';
import { keywordNames } from '../../../lib/channel/keywords.js';
import { parseChannelBlocks } from '../../../lib/channel/parse-channels.js';
import { printChannelFile } from '../../../lib/channel/print-channels.js';
import { splitPmdfCnf } from '../../../lib/config/pmdf-cnf.js';
import { readLogicalLines } from '../../../lib/text/logical-lines.js';
import { findings, parseText, plainBlocks, sourceOf, textAt } from './channel-text.js';

const none = { comments: [], commentsAfter: [] };

describe('parseChannelBlocks', () => {
  it('reads blocks with comments, aliases and proper names', () => {
    const { value, diagnostics } = parseText(
      [
        '! what later channels inherit',
        'defaults noswitchchannel',
        '',
        'l',
        '! this host',
        'domain.com  mail',
        '! the end of l',
        '',
        'nodefaults',
        '',
        'a_channel 822',
        'a',
        'e',
        '! proper',
        'f  f.example.com',
        '',
        '! nothing follows',
      ].join('\n'),
    );
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(plainBlocks(value.blocks), [
      { kind: 'defaults', ...none, comments: ['! what later channels inherit'], items: ['noswitchchannel'] },
      {
        kind: 'channel',
        name: 'l',
        items: [],
        officialHost: true,
        hosts: [{ comments: ['! this host'], name: 'domain.com', second: 'mail' }],
        ...none,
        commentsAfter: ['! the end of l'],
      },
      { kind: 'nodefaults', ...none },
      {
        kind: 'channel',
        name: 'a_channel',
        items: ['822'],
        officialHost: true,
        hosts: [
          { comments: [], name: 'a', second: null },
          { comments: [], name: 'e', second: null },
          { comments: ['! proper'], name: 'f', second: 'f.example.com' },
        ],
        ...none,
      },
      { kind: 'comments', comments: ['! nothing follows'] },
    ]);
  });

  const wrong: readonly (readonly [text: string, findings: readonly string[]])[] = [
    ['l\nh', []],
    ['tcp_$1\nTCP-DAEMON', []],
    [`${'a'.repeat(32)}\nh`, []],
    [`${'a'.repeat(33)}\nh`, [`error channel/name ${'a'.repeat(33)}`]],
    ['L\nh', ['error channel/name L']],
    ['tcp+local\nh', ['error channel/name tcp+local']],
    ['l', ['error channel/no-official-host l']],
    ['l\n! only a comment', ['error channel/no-official-host l']],
    [
      'l\n\nhost.example',
      [
        'error channel/no-official-host l',
        'error channel/name host.example',
        'error channel/no-official-host host.example',
      ],
    ],
    ['l\na b c', ['error channel/missing-blank-line a b c']],
    ['l\nh\ntcp_local smtp', ['error channel/missing-blank-line tcp_local smtp']],
    ['tcp_a smtp\nA-DAEMON\nprocess\nPROCESS-DAEMON', ['warning channel/missing-blank-line process']],
    ['tcp_a smtp mx\nremotehost\nA-DAEMON', ['warning channel/missing-blank-line remotehost']],
    ['l\nh\nmx\nsmtp', []],
    ['process\nprocess', []],
    ['l\nuser@h', ['error channel/host-name user@h']],
    ['l\nh\nx a%b', ['error channel/host-name a%b']],
    ['l\n[192.0.2.1]', []],
    ['l\n[IPv6:2001:db8::1]', []],
    ['defaults mx\nl', ['warning channel/ignored-line l']],
    ['nodefaults mx', ['warning channel/ignored-line nodefaults mx']],
    ['nodefaults\nl', ['warning channel/ignored-line l']],
    ['DEFAULTS mx', []],
  ];
  for (const [text, wanted] of wrong) {
    it(`finds ${wanted.length === 0 ? 'nothing' : wanted.join(', ')} in ${JSON.stringify(text)}`, () => {
      assert.deepEqual(findings(parseText(text).diagnostics), wanted);
    });
  }

  it('says how an upper-case channel name is written', () => {
    const [found] = parseText('TCP_LOCAL\nh').diagnostics;
    assert.match(found?.hint ?? '', /^write `tcp_local`/);
  });

  it('knows the place of every word', () => {
    const [block] = parseText('l  smtp\nhost alias').value.blocks;
    assert.ok(block?.kind === 'channel' && block.officialHost?.second);
    assert.equal(textAt(block.name.span), 'l');
    assert.equal(textAt(block.officialHost.name.span), 'host');
    assert.equal(textAt(block.officialHost.second.span), 'alias');
  });
});

/** Text that looks like channel blocks, with every kind of error. */
const anyText = fc
  .array(
    fc.oneof(
      fc.constantFrom(...keywordNames),
      fc.constantFrom(
        'defaults',
        'nodefaults',
        'l',
        'tcp_local',
        'h.example',
        'x',
        '25',
        '733',
        '"a b"',
        '"',
        '!',
        '<f',
      ),
      fc.constantFrom('\n', '\n\n', '\n! note\n', '\\\n', '\\\n\\\n\n', ' ', '\t', '\r\n', '\\', '\u00a0'),
      fc.string({ maxLength: 4 }),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(' ').replaceAll(/ ?\n ?/g, '\n'));

function parseWhole(text: string) {
  const source = sourceOf(text);
  const lines = readLogicalLines(source, () => undefined).value;
  return parseChannelBlocks(splitPmdfCnf(lines, source).blocks);
}

describe('printChannelFile', () => {
  it('prints what was read', () => {
    const text =
      '! note\ndefaults noswitchchannel\n\nl\ndomain.com mail\n\ntcp_local smtp notices 1 2 staff\n! x\nTCP-DAEMON\nx\n';
    assert.equal(printChannelFile(parseText(text).value), text);
  });

  it('prints text that reads back the same, whatever was read', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { value } = parseWhole(`\n${text}`);
        const again = parseWhole(`\n${printChannelFile(value)}`);
        assert.deepEqual(plainBlocks(again.value.blocks), plainBlocks(value.blocks));
      }),
      { numRuns: 500 },
    );
  });

  it('never throws, and every place is in the file', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, fc.string()), (text) => {
        const { value, diagnostics } = parseWhole(`\n${text}`);
        for (const { span } of [...diagnostics, ...buildChannelTable(value).diagnostics]) {
          assert.ok(span.offset >= 0 && span.offset <= span.source.text.length);
        }
      }),
      { numRuns: 500 },
    );
  });
});
