import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { printAliases } from '../../../lib/forwarding/print-aliases.js';
import { aliasesOf } from '../../../lib/forwarding/syntax.js';
import { hasErrors } from '../../../lib/text/diagnostic.js';
import { createAliasTable } from '../../support/language.js';
import { places, withoutSpans } from '../mapping/make.js';
import { parseText } from './make.js';

/** The names of a file and their values, `jane=a@x,b@y bob=...`. */
function brief(text: string, files: Readonly<Record<string, string>> = {}): string {
  const { value, diagnostics } = parseText(text, files);
  assert.deepEqual(places(diagnostics), []);
  return [...createAliasTable(value)]
    .map(([name, entry]) => `${name}=${entry.addresses.join(',')}`)
    .join(' ');
}

describe('parseAliases', () => {
  const files = {
    staff: '! the staff\nsue@acme.com\n\n"Karl R. Smith" <karl@acme.com>\n  ralph, lee@x.org\n<more\n',
    more: 'last@acme.com',
  };
  for (const [what, text, wanted] of [
    ['one address', 'jane: jdoe@other.com', 'jane=jdoe@other.com'],
    ['no blank after the colon', 'jane:jdoe@other.com', 'jane=jdoe@other.com'],
    ['a local part only', 'Postmast: postmaster', 'postmast=postmaster'],
    ['several', 'all: a, b@x.org ,c', 'all=a,b@x.org,c'],
    ['comments and blank lines', '! head\n\na: b\n! tail\nc: d\n', 'a=b c=d'],
    ['lines that begin with a blank', 'a: b,\n  c,\n\td\ne: f', 'a=b,c,d e=f'],
    ['values in the next line', 'a:\n  b,\n  c', 'a=b,c'],
    ['a comment between them', 'a: b,\n! not c\n  d', 'a=b,d'],
    ['a line that ends in a backslash', 'a: b, \\\nc', 'a=b,c'],
    ['a quoted name', '"john doe": jd@x.org', 'john doe=jd@x.org'],
    ['a name with a domain', 'Jane@Old.Com: jane', 'jane@old.com=jane'],
    ['a phrase', 'a: "Doe, Jane" <jane@x.org>, Bob <bob>', 'a=jane@x.org,bob'],
    ['a quoted local part', 'a: "b, c"@x.org, d', 'a="b, c"@x.org,d'],
    ['a source route', 'a: @x.org,@y.org:b@z.org, c', 'a=@x.org,@y.org:b@z.org,c'],
    ['a percent hack', 'jane: jdoe%other.com@PROCESS-DAEMON', 'jane=jdoe%other.com@PROCESS-DAEMON'],
    ['a domain literal', 'a: b@[192.0.2.1]', 'a=b@[192.0.2.1]'],
    ['a subaddress', 'a: b+*@x.org', 'a=b+*@x.org'],
    ['a list', 'staff: <staff', 'staff=sue@acme.com,karl@acme.com,ralph,lee@x.org,last@acme.com'],
    ['two lists', 'x: <more, <more', 'x=last@acme.com,last@acme.com'],
    ['a list and others', 'x: boss, <more', 'x=boss,last@acme.com'],
    ['a list with empty parameters', 'x: <more, *, , *', 'x=last@acme.com'],
    ['a file of aliases', '<sub\nc: d', 'a=b c=d'],
    ['names of objects', '__proto__: a\nconstructor: b', '__proto__=a constructor=b'],
  ] as const) {
    it(what, () => assert.equal(brief(text, { ...files, sub: 'a: b\n' }), wanted));
  }

  for (const [what, text, wanted] of [
    ['no colon', 'jane jdoe@other.com\n  bob\na: b', ['1:1 alias/no-colon']],
    ['a blank before the colon', 'jane : jdoe', ['1:1 alias/name']],
    ['no name', ': jdoe', ['1:1 alias/name']],
    ['nothing', 'jane:\nbob: x', ['1:1 alias/no-value']],
    ['a comma at the end', 'jane: a,\n\nb: c', ['1:1 alias/empty-value']],
    ['two commas', 'jane: a,, b', ['1:9 alias/empty-value']],
    ['no comma before the next line', 'jane: a\n  b', ['2:3 alias/missing-comma']],
    ['a line without an alias', '\n  b\n  c', ['2:1 alias/stray-line']],
    ['blanks between addresses', 'jane: a@x.org b@y.org', ['1:14 alias/address']],
    ['no address', 'jane: ok, @@', ['1:12 alias/address']],
    ['an open quote', 'jane: "a, b', ['1:12 alias/address']],
    ['a duplicate', 'jane: a\nJANE: b', ['2:1 alias/duplicate']],
    ['a named parameter', 'x: <more, [AUTH_LIST] more', ['1:11 alias/not-provided']],
    ['a parameter without an end', 'x: <more, [AUTH', ['1:11 alias/parameter']],
    ['an error return address', 'x: <more, owner@x.org', ['1:11 alias/not-provided']],
    ['an LDAP URL', 'x: <ldap:///o=x?mail?sub>', ['1:4 alias/not-provided']],
    ['a program', 'x: "|/bin/cat"', ['1:4 alias/not-provided']],
    ['a file', 'x: /var/mail/x', ['1:4 alias/not-provided']],
    ['a list that is not found', 'x: a, <gone', ['1:7 file/include-missing']],
    ['a list without a name', 'x: <', ['1:4 file/include-name']],
    ['a list in itself', 'x: <self', ['2:1 file/include-loop']],
    ['a bad address in a list', 'x: <bad', ['2:2 alias/address']],
  ] as const) {
    it(`reports ${what}`, () => {
      const found = parseText(text, { more: 'a@x.org', self: '\n<self', bad: 'a@x.org\nb c' });
      assert.deepEqual(places(found.diagnostics), wanted);
    });
  }

  it('continues after errors', () => {
    const { value } = parseText('bad line\n  more\nx: , @@, ok\ny: fine\n');
    assert.deepEqual(
      aliasesOf(value).map(({ name, values }) => [name, values.length]),
      [
        ['x', 1],
        ['y', 1],
      ],
    );
  });

  it('reads a hundred thousand aliases', () => {
    const text = Array.from({ length: 100_000 }, (_, n) => `user${n}: u${n}@x.org\n`).join('');
    const { value, diagnostics } = parseText(text);
    assert.deepEqual(diagnostics, []);
    const table = createAliasTable(value);
    assert.equal(table.size, 100_000);
    assert.deepEqual(table.get('user99999')?.addresses, ['u99999@x.org']);
  });

  it('reads an alias of a hundred thousand addresses on as many lines', () => {
    const text = `all: u@x.org${Array.from({ length: 100_000 }, (_, n) => `,\n  u${n}@x.org`).join('')}\n`;
    const { value } = parseText(text);
    assert.equal(createAliasTable(value).get('all')?.addresses.length, 100_001);
  });

  it('never throws, and every place is in its file', () => {
    const piece = fc.constantFrom(
      'a',
      ':',
      ',',
      '\n',
      ' ',
      '\t',
      '"',
      '\\',
      '<',
      '>',
      '[',
      ']',
      '@',
      '!',
      '|',
      '\r',
      'é',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const { diagnostics } = parseText(pieces.join(''), { a: '<a\n,@' });
        for (const { span } of diagnostics) {
          assert.ok(span.offset >= 0 && span.offset <= span.source.text.length);
        }
      }),
    );
  });
});

describe('printAliases', () => {
  it('writes one canonical form', () => {
    const text = '! head\n"john doe":a@x.org,   b\njane: c,\n  d\n! tail\n';
    const printed = '! head\n"john doe": a@x.org, b\njane: c, d\n! tail\n';
    assert.equal(printAliases(parseText(text).value), printed);
  });

  it('parses to the same tree', () => {
    const word = fc.stringMatching(/^[a-z][a-z0-9+_=-]{0,8}$/);
    const domain = fc
      .tuple(word, fc.constantFrom('org', 'com'))
      .map(([host, top]) => `${host.replace(/[^a-z0-9]/g, '')}.${top}`);
    const quoted = word.map((one) => `"${one} \\"x, ${one}"`);
    const localPart = fc.oneof(word, quoted);
    const address = fc.oneof(
      localPart,
      fc.tuple(localPart, domain).map(([user, host]) => `${user}@${host}`),
    );
    const value = fc.oneof({ weight: 5, arbitrary: address }, { weight: 1, arbitrary: fc.constant('<list') });
    const name = fc.oneof(
      address,
      word.map((one) => one.toUpperCase()),
    );
    const alias = fc
      .tuple(name, fc.array(value, { minLength: 1, maxLength: 12 }))
      // Text after a list as the first value is not an address.
      .map(([one, values]) => `${one}: ${values.sort((a) => (a.startsWith('<') ? 1 : -1)).join(', ')}`);
    const comment = word.map((one) => `! ${one}`);
    fc.assert(
      fc.property(fc.array(fc.oneof(alias, comment), { maxLength: 12 }), (lines) => {
        const files = { list: 'one@x.org\n' };
        const first = parseText(lines.join('\n'), files);
        const again = parseText(printAliases(first.value), files);
        assert.equal(
          hasErrors(again.diagnostics.filter(({ code }) => code !== 'alias/duplicate')),
          hasErrors(first.diagnostics.filter(({ code }) => code !== 'alias/duplicate')),
        );
        assert.deepEqual(withoutSpans(again.value), withoutSpans(first.value));
      }),
    );
  });
});
