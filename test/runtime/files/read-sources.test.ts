import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import { execFileSync } from 'node:child_process';
import { chmodSync, closeSync, ftruncateSync, mkdirSync, openSync } from 'node:fs';
import * as fc from 'fast-check';
import { formatDiagnostic } from '../../../lib/text/diagnostic.js';
import { readLogicalLines } from '../../../lib/text/logical-lines.js';
import { lineColumnAt } from '../../../lib/text/places.js';
import { largestSource, readSourceFile, SourceReader } from '../../../runtime/files/read-sources.js';
import type { ReadSource } from '../../../runtime/files/read-text.js';
import { firstBadOctet } from '../../../runtime/files/utf8.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

function textOf(outcome: ReadSource): string {
  assert.equal(outcome.kind, 'read');
  return outcome.kind === 'read' ? outcome.source.text : '';
}

function codeOf(outcome: ReadSource): string {
  return outcome.kind === 'read' ? 'read' : `${outcome.kind} ${outcome.diagnostic.code}`;
}

describe('read-sources', () => {
  const folder = temporaryFolder();

  it('names a file relative to the install and to config/pmdf', () => {
    folder.write('config/pmdf/mappings', 'TABLE\n');
    const outcome = new SourceReader(folder.path('config/pmdf')).read('mappings');
    assert.ok(outcome.kind === 'read');
    assert.equal(outcome.source.name, 'config/pmdf/mappings');
    assert.equal(outcome.source.shortName, 'mappings');
  });

  it('names a file elsewhere by its path', () => {
    const path = folder.write('elsewhere/rules', 'x');
    const outcome = new SourceReader(folder.path('install/config/pmdf')).read(path);
    assert.ok(outcome.kind === 'read');
    assert.deepEqual([outcome.source.name, outcome.source.shortName], [path, path]);
  });

  it('removes a byte order mark and keeps everything else', () => {
    const path = folder.write('a', Buffer.from('\ufeffgrün\r\nx\ufeffy', 'utf8'));
    assert.equal(textOf(readSourceFile(path, 'a')), 'grün\r\nx\ufeffy');
  });

  const encodings: [string, number[], number, number][] = [
    ['a lone octet of Latin-1', [0x61, 0x0a, 0xc3, 0xbc, 0xe9, 0x62], 2, 2],
    ['a sequence cut short by the end', [0x61, 0xe2, 0x82], 1, 2],
    ['a sequence cut short by a letter', [0xe2, 0x82, 0x61], 1, 1],
    ['an overlong slash', [0x0a, 0x0a, 0x61, 0xc0, 0xaf], 3, 2],
    ['a surrogate', [0xed, 0xa0, 0x80], 1, 1],
    ['beyond Unicode', [0xf0, 0x9f, 0x98, 0x80, 0xf4, 0x90, 0x80, 0x80], 1, 2],
    ['after a real U+FFFD', [0xef, 0xbf, 0xbd, 0xff], 1, 2],
    ['UTF-16', [0xff, 0xfe, 0x61, 0x00], 1, 1],
  ];
  for (const [name, octets, line, column] of encodings) {
    it(`finds the place of the first bad octet: ${name}`, () => {
      const path = folder.write('bad', Uint8Array.from(octets));
      const outcome = readSourceFile(path, 'bad');
      assert.ok(outcome.kind === 'unreadable');
      const { code, span } = outcome.diagnostic;
      assert.equal(code, 'file/encoding');
      assert.deepEqual(lineColumnAt(span.source, span.offset), { line, column });
    });
  }

  it('finds the place in any octets', () => {
    const octets = fc.array(fc.constantFrom(0x61, 0x80, 0xbf, 0xc3, 0xe2, 0x82, 0xf0, 0x9f, 0x98, 0xff), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(octets, (all) => {
        const bytes = Uint8Array.from(all);
        let valid = bytes.length;
        while (!isUtf8(bytes.subarray(0, valid))) valid -= 1;
        assert.equal(firstBadOctet(bytes), valid === bytes.length ? null : valid);
      }),
    );
  });

  it('shows the line of a bad octet', () => {
    const path = folder.write('bad', Uint8Array.from([0x61, 0x62, 0xe9, 0x63]));
    const outcome = readSourceFile(path, 'bad', 'config/pmdf/bad');
    assert.ok(outcome.kind === 'unreadable');
    const [first, second] = formatDiagnostic(outcome.diagnostic).split('\n');
    assert.equal(
      first,
      'config/pmdf/bad:1:3: error: the octet E9 (hexadecimal) is not valid UTF-8 here [file/encoding]',
    );
    assert.equal(second, '  ab\ufffdc');
  });

  it('distinguishes a missing file from one that cannot be read', () => {
    mkdirSync(folder.path('folder'));
    execFileSync('mkfifo', [folder.path('pipe')]);
    assert.equal(codeOf(readSourceFile(folder.path('none'), 'none')), 'missing file/missing');
    assert.equal(codeOf(readSourceFile(folder.path('none/of/them'), 'none')), 'missing file/missing');
    assert.equal(codeOf(readSourceFile(folder.path('folder'), 'folder')), 'unreadable file/not-a-file');
    assert.equal(codeOf(readSourceFile(folder.path('pipe'), 'pipe')), 'unreadable file/not-a-file');
    assert.equal(codeOf(readSourceFile('a\0b', 'nul')), 'unreadable file/missing');
    const path = folder.write('closed', 'x');
    chmodSync(path, 0);
    // Root can read everything.
    const expected = process.getuid?.() === 0 ? 'read' : 'unreadable file/missing';
    assert.equal(codeOf(readSourceFile(path, 'closed')), expected);
  });

  it('does not read a file that is too large', () => {
    const fd = openSync(folder.path('large'), 'w');
    ftruncateSync(fd, largestSource + 1);
    closeSync(fd);
    assert.equal(codeOf(readSourceFile(folder.path('large'), 'large')), 'unreadable file/too-large');
  });

  it('reads a file that does not report its size', () => {
    assert.match(textOf(readSourceFile('/proc/self/status', 'status')), /^Name:/);
  });

  it('finds files by the spellings of PMDF', () => {
    folder.write('config/pmdf/internet.rules', 'rules');
    folder.write('config/pmdf/lists/Staff', 'staff');
    const reader = new SourceReader(folder.path('config/pmdf'));
    const cases: [string, string][] = [
      ['internet.rules', 'rules'],
      ['PMDF_TABLE:internet.rules', 'rules'],
      ['pmdf_table:INTERNET.RULES;3', 'rules'],
      ['PMDF_TABLE:internet.rules;', 'rules'],
      ['PMDF_ROOT:[TABLE]internet.rules', 'rules'],
      ['/pmdf/table/internet.rules', 'rules'],
      ['lists/Staff', 'staff'],
      ['PMDF_TABLE:lists/Staff.', 'staff'],
      ['PMDF_ROOT:[TABLE.LISTS]Staff.;1', 'staff'],
      ['PMDF_ROOT:internet.rules', 'rules'],
      ['IMTA_TABLE:internet.rules', 'rules'],
      ['imta_table:lists/Staff', 'staff'],
      ['IMTA_ROOT:imta/config/internet.rules', 'rules'],
      ['/pmdf/table/lists/Staff', 'staff'],
      ['/opt/sun/comms/messaging64/config/internet.rules', 'rules'],
      ['/opt/sun/comms/messaging/config/internet.rules', 'rules'],
      ['/opt/SUNWmsgsr/imta/config/internet.rules', 'rules'],
      ['/opt/SUNWmsgsr/config/lists/Staff', 'staff'],
      ['/etc/opt/SUNWmsgsr/config/internet.rules', 'rules'],
      ['/etc/opt/SUNWmail/imta/internet.rules', 'rules'],
      ['/var/opt/sun/comms/messaging64/config/internet.rules', 'rules'],
      ['/usr/iplanet/server5/msg-tango/table/internet.rules', 'rules'],
      ['/usr/iplanet/server5/msg-tango/imta/config/internet.rules', 'rules'],
      ['/opt/oracle/comms/messaging64/config/internet.rules', 'rules'],
      [folder.path('config/pmdf/lists/Staff'), 'staff'],
    ];
    folder.write('config/pmdf/config/x', 'deep');
    cases.push(['/pmdf/table/config/x', 'deep']);
    for (const name of [
      '/pmdf/www/config/internet.rules',
      '/srv/config/internet.rules',
      'OTHER:internet.rules',
    ])
      assert.equal(codeOf(reader.read(name)), 'missing file/missing', name);
    for (const [written, text] of cases) assert.equal(textOf(reader.read(written)), text, written);
  });

  it('resolves includes, remembers every path, and says why one could not be read', () => {
    folder.write('config/pmdf/pmdf.cnf', '<internet.rules\n<absent\n<broken\nlast line\n');
    folder.write('config/pmdf/internet.rules', 'rule one\n');
    folder.write('config/pmdf/broken', Uint8Array.from([0xff]));
    const reader = new SourceReader(folder.path('config/pmdf'));
    const outcome = reader.read('pmdf.cnf');
    assert.ok(outcome.kind === 'read');
    const { value, diagnostics } = readLogicalLines(outcome.source, reader.readInclude);
    assert.deepEqual(
      value.map((line) => line.text),
      ['rule one', 'last line'],
    );
    assert.deepEqual(
      diagnostics.map((one) => one.code),
      ['file/include-missing', 'file/include-missing'],
    );
    assert.deepEqual(
      reader.diagnostics.map((one) => one.code),
      ['file/encoding'],
    );
    assert.deepEqual(
      [...reader.paths],
      ['pmdf.cnf', 'internet.rules', 'absent', 'broken'].map((one) => folder.path(`config/pmdf/${one}`)),
    );
  });
});
