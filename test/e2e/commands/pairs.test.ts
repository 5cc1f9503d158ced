/*
 * Several commands in one packet: none ends the process or another client's session, and each is answered.
 */

import assert from 'node:assert/strict';
import { authPlugins, startAuthGateway } from '../auth/install.js';
import { connect } from '../support/smtp-client.js';
import { PacketClient } from './packet-client.js';
import { playPairs, playXclient } from './pairs.js';

interface Site {
  readonly name: string;
  /** Worker processes; without them everything is in one process. */
  readonly nodes?: number;
  readonly plugins: readonly string[];
}

const sites: readonly Site[] = [
  {
    name: 'TLS and AUTH in a worker',
    nodes: 1,
    plugins: ['tls', 'pmdf/auth', 'rcpt_to.in_host_list', 'queue/discard'],
  },
  { name: 'AUTH alone', plugins: ['pmdf/auth', 'rcpt_to.in_host_list', 'queue/discard'] },
  {
    name: 'all plugins',
    plugins: ['xclient', 'tls', 'pmdf/maytls', ...authPlugins.slice(1), 'pmdf/forward', 'auth/flat_file'],
  },
  {
    name: 'access and forwarding',
    plugins: ['pmdf/access', 'pmdf/forward', 'hasty', 'tls', 'rcpt_to.in_host_list', 'queue/discard'],
  },
];

/** Answers before its hook has ended, which plugins should not do. */
const HASTY = `exports.hook_unrecognized_command = function (next, connection, params) {
  if (params[0] !== 'XHASTY') return next()
  connection.respond(250, 'at once')
  setTimeout(() => next(OK), 30)
}
`;

describe('commands in one packet', function () {
  this.timeout(process.env['PMDF_PAIRS'] === 'all' ? 900_000 : 300_000);

  for (const [index, { name, plugins, nodes }] of sites.entries()) {
    it(`end no session and are all answered: ${name}`, async () => {
      const gateway = await startAuthGateway({
        plugins,
        nodes: nodes ?? 0,
        settings:
          'relaying_channels: [tcp_auth]\nauth: { without_tls: [tcp_stay], failures: 0, forget_seconds: 1 }\n',
        pluginFiles: { 'hasty.js': HASTY },
        config: { 'log.ini': '[main]\nlevel=notice\n' },
      });
      try {
        const bystander = await connect({ port: gateway.port });
        await bystander.ehlo();
        assert.ok((await playPairs(gateway.port, index, sites.length)) > 1_000);
        if (plugins.includes('xclient')) assert.ok((await playXclient(gateway.port)) > 20);
        if (plugins.includes('hasty')) {
          const client = await PacketClient.open(gateway.port, '127.0.0.1');
          const replies = await client.send('XHASTY', 'XHASTY', 'FOO', 'EHLO client.example', 'XHASTY');
          assert.deepEqual(replies, ['250', '250', '500', '250', '250']);
          client.close();
        }
        assert.equal((await bystander.mail('a@client.example')).code, 250);
        await bystander.quit();
        assert.doesNotMatch(
          gateway.log(),
          /CRIT|already running|multiple times|cmd_\w+ failed|worker \S+ (?:killed|exited)/,
        );
      } finally {
        await gateway.stop();
      }
    });
  }
});
