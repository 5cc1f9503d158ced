/*
 * Certificate files: which are used, and that no text makes the reader throw. The cases of reported findings are in
 * test/diagnostics/cases/tls.txt.
 */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { findCertificates } from '../../../runtime/certificates/certificate-files.js';
import { readPem } from '../../../runtime/certificates/certificates.js';
import { readTlsIni } from '../../../runtime/haraka-install/tls-ini.js';
import { parseCases } from '../../diagnostics/parse-cases.js';
import { projectRoot } from '../../support/project-root.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const now = Date.parse('2027-01-01T00:00:00Z');
const written = parseCases(readFileSync(join(projectRoot, 'test/diagnostics/cases/tls.txt'), 'utf8'));

function pem(code: string, name: string): string {
  return written.find((one) => one.code === code)?.files.get(name) ?? '';
}

const key = pem('tls/chain-order', 'server-priv.pem');
const chain = pem('tls/chain-order', 'server-pub.pem');

describe('findCertificates', () => {
  const folder = temporaryFolder();

  function install(name: string, files: Readonly<Record<string, string>>): string {
    const config = join(folder.path(name), 'config');
    mkdirSync(join(config, 'pmdf'), { recursive: true });
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(config, file)), { recursive: true });
      writeFileSync(join(config, file), text, { mode: 0o600 });
    }
    return config;
  }

  it('finds nothing in an empty install, without a diagnostic', () => {
    const { value, diagnostics } = findCertificates(install('empty', {}), now);
    assert.deepEqual(value.usual, []);
    assert.deepEqual(diagnostics, []);
  });

  it("uses PMDF's complete pair before Haraka's", () => {
    const { value } = findCertificates(
      install('both', {
        'pmdf/server-priv.pem': key,
        'pmdf/server-pub.pem': chain,
        'tls_key.pem': pem('tls/expired', 'server-priv.pem'),
        'tls_cert.pem': pem('tls/expired', 'server-pub.pem'),
      }),
      now,
    );
    assert.equal(value.usual.length, 1);
    assert.deepEqual(value.usual[0]?.names, ['mail.domain.com']);
    assert.equal(value.usual[0]?.chain.match(/BEGIN CERTIFICATE/g)?.length, 3);
  });

  it("uses the pairs that Haraka's tls.ini names", () => {
    const { value } = findCertificates(
      install('ini', {
        'tls.ini': 'key[]=a.key\ncert[]=a.pem\nkey[]=b.pem\ncert[]=b.pem\n[other]\nkey=c.key\n',
        'a.key': key,
        'a.pem': chain,
        'b.pem': pem('tls/expires-soon', 'server-priv.pem') + pem('tls/expires-soon', 'server-pub.pem'),
      }),
      now,
    );
    assert.equal(value.usual.length, 2);
  });

  it('finds the key for each certificate of config/tls, and never stops for one of them', () => {
    const { value, diagnostics } = findCertificates(
      install('names', {
        'tls/one.key': key,
        'tls/sub/one.pem': chain,
        'tls/two.pem': pem('tls/expired', 'server-pub.pem'),
      }),
      now,
    );
    assert.deepEqual([...value.byName.keys()], ['mail.domain.com']);
    assert.ok(diagnostics.some(({ code }) => code === 'tls/incomplete'));
    assert.ok(diagnostics.every(({ severity }) => severity === 'warning'));
  });
});

describe('readPem', () => {
  it('never throws, and keeps places within the text', () => {
    const pieces = fc.constantFrom(
      '-----BEGIN CERTIFICATE-----',
      '-----END CERTIFICATE-----',
      '\n',
      'MIIB',
      key,
      chain,
      '-----BEGIN PRIVATE KEY-----',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 8 }), (parts) => {
        const text = parts.join('');
        const { diagnostics } = readPem({ name: 'x.pem', shortName: 'x.pem', text });
        for (const { span } of diagnostics) assert.ok(span.offset + span.length <= text.length);
      }),
      { numRuns: 100 },
    );
  });
});

describe('readTlsIni', () => {
  it("uses Haraka's default names", () => {
    assert.deepEqual(readTlsIni('/nowhere'), {
      keys: ['tls_key.pem'],
      certificates: ['tls_cert.pem'],
    });
  });
});

describe('a pair under another spelling', () => {
  const folder = temporaryFolder();

  for (const [names, told] of [
    [
      ['server_pub.pem', 'server_priv.pem'],
      ['server_pub.pem', 'server_priv.pem'],
    ],
    [['Server-Pub.PEM'], ['Server-Pub.PEM']],
    [['server_pub.pem', 'server-pub.pem', 'server-priv.pem'], []],
    [['server_public.pem'], []],
  ] as const) {
    it(`${names.join(' and ')}: ${told.length === 0 ? 'nothing' : 'the name'} is told`, () => {
      for (const name of names) folder.write(`config/pmdf/${name}`, '');
      const { diagnostics } = findCertificates(folder.path('config'), now);
      assert.deepEqual(
        diagnostics.filter(({ code }) => code === 'tls/misnamed').map(({ span }) => span.source.shortName),
        told,
      );
    });
  }
});
