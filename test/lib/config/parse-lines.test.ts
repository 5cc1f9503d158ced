import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { parseSettings } from '../../../lib/config/parse-settings.js';
import { type LogicalLine, spanIn } from '../../../lib/text/logical-lines.js';
import { formatted, settingsOf, sourceOf } from './source-of.js';

function textsOf(lines: readonly LogicalLine[]): string[] {
  return lines.map((line) => line.text);
}

/** The text in the file at the place of each character of a line; an inserted blank is shown as it is. */
function writtenAs(line: LogicalLine): string {
  const units = Array.from({ length: line.text.length }, (_, index) => spanIn(line, index, 1));
  return units.map((span) => span.source.text[span.offset] ?? '').join('');
}

describe('rules in YAML', () => {
  const rules: readonly (readonly [string, string])[] = [
    ['- domain.com    $($U)$E$F', 'domain.com    $($U)$E$F'],
    ["- '[127.0.1.]  $U%[127.0.1.$L]@X$E$R'", '[127.0.1.]  $U%[127.0.1.$L]@X$E$R'],
    ["- {pattern: '$%', template: $U%$H}", '$% $U%$H'],
    ['- {template: $U%$D@X, pattern: .}', '. $U%$D@X'],
    ['- {pattern: a, template: "$?no such host"}', 'a $?no such host'],
    ['- pattern: a\n  template: 25', 'a 25'],
    ['- >-\n  a\n  $U@b', 'a $U@b'],
  ];
  for (const [written, line] of rules) {
    it(`makes \`${line}\` of ${JSON.stringify(written)}`, () => {
      assert.deepEqual(textsOf(settingsOf(`rules:\n${written}\n`).rules), [line]);
    });
  }

  it('points into the YAML', () => {
    const text = 'rules:\n  - "a  $U\\u0040b"\n  - {template: $U@d, pattern: c}\n';
    const [first, second] = settingsOf(text).rules;
    assert.ok(first !== undefined && second !== undefined);
    assert.equal(first.text, 'a  $U@b');
    assert.equal(writtenAs(first), 'a  $U\\b');
    assert.deepEqual(
      [0, 2].map((start) => text.slice(spanIn(second, start, 1).offset, spanIn(second, start, 1).offset + 1)),
      ['c', '$'],
    );
  });

  const findings: readonly (readonly [string, string])[] = [
    [
      'rules: a $U@a\n',
      'pmdf.yaml:1:8: error: `rules` must be a list of rules, not the text `a $U@a` [settings/type]\n  rules: a $U@a\n         ^^^^^^',
    ],
    [
      'rules:\n  - "! a comment"\n  - "<internet.rules"\n',
      'pmdf.yaml:2:5: error: a rule cannot begin with `!` [settings/rule]\n    - "! a comment"\n      ^^^^^^^^^^^^^\n  hint: a comment in YAML begins with `#`\npmdf.yaml:3:5: error: a rule cannot begin with `<` [settings/rule]\n    - "<internet.rules"\n      ^^^^^^^^^^^^^^^^^\n  hint: only pmdf.cnf can include files',
    ],
    [
      'rules:\n  - {pattern: a b, template: $U@a}\n  - {pattern: a}\n',
      'pmdf.yaml:2:15: error: `rules[0].pattern` must be one word [settings/word]\n    - {pattern: a b, template: $U@a}\n                ^^^\npmdf.yaml:3:5: error: `rules[1]` has no `template` [settings/missing-key]\n    - {pattern: a}\n      ^^^^^^^^^^^^',
    ],
    [
      'rules:\n  - |\n    a $U@a\n    b $U@b\n',
      'pmdf.yaml:3:5: error: `rules[0]` must fit on one line [settings/line-break]\n      a $U@a\n      ^^^^^^\n  hint: write it as one line in quotes',
    ],
  ];
  for (const [text, expected] of findings) {
    it(`shows what is wrong with ${JSON.stringify(text)}`, () => {
      assert.equal(formatted(parseSettings(sourceOf(text))), expected);
    });
  }
});

describe('channels in YAML', () => {
  it('makes blocks in order', () => {
    const { channelBlocks } = settingsOf(
      [
        'channels:',
        '  - defaults: [noswitchchannel, maytls]',
        '  - name: l',
        '    host: domain.com',
        '    hosts: [mail.domain.com, {name: old.domain.com, proper: new.domain.com}]',
        '  - nodefaults: true',
        '  - {host: TCP-DAEMON, alias: ours.com, name: tcp_local, keywords: [smtp, 733, port, 2525, daemon h.com]}',
        '  - {name: process, keywords: "smtp  mx", host: PROCESS-DAEMON}',
        '  - defaults:',
      ].join('\n'),
    );
    assert.deepEqual(channelBlocks.map(textsOf), [
      ['defaults noswitchchannel maytls'],
      ['l', 'domain.com', 'mail.domain.com', 'old.domain.com new.domain.com'],
      ['nodefaults'],
      ['tcp_local smtp 733 port 2525 daemon h.com', 'TCP-DAEMON ours.com'],
      ['process smtp  mx', 'PROCESS-DAEMON'],
      ['defaults'],
    ]);
  });

  it('points into the YAML', () => {
    const text = 'channels:\n  - {host: TCP-DAEMON, keywords: [smtp, mx], name: tcp_x}\n';
    const line = settingsOf(text).channelBlocks[0]?.[0];
    assert.equal(line?.text, 'tcp_x smtp mx');
    const places = [0, 6, 11].map((start) => spanIn(line, start, 1).offset);
    assert.deepEqual(
      places,
      ['tcp_x', 'smtp', 'mx'].map((word) => text.indexOf(word)),
    );
  });

  const findings: readonly (readonly [string, string])[] = [
    [
      'channels:\n  - {name: tcp_x}\n',
      'pmdf.yaml:2:5: error: `channels[0]` has no `host` [settings/missing-key]\n    - {name: tcp_x}\n      ^^^^^^^^^^^^^\n  hint: `host` is the official host name, such as `TCP-DAEMON`',
    ],
    [
      'channels:\n  - {name: tcp x, host: "", hosts: [{proper: a}]}\n',
      [
        'pmdf.yaml:2:12: error: `channels[0].name` must be one word [settings/word]\n    - {name: tcp x, host: "", hosts: [{proper: a}]}\n             ^^^^^',
        'pmdf.yaml:2:25: error: `channels[0].host` is empty [settings/empty]\n    - {name: tcp x, host: "", hosts: [{proper: a}]}\n                          ^^',
        'pmdf.yaml:2:37: error: `channels[0].hosts[0]` has no `name` [settings/missing-key]\n    - {name: tcp x, host: "", hosts: [{proper: a}]}\n                                      ^^^^^^^^^^^',
      ].join('\n'),
    ],
    [
      'channels:\n  - {name: Defaults, host: x}\n  - nodefaults: false\n  - {defaults: a, host: x}\n  - tcp_x\n',
      [
        'pmdf.yaml:2:12: error: `defaults` is not a channel [settings/channel]\n    - {name: Defaults, host: x}\n             ^^^^^^^^\n  hint: write `- defaults: [keyword, ...]`',
        'pmdf.yaml:3:17: error: `channels[1].nodefaults` can only be true [settings/channel]\n    - nodefaults: false\n                  ^^^^^\n  hint: leave it out: the defaults above then stay in force',
        'pmdf.yaml:4:19: error: unknown key of `channels[2]`: `host` [settings/unknown-key]\n    - {defaults: a, host: x}\n                    ^^^^',
        'pmdf.yaml:5:5: error: `channels[3]` must be a channel with `name` and `host`, not the text `tcp_x` [settings/type]\n    - tcp_x\n      ^^^^^',
      ].join('\n'),
    ],
    [
      'channels:\n  - {name: a, host: b, keyword: c}\n',
      'pmdf.yaml:2:24: error: unknown key of `channels[0]`: `keyword` [settings/unknown-key]\n    - {name: a, host: b, keyword: c}\n                         ^^^^^^^\n  hint: did you mean `keywords`?',
    ],
  ];
  for (const [text, expected] of findings) {
    it(`shows what is wrong with ${JSON.stringify(text)}`, () => {
      assert.equal(formatted(parseSettings(sourceOf(text))), expected);
    });
  }
});

describe('mapping tables in YAML', () => {
  const entries: readonly (readonly [string, string])[] = [
    [
      "- 'tcp_local|*|tcp_local|*   $NRelaying$ not$ permitted'",
      ' tcp_local|*|tcp_local|*   $NRelaying$ not$ permitted',
    ],
    [
      '- [tcp_local|*|tcp_local|*, $NRelaying not permitted]',
      ' tcp_local|*|tcp_local|* $NRelaying$ not$ permitted',
    ],
    ["- {pattern: '*@a b', template: 'x\ty'}", ' *@a$ b x$\ty'],
    ["- ['a$ b', 'c$$ d$ $ e']", ' a$ b c$$$ d$ $ e'],
    ["- ['a ', b]", ' a$  b'],
    ["- ['a$$', b]", ' a$$ b'],
    ["- ['! no comment', '<x']", ' !$ no$ comment <x'],
    ['- [25, 0x10]', ' 25 0x10'],
    ["- ['*']", ' *'],
    ['- {pattern: a}', ' a'],
    ["- {pattern: a, template: ''}", ' a'],
    ['- [a, ~]', ' a'],
  ];
  for (const [written, line] of entries) {
    it(`makes ${JSON.stringify(line)} of ${JSON.stringify(written)}`, () => {
      const lines = settingsOf(`mappings:\n  FORWARD:\n    ${written}\n`).mappingLines;
      assert.deepEqual(
        lines.map(({ kind, text }) => [kind, text]),
        [
          ['text', 'FORWARD'],
          ['blank', ''],
          ['text', line],
          ['blank', ''],
        ],
      );
    });
  }

  it('accepts a table without entries', () => {
    assert.deepEqual(textsOf(settingsOf('mappings: {A: , B: []}').mappingLines), ['A', '', '', 'B', '', '']);
  });

  it('points into the YAML', () => {
    const text = "mappings:\n  T:\n    - ['a b$ |*', \"$Nno\\twe don't\"]\n";
    const line = settingsOf(text).mappingLines[2];
    assert.ok(line !== undefined);
    assert.equal(line.text, " a$ b$ |* $Nno$\twe$ don't");
    assert.equal(writtenAs(line), "aa  b$ |*'$Nno\\\\we  don't");
  });

  const findings: readonly (readonly [string, string])[] = [
    [
      "mappings:\n  T:\n    - ['a$', b]\n    - [a, b, c]\n    - []\n",
      [
        "pmdf.yaml:3:8: error: the pattern ends in a `$` that quotes nothing [settings/mapping]\n      - ['a$', b]\n         ^^^^\n  hint: write a literal `$` as `$$`",
        'pmdf.yaml:4:7: error: `mappings.T[1]` must be a pattern and a template, not 3 items [settings/mapping]\n      - [a, b, c]\n        ^^^^^^^^^\n  hint: put text with a comma in single quotes',
        'pmdf.yaml:5:7: error: `mappings.T[2]` must be a pattern and a template, not 0 items [settings/mapping]\n      - []\n        ^^\n  hint: put text with a comma in single quotes',
      ].join('\n'),
    ],
    [
      'mappings:\n  1T: []\n  T:\n    - {template: x}\n    - {pattern: ""}\n',
      [
        'pmdf.yaml:2:3: error: `1T` cannot be the name of a mapping table [settings/mapping]\n    1T: []\n    ^^\n  hint: a name is one word that begins with a letter',
        'pmdf.yaml:4:7: error: `mappings.T[0]` has no `pattern` [settings/missing-key]\n      - {template: x}\n        ^^^^^^^^^^^^^',
        'pmdf.yaml:5:17: error: `mappings.T[1].pattern` is empty [settings/empty]\n      - {pattern: ""}\n                  ^^',
      ].join('\n'),
    ],
  ];
  for (const [text, expected] of findings) {
    it(`shows what is wrong with ${JSON.stringify(text)}`, () => {
      assert.equal(formatted(parseSettings(sourceOf(text))), expected);
    });
  }

  it('quotes so that the only bare blank separates pattern and template', () => {
    const part = fc.string({
      unit: fc.constantFrom('a', '$', ' ', '\t', '*', "'", '"', '\\'),
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(part, part, (pattern, template) => {
        const parsed = parseSettings(sourceOf(JSON.stringify({ mappings: { T: [[pattern, template]] } })));
        fc.pre(parsed.diagnostics.length === 0);
        const line = parsed.value.mappingLines[2]?.text ?? '';
        const bare = Array.from(line.matchAll(/\$.|([ \t])|./gs)).filter((match) => match[1] !== undefined);
        assert.equal(bare.length, 2);
        assert.equal(line[0], ' ');
        const at = bare[1]?.index ?? 0;
        const unquoted = (text: string): string =>
          text.replace(/\$(.)/gs, (pair, next) => (/\s/.test(next) ? next : pair));
        assert.equal(unquoted(line.slice(1, at)), unquoted(pattern));
        assert.equal(unquoted(line.slice(at + 1)), unquoted(template));
      }),
      { numRuns: 500 },
    );
  });
});

describe('aliases in pmdf.yaml', () => {
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ['abuse: postmaster', ['abuse: postmaster']],
    ['team: [bob, carol@a.example]', ['team: bob, carol@a.example']],
    ['team: bob, carol', ['team: bob, carol']],
    [`'"mary ann"': '"Mary" <m@a.example>'`, ['"mary ann": "Mary" <m@a.example>']],
    ['"a@[10.0.0.1]": 733', ['a@[10.0.0.1]: 733']],
    ['staff: <staff.list', ['staff: <staff.list']],
    ['empty:', ['empty:']],
    ['b: c\n  a: d', ['b: c', 'a: d']],
  ];
  for (const [written, lines] of rows) {
    it(`makes ${JSON.stringify(lines)} of ${JSON.stringify(written)}`, () => {
      assert.deepEqual(textsOf(settingsOf(`aliases:\n  ${written}\n`).aliasLines), lines);
    });
  }

  it('points into the YAML', () => {
    const line = settingsOf('aliases:\n  team: [bob, "c@d"]\n').aliasLines[0];
    assert.ok(line !== undefined);
    assert.match(writtenAs(line), /^team.*bob.*c@d$/);
  });

  for (const name of ['a b', 'a:b', '!a', '<a', ' a']) {
    it(`refuses the name ${JSON.stringify(name)}`, () => {
      const { diagnostics } = parseSettings(sourceOf(JSON.stringify({ aliases: { [name]: 'b' } })));
      assert.deepEqual(
        diagnostics.map((one) => one.code),
        ['settings/alias'],
      );
    });
  }
});
