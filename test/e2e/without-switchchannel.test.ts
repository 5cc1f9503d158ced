/*
 * A configuration without `switchchannel`, where the Tech Tip begins: strangers and internal clients come in on one
 * channel.
 */

import assert from 'node:assert/strict';
import { type Gateway, startGateway } from './support/gateway.js';
import { connect } from './support/smtp-client.js';

const cnf = `domain.com  $U@domain.com
.           $U%$H@TCP-DAEMON

l
domain.com

tcp_local smtp single_sys mx
TCP-DAEMON
`;

const routed = [
  '"v@evil.org"@domain.com',
  'v%evil.org@domain.com',
  'v%evil@domain.com',
  'evil!v@domain.com',
  '@domain.com:v@evil.org',
];

async function codes(gateway: Gateway, recipients: readonly string[]): Promise<readonly number[]> {
  const client = await connect({ port: gateway.port, localAddress: '127.0.2.1' });
  await client.ehlo();
  await client.mail('a@client.example');
  const replies: number[] = [];
  for (const to of recipients) replies.push((await client.rcpt(to)).code);
  await client.quit();
  return replies;
}

describe('a gateway without switchchannel', () => {
  let gateway: Gateway;
  afterEach(() => gateway?.stop());

  it('does not start as an open relay unless the settings allow that', async () => {
    const options = { cnf, mappings: '! none\n', delivery: () => '' };
    await assert.rejects(startGateway(options), (error: Error) => {
      assert.match(error.message, /error: this is an open relay: .*\[lint\/open-relay\]/);
      assert.match(error.message, /set `open_relay: allowed` in pmdf\.yaml/);
      return true;
    });
  });

  it('refuses hidden routing, and says at start that it is an open relay', async () => {
    gateway = await startGateway({ cnf, mappings: '! none\n', delivery: () => 'open_relay: allowed\n' });
    assert.deepEqual(
      await codes(gateway, routed),
      routed.map(() => 550),
    );
    assert.deepEqual(
      await codes(gateway, ['bob@domain.com', '"us er"@domain.com', 'bob+tag@domain.com']),
      [250, 250, 250],
    );
    assert.match(gateway.log(), /\[lint\/open-relay\]/);
    assert.match(gateway.log(), /give `tcp_local` the keyword `switchchannel`/);
  });

  it('accepts no outside recipient if no table is consulted', async () => {
    gateway = await startGateway({
      plugins: ['pmdf/deliver', 'queue/smtp_forward'],
      cnf: cnf.replace('@TCP-DAEMON', '@TCP-OUT').concat('\ntcp_out smtp mx\nTCP-OUT\n'),
      mappings: '! none\n',
      delivery: () => 'open_relay: allowed\n',
    });
    assert.deepEqual(await codes(gateway, ['v@evil.org', ...routed, 'bob@domain.com']), [
      550,
      ...routed.map(() => 550),
      250,
    ]);
  });
});
