import assert from 'node:assert/strict';
import { errorAt, warningAt } from '../../lib/text/diagnostic.js';
import { octetSource, octetsOf } from '../../lib/text/octet-source.js';
import type { SourceFile } from '../../lib/text/source.js';
import { Packer, Unpacker } from '../../runtime/carried-sources.js';
import { missingFile, type ReadSource } from '../../runtime/files/read-text.js';

const octets = new Uint8Array(new SharedArrayBuffer(4));
octets.set(Buffer.from('a\nb\n'));
const large = octetSource({ name: 'config/pmdf/mappings', shortName: 'mappings' }, octets);
const small: SourceFile = { name: 'config/pmdf/x.opt', shortName: 'x.opt', text: 'ä' };
const included: SourceFile = { ...small, includedFrom: { source: large, offset: 2, length: 1 } };

describe('carried-sources', () => {
  it('gives findings as they were', () => {
    const findings = [
      errorAt({ source: large, offset: 0, length: 1 }, 'file/cut', 'no', { hint: 'yes' }),
      warningAt({ source: included, offset: 0, length: 1 }, 'file/cut', 'no', {
        related: [{ message: 'here', span: { source: small, offset: 0, length: 0 } }],
      }),
      { ...errorAt({ source: small, offset: 0, length: 1 }, 'file/cut', 'no'), leftOut: 3 },
    ];
    const carried = structuredClone(findings.map(new Packer().diagnostic));
    assert.deepEqual(carried.map(new Unpacker().diagnostic), findings);
  });

  it('gives files as they were, and shares the octets of large ones', () => {
    const files = new Map([
      ['/large', { source: large, mark: '1' }],
      ['/small', { source: included, mark: '2' }],
    ]);
    const got = new Unpacker().files(structuredClone(new Packer().files(files)));
    assert.deepEqual(got, files);
    const source = got.get('/large')?.source;
    assert.ok(source !== undefined);
    assert.equal(octetsOf(source)?.buffer.byteLength, 4);
    octets[0] = 0x63;
    assert.equal(octetsOf(source)?.[0], 0x63);
    octets[0] = 0x61;
    assert.equal(got.get('/small')?.source.includedFrom?.source, source);
  });

  it('gives why files could not be read as it was', () => {
    const missing: ReadSource = missingFile(small);
    assert.deepEqual(new Unpacker().outcome(structuredClone(new Packer().outcome(missing))), missing);
  });
});
