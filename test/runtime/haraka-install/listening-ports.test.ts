import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listeningPorts } from '../../../runtime/haraka-install/listening-ports.js';

function portsOf(files: Readonly<Record<string, string>>): readonly number[] | null {
  const folder = mkdtempSync(join(tmpdir(), 'pmdf-ports-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return listeningPorts(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const rows: readonly (readonly [string, Readonly<Record<string, string>>, readonly number[] | null])[] = [
  ['no smtp.ini', {}, null],
  ['neither listen nor port', { 'smtp.ini': 'nodes=2\n' }, [25]],
  ['an empty listen', { 'smtp.ini': 'listen=\n' }, [25]],
  ['several listeners', { 'smtp.ini': 'listen=[::0]:587 , 192.0.2.1:25,[::0]:25\n' }, [25, 587]],
  ['a listener without a port', { 'smtp.ini': 'listen=192.0.2.1,[::1]\n' }, [25]],
  ['a port', { 'smtp.ini': 'port=2525\n' }, [2525]],
  ['a port beside listeners', { 'smtp.ini': 'listen=[::0]:587\nport=25\n' }, [25, 587]],
  ['any free port', { 'smtp.ini': 'listen=127.0.0.1:0\n' }, null],
  ['a listener that cannot be read', { 'smtp.ini': 'listen=::1:25\n' }, null],
  ['a port that is not a number', { 'smtp.ini': 'port=smtp\n' }, null],
  [
    'a proxy',
    { 'smtp.ini': 'listen=[::0]:25\n', 'connection.ini': '[haproxy]\nhosts[] = 192.0.2.1\n' },
    null,
  ],
];

describe('the ports that Haraka listens on', () => {
  for (const [what, files, expected] of rows) it(what, () => assert.deepEqual(portsOf(files), expected));
});
