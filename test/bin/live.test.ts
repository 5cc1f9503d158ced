/*
 * `pmdf explain --live`: the name of a client from DNS, answered by a name server of the test; and that DNS is not used
 * without the option.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DnsServer } from '../support/dns-server.js';
import { CommandFolder } from './support/command-folder.js';
import { commandFile } from './support/command-server.js';

/** Makes every resolver of the process use the name server of the test. */
const redirection = `
const { promises } = require('node:dns');
const Resolver = promises.Resolver;
promises.Resolver = class extends Resolver {
  constructor(options) { super(options); this.setServers([process.env.TEST_DNS]); }
};
`;

const table = {
  'PTR 7.2.0.192.in-addr.arpa': ['pc.sub.domain.com'],
  'A pc.sub.domain.com': ['192.0.2.7'],
  'PTR 8.2.0.192.in-addr.arpa': ['forged.sub.domain.com'],
  'A forged.sub.domain.com': ['192.0.2.99'],
  'PTR 10.2.0.192.in-addr.arpa': 'failure',
  'PTR 11.2.0.192.in-addr.arpa': 'silence',
} as const;

describe('pmdf explain --live', function () {
  this.timeout(180_000);
  const command = new CommandFolder();
  let dns: DnsServer;

  before(async () => {
    dns = await DnsServer.start(table);
    writeFileSync(command.path('redirect.js'), redirection);
    writeFileSync(join(command.path('site'), 'pmdf', 'pmdf.yaml'), 'reverse_timeout: 0.5\n');
  });
  after(() => dns.close());

  /** Runs the command without blocking the name server. */
  function run(...words: readonly string[]): Promise<string> {
    const all = ['--require', command.path('redirect.js'), commandFile, 'explain', ...words];
    const env = { PATH: process.env['PATH'], TEST_DNS: dns.address };
    return new Promise((resolve, reject) => {
      const child = execFile(
        process.execPath,
        all,
        { cwd: command.path('.'), env },
        (error, stdout, stderr) =>
          stderr === '' || error?.code === 64 ? resolve(stdout + stderr) : reject(new Error(stderr)),
      );
      child.stdin?.end(
        '--to bob@domain.com --live\n{"to": "bob@domain.com", "client": "192.0.2.9", "live": true}\n',
      );
    });
  }

  const envelope = ['--from', 'a@b.example', '--to', 'bob@domain.com'];

  const names: readonly (readonly [string, string, string, object, string])[] = [
    [
      'a name that leads back, which switches the channel',
      '192.0.2.7',
      'config',
      { live: true, kind: 'confirmed', name: 'pc.sub.domain.com', cause: null },
      'tcp_internal',
    ],
    [
      'a name that leads elsewhere, which does not',
      '192.0.2.8',
      'config',
      {
        live: true,
        kind: 'unconfirmed',
        name: 'forged.sub.domain.com',
        cause: 'the name has other addresses',
      },
      'tcp_local',
    ],
    [
      'no name',
      '192.0.2.9',
      'config',
      { live: true, kind: 'none', name: null, cause: 'the address has no name' },
      'tcp_local',
    ],
    [
      'a name server that fails',
      '192.0.2.10',
      'config',
      { live: true, kind: 'none', name: null, cause: 'the look-up of the address failed: ESERVFAIL' },
      'tcp_local',
    ],
    [
      'a name server that keeps silent, until the time limit',
      '192.0.2.11',
      'site',
      { live: true, kind: 'none', name: null, cause: 'no answer within 500 ms' },
      'tcp_local',
    ],
  ];
  for (const [what, client, config, reverse, channel] of names) {
    it(`finds ${what}`, async () => {
      const report = JSON.parse(
        await run('--live', '--client', client, '--config', config, ...envelope, '--json'),
      );
      assert.deepEqual(report.client.reverse, reverse);
      assert.equal(report.client.channel, channel);
      assert.equal(
        report.client.name,
        'kind' in reverse && reverse.kind === 'confirmed' ? 'pc.sub.domain.com' : null,
      );
    });
  }

  it('says it in the text', async () => {
    assert.match(
      await run('--live', '--client', '192.0.2.7', ...envelope),
      /name +pc\.sub\.domain\.com, confirmed: it resolves to 192\.0\.2\.7\n/,
    );
    assert.match(
      await run('--live', '--client', '192.0.2.8', ...envelope),
      /name +forged\.sub\.domain\.com, not confirmed: the name has other addresses\n/,
    );
    assert.match(
      await run('--live', '--client', '192.0.2.9', ...envelope),
      /name +none: the address has no name\n/,
    );
  });

  it('looks up each line of standard input that requests it', async () => {
    const { results } = JSON.parse(await run('--client', '192.0.2.7', '--from', '', '-', '--json'));
    assert.deepEqual(
      results.map((one: { client: { channel: string } }) => one.client.channel),
      ['tcp_internal', 'tcp_local'],
    );
  });

  it('looks up nothing if the channel needs no names', async () => {
    const before = dns.questions.length;
    writeFileSync(
      join(command.path('site'), 'pmdf', 'pmdf.cnf'),
      'domain.com $U@domain.com\n. $U%$H@TCP-DAEMON\n\nl\ndomain.com\n\ntcp_local smtp switchchannel identnonenumeric\nTCP-DAEMON\n',
    );
    writeFileSync(join(command.path('site'), 'pmdf', 'mappings'), '');
    const report = JSON.parse(
      await run('--live', '--client', '192.0.2.7', '--config', 'site', ...envelope, '--json'),
    );
    assert.equal(report.client.reverse.cause, '`tcp_local` looks up no names');
    assert.equal(dns.questions.length, before);
  });

  it('excludes a name that is given', async () => {
    assert.match(
      await run('--live', '--name', 'x.example', '--client', '192.0.2.7', ...envelope),
      /exclude each other/,
    );
  });

  it('is the only way to DNS', async () => {
    const before = dns.questions.length;
    const report = JSON.parse(await run('--client', '192.0.2.7', ...envelope, '--json'));
    assert.deepEqual(report.client.reverse, {
      live: false,
      kind: 'none',
      name: null,
      cause: 'none is given',
    });
    assert.equal(dns.questions.length, before);
  });
});
