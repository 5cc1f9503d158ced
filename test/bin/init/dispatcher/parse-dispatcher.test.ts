/*
 * dispatcher.cnf: values and their places, includes, mistakes and their places, and that no input makes the reader
 * throw.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { harakaSettings } from '../../../../bin/init/dispatcher/haraka-settings.js';
import { dispatcherOptions } from '../../../../bin/init/dispatcher/options.js';
import { parseDispatcher } from '../../../../bin/init/dispatcher/parse-dispatcher.js';
import { formatDiagnostic } from '../../../../lib/text/diagnostic.js';
import { integerOf } from '../../../../lib/text/index.js';
import type { SourceFile } from '../../../../lib/text/source.js';

function sourceOf(text: string, name = 'dispatcher.cnf'): SourceFile {
  return { name, shortName: name, text };
}

function read(text: string, included: ReadonlyMap<string, string> = new Map()) {
  const file = parseDispatcher(sourceOf(text), (name) => {
    const found = included.get(name);
    return found === undefined ? undefined : sourceOf(found, name);
  });
  const settings = harakaSettings(file.value);
  return {
    file: file.value,
    settings: settings.value,
    findings: [...file.diagnostics, ...settings.diagnostics],
  };
}

describe('dispatcher.cnf', () => {
  it('has the pair of ports of the FAQ: plain SMTP, and TLS from the start', () => {
    const { settings, findings } = read('! SMTP\n[SERVICE=SMTP]\nPORT=25\nTLS_PORT=465\n');
    assert.deepEqual(settings.listeners, [
      { address: null, port: 25, isTls: false },
      { address: null, port: 465, isTls: true },
    ]);
    assert.deepEqual(findings, []);
  });

  it('treats the contents of an included file as its own, the section too', () => {
    const { settings } = read(
      '<services\nPORT=25\n',
      new Map([['services', 'MAX_PROCS=4\n[SERVICE=SMTP]\nUSER=pmdf\n']]),
    );
    assert.deepEqual(settings, {
      listeners: [{ address: null, port: 25, isTls: false }],
      nodes: 4,
      connections: null,
      user: 'pmdf',
      blockLists: [],
      backlog: 40,
      channels: new Map(),
    });
  });

  it('knows the channel of a port', () => {
    const { settings } = read(
      '[SERVICE=SMTP]\nPORT=25\n[SERVICE=SMTP_SUBMIT]\nPORT=587\nTLS_PORT=465\nPARAMETER=CHANNEL=tcp_submit\n',
    );
    assert.deepEqual(
      [...settings.channels],
      [
        [587, 'tcp_submit'],
        [465, 'tcp_submit'],
      ],
    );
  });

  it('knows SMTP services by their name, their program or their port', () => {
    const { settings, findings } = read(
      [
        '[SERVICE=SMTP_SUBMIT]',
        'PORT=2587',
        '[SERVICE=OTHER]',
        'PORT=2525',
        'IMAGE=/pmdf/bin/tcp_smtp_server',
        '[SERVICE=PLAIN]',
        'PORT=25',
        '[SERVICE=IMAP]',
        'PORT=143',
        '[SERVICE=NOT_SMTP]',
        'PORT=25',
        'IMAGE=/pmdf/bin/pop3d',
        '',
      ].join('\n'),
    );
    assert.deepEqual(
      settings.listeners.map(({ port }) => port),
      [2587, 2525, 25],
    );
    assert.deepEqual(
      findings.map(({ message }) => message),
      ['`IMAP` is not an SMTP service and is left out', '`NOT_SMTP` is not an SMTP service and is left out'],
    );
  });

  it('has one address for each service', () => {
    const { settings } = read(
      '[SERVICE=SMTP]\nPORT=25\nINTERFACE_ADDRESS=192.0.2.1\n[SERVICE=SMTP6]\nPORT=25\nINTERFACE_ADDRESS=2001:db8::1\n',
    );
    assert.deepEqual(settings.listeners, [
      { address: '192.0.2.1', port: 25, isTls: false },
      { address: '2001:db8::1', port: 25, isTls: false },
    ]);
  });

  it('names the place of a mistake', () => {
    const { findings } = read('[SERVICE=SMTP]\nPORT=25\n  MAX_PROCS=8%9\n');
    assert.deepEqual(findings.map(formatDiagnostic), [
      [
        'dispatcher.cnf:3:3: error: `MAX_PROCS` must be a number, such as `10` or `16%FF`, not `8%9` [dispatcher/value]',
        '    MAX_PROCS=8%9',
        '    ^^^^^^^^^',
      ].join('\n'),
    ]);
  });

  it('refuses a sixth block list of a service, and keeps the first five', () => {
    const lists = (name: string, count: number): string =>
      `[SERVICE=${name}]\nPORT=25\n${Array.from({ length: count }, (_, at) => `DNS_VERIFY_DOMAIN=${name}${at}.example\n`).join('')}`;
    const five = read(`${lists('SMTP', 5)}${lists('SMTP2', 5)}`);
    assert.deepEqual(
      five.findings.filter(({ severity }) => severity === 'error'),
      [],
    );
    assert.equal(five.settings.blockLists.length, 10);
    const six = read(lists('SMTP', 6));
    assert.deepEqual(
      six.findings.map(({ code, severity, span }) => [
        code,
        severity,
        span.source.text.slice(span.offset).trim(),
      ]),
      [['dispatcher/too-many', 'error', 'DNS_VERIFY_DOMAIN=SMTP5.example']],
    );
    assert.deepEqual(six.settings.blockLists, five.settings.blockLists.slice(0, 5));
  });

  it('says for every option what it becomes, or what replaces it', () => {
    const values = { number: '1', ports: '25', address: '192.0.2.1', text: 'x' } as const;
    for (const { name, kind, counterpart } of dispatcherOptions.values()) {
      const { settings: all, findings } = read(
        `[SERVICE=SMTP]\n${name === 'PORT' ? '' : 'PORT=26\n'}${name}=${values[kind]}\n`,
      );
      // The listen queue is only reported, and depends on several options.
      const settings = { ...all, backlog: null };
      const bare = { ...read('[SERVICE=SMTP]\nPORT=26\n').settings, backlog: null };
      const codes = findings.map(({ code }) => code);
      assert.deepEqual(codes, counterpart.kind === 'none' ? ['dispatcher/no-counterpart'] : [], name);
      if (counterpart.kind === 'used') assert.notDeepEqual(settings, bare, name);
      else assert.deepEqual(settings, bare, name);
    }
  });

  it('never throws, and keeps every place inside the file', () => {
    const word = fc.constantFrom(
      '[SERVICE=SMTP]',
      'PORT',
      'MAX_PROCS',
      '=',
      '25',
      '16%FF',
      '\n',
      '<x',
      '!',
      '\\',
      '[',
      ']',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(word).map((words) => words.join('')),
        ),
        (text) => {
          for (const { span } of read(text).findings) {
            assert.ok(span.offset >= 0 && span.offset <= span.source.text.length);
          }
        },
      ),
    );
  });
});

describe('numbers of option files', () => {
  const numbers: readonly (readonly [string, number | null])[] = [
    ['0', 0],
    ['86400', 86400],
    ['16%FF', 255],
    ['36%z', 35],
    ['2%0', 0],
    ['10%000000000000000000000000000000000000000000000000000000000000042', 42],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
    ['9007199254740992', null],
    ['', null],
    ['%', null],
    ['16%', null],
    ['%FF', null],
    ['1%0', null],
    ['37%1', null],
    ['16%FG', null],
    ['16%16%1', null],
    ['-1', null],
    ['1.5', null],
    ['0x10', null],
    [' 1', null],
  ];
  for (const [text, expected] of numbers) {
    it(`\`${text}\` is ${expected ?? 'none'}`, () => assert.equal(integerOf(text), expected));
  }
  it('are the same in every base', () => {
    const base = fc.integer({ min: 2, max: 36 });
    fc.assert(
      fc.property(
        base,
        fc.nat(),
        (radix, number) => integerOf(`${radix}%${number.toString(radix)}`) === number,
      ),
    );
  });
});
