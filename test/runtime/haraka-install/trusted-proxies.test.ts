import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lineColumnAt } from '../../../lib/text/places.js';
import { trustedProxies } from '../../../runtime/haraka-install/trusted-proxies.js';

/** The result for some files, as `written line:column addresses`. */
function proxiesOf(files: Readonly<Record<string, string>>): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'pmdf-proxies-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return trustedProxies(folder).map(({ written, addresses, span }) => {
      const { line, column } = lineColumnAt(span.source, span.offset);
      return `${written} ${line}:${column} ${addresses.join(' ')}`;
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Row = readonly [name: string, files: Readonly<Record<string, string>>, expected: readonly string[]];

const rows: readonly Row[] = [
  ['no files', {}, []],
  [
    'hosts and networks of connection.ini, with a comment after a value as part of it',
    {
      'connection.ini':
        '[main]\nhosts[] = 10.9.9.9\n[haproxy]\nhosts[] =\nhosts[] = 10.0.0.5\n hosts[]=10.1.0.0/16\nhosts[]=10.2.0.1 ; a comment\n',
    },
    ['10.0.0.5 5:11 10.0.0.5', '10.1.0.0/16 6:10 10.1.0.0 10.1.255.255'],
  ],
  [
    'IPv6 in brackets',
    { 'connection.ini': '[haproxy]\nhosts[] = [2001:db8::1]\n' },
    ['[2001:db8::1] 2:11 2001:db8::1'],
  ],
  ['what is switched off', { 'connection.ini': '[haproxy]\nenabled=false\nhosts[] = 10.0.0.5\n' }, []],
  ['an invalid address', { 'connection.ini': '[haproxy]\nhosts[] = proxy.domain.com\n' }, []],
  [
    'hosts of the plugin xclient',
    { plugins: 'xclient\n', 'xclient.hosts': '# who\n10.0.0.7\n' },
    ['10.0.0.7 2:1 10.0.0.7'],
  ],
  ['the same without the plugin', { plugins: '# xclient\n', 'xclient.hosts': '10.0.0.7\n' }, []],
];

describe('the proxies of an install', () => {
  for (const [name, files, expected] of rows) it(name, () => assert.deepEqual(proxiesOf(files), expected));
});
