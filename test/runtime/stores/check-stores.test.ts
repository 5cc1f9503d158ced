/*
 * LDAP servers that are not stores need the package of their client too, and keywords of SPF that of its library.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OpenDatabases } from '../../../runtime/databases/open-databases.js';
import { loadConfiguration } from '../../../runtime/load-configuration.js';
import { ManualClock } from '../../support/manual-clock.js';

const cnf = `example.com   $U%example.com@DIRECTORY-DAEMON
.             $U%$H@TCP-DAEMON

l
domain.com

tcp_local smtp
TCP-DAEMON

directory
DIRECTORY-DAEMON
`;
const servers = 'LDAP_SERVERS=ldap.domain.com\nLDAP_BASE=o=x\n';

const cases: readonly (readonly [what: string, files: object, found: readonly string[]])[] = [
  [
    'LDAP_HOST',
    { 'option.dat': '! LDAP\nLDAP_HOST=ldap.domain.com\n', directory_option: 'example.com=0\n' },
    ['option.dat the servers of `LDAP_HOST` need the package `ldapts`, which is not installed'],
  ],
  [
    'a directory channel with LDAP',
    { directory_option: `example.com=2\n${servers}` },
    [
      'pmdf.cnf the LDAP servers of the channel `directory` need the package `ldapts`, which is not installed',
    ],
  ],
  [
    'a directory channel with servers that it does not ask',
    { directory_option: `example.com=0\n${servers}` },
    [],
  ],
];

describe('the package of LDAP servers', () => {
  for (const [what, files, expected] of cases) {
    for (const isThere of [false, true]) {
      it(`${what}, ${isThere ? 'installed' : 'not installed'}`, () => {
        const folder = mkdtempSync(join(tmpdir(), 'pmdf-check-'));
        const open = new OpenDatabases(folder, { clock: new ManualClock(), report: () => {} });
        try {
          for (const [name, text] of Object.entries({ 'pmdf.cnf': cnf, ...files })) {
            writeFileSync(join(folder, name), text);
          }
          const { diagnostics } = loadConfiguration(folder, open, { installed: () => isThere });
          const found = diagnostics.filter(({ code }) => code === 'store/no-client');
          assert.deepEqual(
            found.map(({ span, message }) => `${span.source.shortName} ${message}`),
            isThere ? [] : expected,
          );
          for (const { hint } of found) assert.equal(hint, 'npm install ldapts@8');
        } finally {
          open.close();
          rmSync(folder, { recursive: true, force: true });
        }
      });
    }
  }
});

describe('the package that evaluates SPF', () => {
  for (const [keyword, isNeeded] of [
    ['spfhelo', true],
    ['spfmailfrom', true],
    ['spfrcptto', true],
    ['spfnone', false],
  ] as const) {
    it(`${keyword}: ${isNeeded ? 'is needed' : 'is not needed'}`, () => {
      const folder = mkdtempSync(join(tmpdir(), 'pmdf-check-'));
      const open = new OpenDatabases(folder, { clock: new ManualClock(), report: () => {} });
      try {
        const text = `.  $U%$H@TCP-DAEMON\n\nl\ndomain.com\n\ntcp_local smtp ${keyword}\nTCP-DAEMON\n`;
        writeFileSync(join(folder, 'pmdf.cnf'), text);
        const { diagnostics } = loadConfiguration(folder, open, {
          installed: (name) => !name.startsWith('haraka-plugin-spf'),
        });
        const found = diagnostics.filter(({ code }) => code === 'store/no-client');
        assert.deepEqual(
          found.map(({ message, hint }) => [message, hint]),
          isNeeded
            ? [
                [
                  `\`${keyword}\` needs the package \`haraka-plugin-spf\`, which is not installed`,
                  'npm install haraka-plugin-spf',
                ],
              ]
            : [],
        );
      } finally {
        open.close();
        rmSync(folder, { recursive: true, force: true });
      }
    });
  }
});
