/*
 * `pmdf explain --live` asks a name server of the test what tables and keywords ask DNS, and shows the question, the answer and what
 * it led to.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DnsServer } from '../support/dns-server.js';
import { CommandFolder } from './support/command-folder.js';
import { commandFile } from './support/command-server.js';

const redirection = `
const { promises } = require('node:dns');
const Resolver = promises.Resolver;
promises.Resolver = class extends Resolver {
  constructor(options) { super(options); this.setServers([process.env.TEST_DNS]); }
};
`;

const tables = `PORT_ACCESS

  TCP|*|*|192.0.2.20|*  $C$[dns_verify,dns_verify_domain_port,192.0.2.20,bl.example,Listed]$E

ORIG_MAIL_ACCESS

  TCP|*|*|192.0.2.22|*|SMTP|*|tcp_local|*|*|*  $C$[check_metermaid,greylisting,grey,$0/$4/$6]$X4.7.1|$NTry$ again$E

MAIL_ACCESS

  TCP|*|*|192.0.2.21|*|SMTP|*|tcp_local|*|*|*  $C$[dns_verify,dns_verify_domain,192.0.2.21,bl.example,Listed]$E

`;

/** What the output must match, by client and sender. */
const rows: readonly (readonly [what: string, client: string, sender: string, ...shown: RegExp[]])[] = [
  [
    'a list in PORT_ACCESS',
    '192.0.2.20',
    'a@pass.example',
    /look-up +list bl\.example +`192\.0\.2\.20` is/,
    /Listed/,
  ],
  [
    'a list in MAIL_ACCESS',
    '192.0.2.21',
    'a@pass.example',
    /look-up +list bl\.example +`192\.0\.2\.21` is/,
    /Listed/,
  ],
  [
    'greylisting, which counts nothing',
    '192.0.2.22',
    'a@pass.example',
    /look-up +counter attempt .*within the limit/,
  ],
  [
    'mailfromdnsverify',
    '192.0.2.23',
    'a@nowhere.example',
    /mail domain +`nowhere\.example` is not found/,
    /550 5\.1\.8/,
  ],
  ['SPF that passes', '192.0.2.23', 'a@pass.example', /spf +`a@pass\.example from 192\.0\.2\.23` is `pass`/],
  ['SPF that fails', '192.0.2.23', 'a@fail.example', /is `fail`/, /550 5\.7\.23 SPF: fail\.example/],
];

describe('pmdf explain --live, and what DNS is asked', function () {
  this.timeout(180_000);
  const command = new CommandFolder();
  let dns: DnsServer;

  before(async () => {
    dns = await DnsServer.start({
      'A 20.2.0.192.bl.example': ['127.0.0.2'],
      'A 21.2.0.192.bl.example': ['127.0.0.2'],
      'A pass.example': ['192.0.2.1'],
      'A fail.example': ['192.0.2.1'],
      'TXT pass.example': ['v=spf1 +all'],
      'TXT fail.example': ['v=spf1 -all'],
    });
    writeFileSync(command.path('redirect.js'), redirection);
    const example = (name: string): string => readFileSync(join(__dirname, '../../../config', name), 'utf8');
    for (const [folder, shadow] of [
      ['asking', ''],
      ['shadowed', 'shadow: { channels: [tcp_local] }\n'],
    ] as const) {
      const path = join(command.path(folder), 'pmdf');
      mkdirSync(path, { recursive: true });
      const cnf = example('pmdf.cnf').replace('remotehost maytls', '$& mailfromdnsverify spfmailfrom');
      writeFileSync(join(path, 'pmdf.cnf'), cnf);
      writeFileSync(join(path, 'mappings'), `${tables}${example('mappings')}`);
      writeFileSync(join(path, 'general.txt'), example('general.txt'));
      const settings = `reverse_timeout: 0.5\ndatabases: { general: general.txt }\nmetermaid: { grey: { type: greylisting } }\n${shadow}`;
      writeFileSync(join(path, 'pmdf.yaml'), settings);
    }
  });
  after(() => dns.close());

  function run(folder: string, client: string, sender: string): Promise<string> {
    const session = ['--client', client, '--from', sender, '--to', 'bob@domain.com', '--live'];
    const words = ['--require', command.path('redirect.js'), commandFile, 'explain', ...session];
    const env = { PATH: process.env['PATH'], TEST_DNS: dns.address };
    return new Promise((resolve) => {
      execFile(
        process.execPath,
        [...words, '--config', command.path(folder)],
        { cwd: command.path('.'), env },
        (_, stdout, stderr) => resolve(stdout + stderr),
      );
    });
  }

  for (const [what, client, sender, ...shown] of rows)
    it(`shows ${what}`, async () => {
      const output = await run('asking', client, sender);
      for (const one of shown) assert.match(output, one);
    });

  it('shows what SPF would refuse, in shadow', async () => {
    const output = await run('shadowed', '192.0.2.23', 'a@fail.example');
    assert.match(output, /spfmailfrom would reject: 550 5\.7\.23/);
    assert.match(output, /from <a@fail\.example>\n +verdict +accept/);
  });
});
