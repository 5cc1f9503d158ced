import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { formatDiagnostic } from '../../../lib/text/diagnostic.js';
import { saslMechanisms } from '../../../lib/tls/client-sasl.js';
import { parseSecurity } from '../../../lib/tls/security-cnf.js';

function parse(text: string, includes: Readonly<Record<string, string>> = {}) {
  const source = { name: 'config/pmdf/security.cnf', shortName: 'security.cnf', text };
  return parseSecurity(source, (file) => {
    const included = includes[file];
    return included === undefined ? undefined : { name: file, shortName: file, text: included };
  });
}

/** The sections as plain values. */
function sections(text: string, includes?: Readonly<Record<string, string>>): unknown {
  const { value, diagnostics } = parse(text, includes);
  assert.deepEqual(diagnostics.map(formatDiagnostic), []);
  return Object.fromEntries(
    [...value].map(([name, { user, password, mechanisms }]) => [name, [user, password.reveal(), mechanisms]]),
  );
}

describe('parseSecurity', () => {
  const all = saslMechanisms;
  const rows: readonly (readonly [string, string, unknown])[] = [
    ['nothing', '', {}],
    [
      'a section',
      '[CLIENT_AUTH=DEFAULT]\nUSER=jane\nPASSWORD=apples\n',
      { DEFAULT: ['jane', 'apples', all] },
    ],
    [
      'blanks, comments, another case, line ends of another system',
      '! who we are\r\n\r\n[ client_auth = Smart ]\r\n  user = jane doe \r\nPassword= a = b\r\n!PASSWORD=old\r\n',
      { SMART: ['jane doe', 'a = b', all] },
    ],
    [
      'two sections, with mechanisms',
      '[CLIENT_AUTH=a]\nUSER=u\nPASSWORD=p\nMECHANISMS=login, Plain\n[CLIENT_AUTH=b]\nPASSWORD=q\nUSER=v',
      { A: ['u', 'p', ['LOGIN', 'PLAIN']], B: ['v', 'q', all] },
    ],
    [
      'a password that looks like something else',
      '[CLIENT_AUTH=a]\nUSER=u\\\nPASSWORD=[CLIENT_AUTH=b]\\\n',
      { A: ['u\\', '[CLIENT_AUTH=b]\\', all] },
    ],
    ['letters beyond ASCII', '[CLIENT_AUTH=a]\nUSER=jürgen\nPASSWORD=ñ€😀\n', { A: ['jürgen', 'ñ€😀', all] }],
  ];
  for (const [what, text, wanted] of rows)
    it(`reads ${what}`, () => assert.deepEqual(sections(text), wanted));

  it('reads what is included', () => {
    const includes = { 'secrets/a': 'USER=u\nPASSWORD=p\n' };
    assert.deepEqual(sections('[CLIENT_AUTH=a]\n<secrets/a\n', includes), { A: ['u', 'p', all] });
  });

  const wrong: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['[CLIENT_AUTH=a]\nUSER=u\n', ['security/incomplete'], []],
    ['[CLIENT_AUTH=a]\nUSER=u\nPASSWORD=\n', ['security/incomplete'], []],
    ['[CLIENT_AUTH=a]\nUSER=u\nPASSWORD=s\0x\n', ['security/incomplete'], []],
    ['[CLIENT_AUTH=]\nUSER=u\nPASSWORD=sesame\n', ['security/syntax'], []],
    ['[CLIENT_AUTH]\nUSER=u\nPASSWORD=sesame\n', ['security/syntax'], []],
    [
      '[CLIENT_AUTH=a\nUSER=u\nPASSWORD=sesame\n',
      ['security/syntax', 'security/not-read', 'security/not-read'],
      [],
    ],
    ['[CLIENT_AUTH=a]\nUSER u\nPASSWORD=sesame\n', ['security/syntax'], []],
    ['[CLIENT_AUTH=a]\nUSER=u\nPASSWORD=sesame\nPORT=25\n', ['security/option'], []],
    ['[CLIENT_AUTH=a]\nUSER=u\nUSER=v\nPASSWORD=sesame\n', ['security/twice'], []],
    [
      '[CLIENT_AUTH=a]\nUSER=u\nPASSWORD=one\n[CLIENT_AUTH=A]\nUSER=u\nPASSWORD=sesame\n',
      ['security/twice'],
      ['A'],
    ],
    ['[CLIENT_AUTH=a]\nUSER=u\nPASSWORD=sesame\nMECHANISMS=\n', ['security/mechanism'], []],
    ['[CLIENT_AUTH=a]\nUSER=u\nPASSWORD=sesame\nMECHANISMS=PLAIN NTLM\n', ['security/mechanism'], []],
    ['[CLIENT_AUTH=a]\n<sesame\n', ['file/include-missing', 'security/incomplete'], []],
    ['ENABLE=sesame\n[RULESET=x]\nanything=sesame\n', ['security/not-read', 'security/not-read'], []],
  ];
  for (const [text, codes, names] of wrong) {
    it(`finds ${codes.join(', ')} in ${JSON.stringify(text)}`, () => {
      const { value, diagnostics } = parse(text);
      assert.deepEqual(
        diagnostics.map(({ code }) => code),
        codes,
      );
      assert.deepEqual([...value.keys()], names);
      if (!text.includes('<')) {
        for (const one of diagnostics) assert.doesNotMatch(formatDiagnostic(one), /sesame/);
      }
    });
  }

  it('shows no value in any finding, and never throws', () => {
    const line = fc.oneof(
      fc.constantFrom('[CLIENT_AUTH=A]', '[CLIENT_AUTH=', '[X=Y]', '[A', '!', ''),
      fc
        .constantFrom('USER=', 'PASSWORD=', 'PASWORD=', 'MECHANISMS=', 'PASSWORD ', ' =')
        .map((head) => `${head}SECRET`),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), fc.constantFrom('\n', '\r\n', '\\\n'), (lines, end) => {
        const { value, diagnostics } = parse(lines.join(end));
        for (const one of diagnostics) assert.ok(!formatDiagnostic(one).includes('SECRET'));
        assert.ok(
          !inspect(value, { depth: 9 }).includes('SECRET') || lines.some((one) => one === 'USER=SECRET'),
        );
      }),
    );
  });

  it('returns passwords that cannot be printed by accident', () => {
    const password = parse('[CLIENT_AUTH=A]\nUSER=u\nPASSWORD=sesame\n').value.get('A')?.password;
    assert.equal(password?.reveal(), 'sesame');
    const shown = [
      inspect(password, { showHidden: true }),
      JSON.stringify({ password }),
      `${String(password)}`,
    ];
    for (const text of shown) assert.doesNotMatch(text, /sesame/);
  });
});
