import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SequenceFiles, type SequenceRequest } from '../../../runtime/databases/sequence-files.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

describe('sequence-files', () => {
  const folder = temporaryFolder();

  function next(file: string, extra: Partial<SequenceRequest> = {}, further: string[] = []): string {
    const request: SequenceRequest = { kind: 'sequence', file, radix: 10, width: 0, modulus: null, ...extra };
    const answer = new SequenceFiles(folder.path('pmdf'), further).next(request);
    return answer.kind === 'found' ? answer.value : answer.kind;
  }

  beforeEach(() => void folder.write('pmdf/mappings', ''));

  it('counts from one, and continues from the last number', () => {
    assert.deepEqual([next('seq'), next('seq'), next('other'), next('PMDF_TABLE:seq')], ['1', '2', '1', '3']);
    assert.deepEqual(readdirSync(folder.path('pmdf/seq.sequence')), ['3']);
    assert.deepEqual(readdirSync(folder.path('pmdf')).sort(), ['mappings', 'other.sequence', 'seq.sequence']);
  });

  it('begins with the number in an existing file', () => {
    folder.write('pmdf/seq', ' 41\n');
    assert.deepEqual([next('seq'), next('seq')], ['42', '43']);
  });

  it('shows numbers in radix, width and modulus', () => {
    folder.write('pmdf/seq.sequence/35', '');
    assert.equal(next('seq', { radix: 36, width: 4 }), '0010');
    assert.equal(next('seq', { radix: 16 }), '25');
    assert.equal(next('seq', { modulus: 19 }), '0');
    assert.equal(next('seq', { modulus: 19, width: 3 }), '001');
    folder.write('pmdf/hex.sequence/254', '');
    assert.equal(next('hex', { radix: 16 }), 'FF');
  });

  it('answers failed if it cannot count', () => {
    folder.write('pmdf/text', 'seventeen');
    folder.write('pmdf/two.sequence/1', '');
    folder.write('pmdf/two.sequence/2', '');
    folder.write('pmdf/odd.sequence/x', '');
    folder.write('pmdf/no-folder.sequence', '');
    const wrong: [string, Partial<SequenceRequest>][] = [
      ['text', {}],
      ['two', {}],
      ['odd', {}],
      ['no-folder', {}],
      ['no/such/folder', {}],
      ['a\0b', {}],
      ['seq', { radix: 1 }],
      ['seq', { radix: 37 }],
      ['seq', { modulus: 0 }],
      ['seq', { width: 1e9 }],
    ];
    for (const [file, extra] of wrong) assert.equal(next(file, extra), 'failed', file);
  });

  it('stays inside its folders', () => {
    const queue = folder.path('queue');
    folder.write('queue/mail', '');
    assert.equal(next('../seq'), 'failed');
    assert.equal(next('..'), 'failed');
    assert.equal(next(''), 'failed');
    assert.equal(next(join(queue, 'seq')), 'failed');
    assert.equal(next(join(queue, 'seq'), {}, [queue]), '1');
    assert.equal(next('/pmdf/table/seq'), '1');
  });

  it('gives no number twice to several processes', async () => {
    const script = join(__dirname, '../../support/take-numbers.js');
    const run = promisify(execFile);
    const workers = Array.from({ length: 4 }, () =>
      run(process.execPath, [script, folder.path('pmdf'), 'seq', '100']),
    );
    const numbers = (await Promise.all(workers)).flatMap(({ stdout }) =>
      stdout.trim().split('\n').map(Number),
    );
    numbers.sort((one, other) => one - other);
    assert.deepEqual(
      numbers,
      Array.from({ length: 400 }, (_, index) => index + 1),
    );
  });
});
