/*
 * Files of cases: what is read from them, the findings, and that no input makes the reader throw.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { furtherCase, holdsOneMore } from '../../../bin/cases/append-to-list.js';
import { parseCases } from '../../../bin/cases/parse-cases.js';
import { lineColumnAt } from '../../../lib/text/places.js';
import type { SourceFile } from '../../../lib/text/source.js';

function sourceOf(text: string): SourceFile {
  return { name: 'cases.yaml', shortName: 'cases.yaml', text };
}

/** The findings as `line:column code`. */
function findings(text: string): string[] {
  return parseCases(sourceOf(text)).diagnostics.map(({ span, code }) => {
    const { line, column } = lineColumnAt(span.source, span.offset);
    return `${line}:${column} ${code}`;
  });
}

function onlyCase(text: string) {
  const { value, diagnostics } = parseCases(sourceOf(text));
  assert.deepEqual(diagnostics, []);
  assert.equal(value.length, 1);
  const [one] = value;
  assert.ok(one !== undefined);
  return one;
}

const request = 'client: 192.0.2.7, from: a@b.example, to: bob@domain.com';

describe('a file of cases', () => {
  it('adds the defaults to a request', () => {
    assert.deepEqual(onlyCase(`cases: [{ ${request}, expect: { verdict: accept } }]`).request, {
      client: '192.0.2.7',
      clientName: null,
      helo: null,
      tls: false,
      auth: null,
      server: '127.0.0.1',
      port: 25,
      from: 'a@b.example',
      to: ['bob@domain.com'],
    });
  });

  it('reads every key of a request', () => {
    const text = `
cases:
  - client: 2001:DB8::7
    client_name: mail.b.example
    helo: b.example
    tls: true
    auth: 733
    server: 192.0.2.1
    port: 587
    from: <>
    to: [bob@domain.com, '"a b"@domain.com']
    expect: { relaying: false }
`;
    assert.deepEqual(onlyCase(text).request, {
      client: '2001:db8::7',
      clientName: 'mail.b.example',
      helo: 'b.example',
      tls: true,
      auth: '733',
      server: '192.0.2.1',
      port: 587,
      from: '<>',
      to: ['bob@domain.com', '"a b"@domain.com'],
    });
  });

  it('uses the defaults if a case gives no value', () => {
    const text = `
defaults: { client: 192.0.2.7, from: a@b.example, to: bob@domain.com, port: 587 }
cases:
  - { client: 127.0.1.5, expect: { verdict: accept } }
`;
    const { client, from, to, port } = onlyCase(text).request;
    assert.deepEqual([client, from, to, port], ['127.0.1.5', 'a@b.example', ['bob@domain.com'], 587]);
  });

  it('says whose decision is expected', () => {
    const expect = `
      source_channel: tcp_local
      verdict: accept
      client: { entry: none }
      from: { rewritten: a@b.example }
      to: { bob@domain.com: { code: 250 } }`;
    const { expectations } = onlyCase(
      `cases:\n  - ${request.replaceAll(', ', '\n    ')}\n    expect:${expect}\n`,
    );
    assert.deepEqual(
      expectations.map(({ part, recipient, wanted }) => [part, recipient, wanted]),
      [
        ['client', null, { kind: 'source channel', value: 'tcp_local' }],
        ['to', null, { kind: 'verdict', value: 'accept' }],
        ['client', null, { kind: 'entry', value: null }],
        ['from', null, { kind: 'rewritten', value: 'a@b.example' }],
        ['to', 'bob@domain.com', { kind: 'code', value: 250 }],
      ],
    );
  });

  it('calls a case without a name by its line', () => {
    assert.equal(onlyCase(`cases:\n- { ${request}, expect: { verdict: accept } }`).name, 'line 2');
  });

  const broken: readonly (readonly [string, string, readonly string[]])[] = [
    ['no YAML', 'cases: [', ['1:9 yaml/syntax']],
    ['nothing', '', ['1:1 cases/none']],
    ['a list', '- 1', ['1:1 cases/type']],
    ['no list', 'cases: { a: 1 }', ['1:8 cases/type']],
    ['an invalid case', 'cases: [1]', ['1:9 cases/type']],
    ['an empty expectation', `cases: [{ ${request}, expect: {} }]`, ['1:69 cases/nothing-expected']],
    [
      'an empty list of recipients',
      `cases: [{ ${request.replace('bob@domain.com', '[]')}, expect: { code: 250 } }]`,
      ['1:53 cases/type'],
    ],
    ['an expectation that is text', `cases: [{ ${request}, expect: accept }]`, ['1:77 cases/type']],
    [
      'a delivery of nothing',
      `cases: [{ ${request}, expect: { deliveries: [{}] } }]`,
      ['1:92 cases/missing-key'],
    ],
    ['deliveries that are none', `cases: [{ ${request}, expect: { deliveries: l } }]`, ['1:91 cases/type']],
    [
      'a wrong default, once',
      `defaults: { port: 0 }\ncases:\n- { ${request}, expect: { code: 250 } }\n- { ${request}, expect: { code: 250 } }`,
      ['1:19 cases/range'],
    ],
    [
      'all that is wrong',
      `cases:\n- { client: x, from: a@b.example, to: c@d, expect: { code: 1, tls: maybe } }\n- { ${request} }`,
      ['2:13 cases/ip-address', '2:60 cases/range', '2:68 cases/word', '3:5 cases/nothing-expected'],
    ],
  ];
  for (const [name, text, expected] of broken) {
    it(`finds ${name}`, () => assert.deepEqual(findings(text), expected));
  }

  it('never throws', () => {
    const piece = fc.constantFrom(
      ...['cases:', 'defaults:', '\n', '  ', '- ', '{', '}', '[', ']', ', ', ': ', 'client', 'from', 'to'],
      ...[
        'expect',
        'verdict',
        'accept',
        'deliveries',
        '192.0.2.7',
        "''",
        '&a',
        '*a',
        '!!str',
        '|',
        '\t',
        'null',
      ],
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(piece, { maxLength: 40 }).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(text, (one) => {
        const { value, diagnostics } = parseCases(sourceOf(one));
        assert.ok(value.length > 0 || diagnostics.length > 0);
        for (const each of value) assert.ok(each.request.to.length > 0);
      }),
    );
  });
});

describe('a further case', () => {
  const flow = `{ ${request}, expect: { verdict: accept } }`;
  const rows: readonly (readonly [string, string, string | null])[] = [
    ['after a list', `cases:\n  - ${flow}\n`, '  '],
    ['after a list at the margin', `cases:\n- ${flow}\n`, ''],
    ['after a list without a line end', `cases:\n    - ${flow}`, '    '],
    ['after a comment', `cases:\n  - ${flow}\n# the end\n\n`, '  '],
    ['after defaults', `defaults: { port: 25 }\ncases:\n  - ${flow}\n`, '  '],
    ['not after a list in brackets', `cases: [${flow}]\n`, null],
    ['not if something else ends the file', `cases:\n  - ${flow}\ndefaults: { port: 25 }\n`, null],
    ['not after the end of the document', `cases:\n  - ${flow}\n...\n`, null],
  ];
  for (const [name, text, indent] of rows) {
    it(`is added ${name}`, () => {
      const source = sourceOf(text);
      const further = furtherCase(source, parseCases(source).value);
      assert.equal('indent' in further ? further.indent : null, indent);
    });
  }

  it('must not change those before it', () => {
    const before = parseCases(sourceOf(`cases:\n  - ${flow}\n`)).value;
    assert.ok(holdsOneMore(sourceOf(`cases:\n  - ${flow}\n  - ${flow}\n`), before));
    assert.ok(
      !holdsOneMore(sourceOf(`cases:\n  - ${flow.replace('accept', 'reject')}\n  - ${flow}\n`), before),
    );
    assert.ok(!holdsOneMore(sourceOf(`cases:\n  - ${flow}\n`), before));
  });
});
