import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parseRule } from '../../../lib/rewrite/parse-rules.js';
import { printRule } from '../../../lib/rewrite/print-rules.js';
import { type RewriteRule, rulesOf } from '../../../lib/rewrite/rule.js';
import { lineColumnAt } from '../../../lib/text/places.js';
import { parseRules, printRules } from '../../support/language.js';
import { linesOf } from './fixture.js';

function ruleOf(text: string): RewriteRule {
  const [line] = linesOf(text);
  assert.ok(line);
  const { value, diagnostics } = parseRule(line);
  assert.deepEqual(
    diagnostics.map((one) => one.message),
    [],
  );
  assert.ok(value);
  return value;
}

/** A rule without its places. */
function shape(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, member: unknown) => (key === 'span' ? undefined : member)));
}

describe('a rewrite rule', () => {
  const patterns = [
    ['host.dom.com', 'host', ''],
    ['.dom.com', 'suffix', ''],
    ['*.dom.com', 'stars', ''],
    ['*', 'stars', ''],
    ['[*.*.*.*]', 'stars', ''],
    ['[1.2.3.4]', 'host', ''],
    ['[1.2.]', 'literal-prefix', ''],
    ['[IPv6:2001:db8:]', 'literal-prefix', ''],
    ['[IPv6:2001:db8::1]', 'host', ''],
    ['[]', 'any-literal', ''],
    ['.', 'all', ''],
    ['$*', 'first', ''],
    ['$%', 'percent', ''],
    ['$!', 'bang', ''],
    ['tcp-force|.', 'all', 'tcp-force|'],
    ['a|b|$%', 'percent', 'a|b|'],
  ] as const;
  for (const [text, kind, tag] of patterns) {
    it(`with pattern \`${text}\` is for ${kind}`, () => {
      const { pattern } = ruleOf(`${text} $U@x`);
      assert.deepEqual([pattern.kind, pattern.tag, pattern.tag + pattern.text], [kind, tag, text]);
    });
  }

  const forms = [
    ['$U%b', 'A%B'],
    ['$U@b', 'A@B'],
    ['$U%b@c', 'A%B@C'],
    ['$U@b@c', 'A@B@C'],
    ['$U@b@c@d', 'A@B@C@D'],
    ['$U%b@c@d', 'A%B@C@D'],
    ['$U$%x@b', 'A@B'],
    ['a$@b%c', 'A%B'],
    ['$?no $@ such host, ask postmaster@x.com about 5%', 'error-text'],
    ['$E$4001002?later', 'error-text'],
    ['$($U)$E$F', 'open'],
    ['$U%b@c${T,$U}', 'open'],
  ] as const;
  for (const [template, form] of forms) {
    it(`with template \`${template}\` has form ${form}`, () => {
      assert.equal(ruleOf(`a ${template}`).template.form, form);
    });
  }

  const items: readonly (readonly [string, readonly object[]])[] = [
    [
      '$u%$h$d@X',
      [
        { kind: 'user', part: 'whole' },
        { kind: 'separator', mark: '%' },
        { kind: 'host', drop: 0 },
        { kind: 'domain', drop: 0 },
        { kind: 'separator', mark: '@' },
        { kind: 'text', text: 'X' },
      ],
    ],
    [
      '$0U$1U$2D$12H$L$W@x',
      [
        { kind: 'user', part: 'base' },
        { kind: 'user', part: 'subaddress' },
        { kind: 'domain', drop: 2 },
        { kind: 'host', drop: 12 },
        { kind: 'literal' },
        { kind: 'unique' },
        { kind: 'separator', mark: '@' },
        { kind: 'text', text: 'x' },
      ],
    ],
    [
      '$\\$&0$^$!1$_$*2$#3@$$',
      [
        { kind: 'case', form: 'lower' },
        { kind: 'label', of: 'host', from: 'left', index: 0 },
        { kind: 'case', form: 'upper' },
        { kind: 'label', of: 'host', from: 'right', index: 1 },
        { kind: 'case', form: 'original' },
        { kind: 'label', of: 'domain', from: 'left', index: 2 },
        { kind: 'label', of: 'domain', from: 'right', index: 3 },
        { kind: 'separator', mark: '@' },
        { kind: 'text', text: '$' },
      ],
    ],
    [
      '$U@h$Ttag|$Ma$n_b$Qc$Cd$1M$1N',
      [
        { kind: 'user', part: 'whole' },
        { kind: 'separator', mark: '@' },
        { kind: 'text', text: 'h' },
        { kind: 'set-tag', tag: 'tag|' },
        { kind: 'channel-control', letter: 'M', channel: 'a' },
        { kind: 'channel-control', letter: 'N', channel: '_b' },
        { kind: 'channel-control', letter: 'Q', channel: 'c' },
        { kind: 'channel-control', letter: 'C', channel: 'd' },
        { kind: 'reprocessing-control', letter: 'M' },
        { kind: 'reprocessing-control', letter: 'N' },
      ],
    ],
    [
      '$Mtcp_local%x@y$?no such host$Nl',
      [
        { kind: 'channel-control', letter: 'M', channel: 'tcp_local' },
        { kind: 'separator', mark: '%' },
        { kind: 'text', text: 'x' },
        { kind: 'separator', mark: '@' },
        { kind: 'text', text: 'y' },
        { kind: 'error-text', status: null, text: 'no such host' },
        { kind: 'channel-control', letter: 'N', channel: 'l' },
      ],
    ],
    [
      '$($U|${T,a%$H@$$})@x',
      [
        {
          kind: 'general',
          key: [
            { kind: 'user', part: 'whole' },
            { kind: 'text', text: '|' },
            {
              kind: 'mapping',
              table: 'T',
              argument: [
                { kind: 'text', text: 'a%' },
                { kind: 'host', drop: 0 },
                { kind: 'text', text: '@$' },
              ],
            },
          ],
        },
        { kind: 'separator', mark: '@' },
        { kind: 'text', text: 'x' },
      ],
    ],
    ['$5007001?go $5 away$$', [{ kind: 'error-text', status: '5.7.1', text: 'go $5 away$' }]],
  ];
  for (const [template, wanted] of items) {
    it(`reads \`${template}\``, () => {
      const rule = ruleOf(`a ${template}`);
      assert.deepEqual(shape(rule.template.items), wanted);
      assert.deepEqual(shape(ruleOf(printRule(rule))), shape(rule));
    });
  }

  it('can be continued and keeps its places', () => {
    const [line] = linesOf('a.com \\\n  $U%b@c$Mtcp\n');
    assert.ok(line);
    const control = parseRule(line).value?.template.items.at(-1);
    assert.ok(control);
    assert.deepEqual(lineColumnAt(control.span.source, control.span.offset), { line: 2, column: 9 });
  });

  it('that ends in a backslash is printed so that the next line stays separate', () => {
    const text = 'a  $U@b$\\ \nb  $U@c\n';
    assert.equal(printRules(parseRules(linesOf(text)).value), text);
  });

  it('reads an exclamation mark after column 1 as text', () => {
    assert.equal(printRule(ruleOf('host $U%a!b@c')), 'host  $U%a!b@c');
  });
});

describe('the rules part', () => {
  it('keeps comments in their places and ends at a blank line', () => {
    const { value, diagnostics } = parseRules(linesOf('a $U@a\n!note\nb\t$U@b  \n\nl\nlocal-host\n'));
    assert.deepEqual(diagnostics, []);
    assert.equal(printRules(value), 'a  $U@a\n!note\nb  $U@b\n');
  });

  it('continues after an error', () => {
    const { value, diagnostics } = parseRules(linesOf('a $Y\nb\nc $U@c\n'));
    assert.deepEqual(
      diagnostics.map((one) => one.code),
      ['rewrite/unknown', 'rewrite/no-template'],
    );
    assert.deepEqual(rulesOf(value).map(printRule), ['c  $U@c']);
  });
});

describe('a mistake in a rule', () => {
  // Text, code, severity, what is underlined.
  const rows: readonly (readonly [string, string, 'error' | 'warning', string])[] = [
    [' a $U@a', 'rewrite/indented', 'error', ' a $U@a'],
    ['a', 'rewrite/no-template', 'error', 'a'],
    ['a   ', 'rewrite/no-template', 'error', 'a   '],
    ['$x $U@a', 'rewrite/pattern', 'error', '$x'],
    ['tag| $U@a', 'rewrite/pattern', 'error', 'tag|'],
    ['[1.2 $U@a', 'rewrite/pattern', 'error', '[1.2'],
    ['1.2] $U@a', 'rewrite/pattern', 'error', '1.2]'],
    ['[10.0.0.0/8] $U@a', 'rewrite/pattern', 'error', '[10.0.0.0/8]'],
    ['10.0.0.0/8 $U@a', 'rewrite/pattern', 'error', '10.0.0.0/8'],
    ['[IPv6:xyz] $U@a', 'rewrite/pattern', 'error', '[IPv6:xyz]'],
    ['a.*.b $U@a', 'rewrite/never-matches', 'warning', 'a.*.b'],
    ['x*.b $U@a', 'rewrite/never-matches', 'warning', 'x*.b'],
    ['.*.b $U@a', 'rewrite/never-matches', 'warning', '.*.b'],
    ['a..b $U@a', 'rewrite/never-matches', 'warning', 'a..b'],
    ['a.b. $U@a', 'rewrite/never-matches', 'warning', 'a.b.'],
    ['u@a.b $U@a', 'rewrite/never-matches', 'warning', 'u@a.b'],
    ['[1.*.*.*] $U@a', 'rewrite/never-matches', 'warning', '[1.*.*.*]'],
    ['[a.b.] $U@a', 'rewrite/never-matches', 'warning', '[a.b.]'],
    ['[a.b.subnet] $U@a', 'rewrite/never-matches', 'warning', '[a.b.subnet]'],
    ['[10.1] $U@a', 'rewrite/never-matches', 'warning', '[10.1]'],
    ['[10] $U@a', 'rewrite/never-matches', 'warning', '[10]'],
    ['[10.256.] $U@a', 'rewrite/never-matches', 'warning', '[10.256.]'],
    ['[10.1.2.3.] $U@a', 'rewrite/never-matches', 'warning', '[10.1.2.3.]'],
    ['[10.1.2.3.4] $U@a', 'rewrite/never-matches', 'warning', '[10.1.2.3.4]'],
    ['defaults noswitchchannel', 'rewrite/no-host', 'warning', 'noswitchchannel'],
    ['.[10.x.] $U@a', 'rewrite/never-matches', 'warning', '.[10.x.]'],
    ['a $U$Y@a', 'rewrite/unknown', 'error', '$Y'],
    ['a $U$2U@a', 'rewrite/unknown', 'error', '$2U'],
    ['a $U@a$2Mx', 'rewrite/unknown', 'error', '$2M'],
    ['a $U@a$&', 'rewrite/unknown', 'error', '$&'],
    ['a $U@a$', 'rewrite/unknown', 'error', '$'],
    ['a $($U$E)', 'rewrite/unknown', 'error', '$E'],
    ['a $U@a$V', 'rewrite/no-name', 'error', '$V'],
    ['a $U@a$Z@b', 'rewrite/no-name', 'error', '$Z'],
    ['a $($V$H)$U@a', 'rewrite/unknown', 'error', '$V'],
    ['a $[image,routine,$U]', 'rewrite/not-provided', 'error', '$[image,routine,$U]'],
    ['a $U@$]ldap:///x[', 'ldap/url', 'error', '$]ldap:///x['],
    ['a $[image', 'rewrite/unterminated', 'error', '$['],
    ['a $]ldap', 'rewrite/unterminated', 'error', '$]'],
    ['a $($U', 'rewrite/unterminated', 'error', '$('],
    ['a ${T,$U', 'rewrite/unterminated', 'error', '${'],
    ['a ${T', 'rewrite/unterminated', 'error', '${'],
    ['a ${T}@x', 'rewrite/no-name', 'error', '${T}'],
    ['a ${,x}@x', 'rewrite/no-name', 'error', '${,'],
    ['a $U@a$M', 'rewrite/no-name', 'error', '$M'],
    ['a $U@a$C$Nl', 'rewrite/no-name', 'error', '$C'],
    ['a $U@a$?', 'rewrite/no-name', 'error', '$?'],
    ['a $($(x))', 'rewrite/nested', 'error', '$('],
    ['a ${T,${T,x}}', 'rewrite/nested', 'error', '${'],
    ['a $U@a$51?x', 'rewrite/status', 'error', '$51?'],
    ['a $U@a$2001001?x', 'rewrite/status', 'error', '$2001001?'],
    ['a $U@a and more', 'rewrite/stray-text', 'error', ' and more'],
    ['a $U%b%c', 'rewrite/form', 'error', '$U%b%c'],
    ['a $U@b@c@d@e', 'rewrite/form', 'error', '$U@b@c@d@e'],
    ['a $U', 'rewrite/no-host', 'warning', '$U'],
    ['a $U@a$E$B', 'rewrite/never-applies', 'warning', '$B'],
    ['a $U@a$R$F', 'rewrite/never-applies', 'warning', '$F'],
    ['a $U@a$Mtcp_local$E', 'rewrite/dollar-in-name', 'warning', '$Mtcp_local$E'],
  ];
  for (const [text, code, severity, underlined] of rows) {
    it(`\`${text}\` is ${code}`, () => {
      const [line] = linesOf(text);
      assert.ok(line);
      const { value, diagnostics } = parseRule(line);
      const [first] = diagnostics;
      assert.ok(first);
      assert.deepEqual([first.code, first.severity], [code, severity]);
      const { source, offset, length } = first.span;
      assert.equal(source.text.slice(offset, offset + length), underlined);
      assert.equal(value === undefined, severity === 'error');
    });
  }

  for (const [text, hint] of [
    ['[10.1] $U@a', 'write `[10.1.]`'],
    [
      'defaults noswitchchannel',
      'this looks like the start of the channel blocks: add a blank line before it',
    ],
  ] as const) {
    it(`\`${text}\` gets a hint`, () => {
      const [line] = linesOf(text);
      assert.ok(line);
      assert.equal(parseRule(line).diagnostics[0]?.hint, hint);
    });
  }

  for (const text of ['[10.1.2.3] $U@a', '[10.1.2.] $U@a', '[10.] $U@a', '[] $U@a', 'x.[10.1.2.3] $U@a']) {
    it(`\`${text}\` is an ordinary rule`, () => {
      const [line] = linesOf(text);
      assert.ok(line);
      assert.deepEqual(parseRule(line).diagnostics, []);
    });
  }

  it('is a pattern that can begin this way only in YAML', () => {
    for (const text of ['!x', '<x']) {
      const source = { name: 'pmdf.yaml', shortName: 'pmdf.yaml', text: `${text} $U@b` };
      const line = { kind: 'text', text: source.text, pieces: [{ start: 0, source, offset: 0 }] } as const;
      assert.deepEqual(
        parseRule(line).diagnostics.map((one) => one.code),
        ['rewrite/pattern'],
      );
    }
  });

  it('is an unreachable rule, shown with the rule that hides it', () => {
    const { diagnostics } = parseRules(linesOf('a.COM $U@b\nb.com $U@b$E\nb.com $U@c\nA.com $U@c$E\n'));
    assert.deepEqual(
      diagnostics.map((one) => [one.code, one.severity, one.related?.length]),
      [['rewrite/unreachable', 'warning', 1]],
    );
  });
});
