/*
 * Servers that accepted their recipients at RCPT and are silent at DATA: their times do not add up, the others get the message,
 * and the queue has it for the silent ones.
 */
import assert from 'node:assert/strict';
import path from 'node:path';
import { sampleMessage } from './support/deliver.js';
import { exampleFile, startGateway } from './support/gateway.js';
import { recipientsInFile } from './support/queue-file.js';
import { connect } from './support/smtp-client.js';
import { startTurningServer } from './support/turning-server.js';

const BOB = 'bob@domain.com';

for (const count of [1, 2, 3]) {
  for (const hasGood of [true, false]) {
    const others = hasGood ? 'the others get the message' : 'nobody gets the message, which the client keeps';
    it(`${count} of the servers turn silent before DATA: ${others}`, async () => {
      const servers = await Promise.all(Array.from({ length: count }, startTurningServer));
      const names = servers.map((_, at) => `turning${at}`);
      const gateway = await startGateway({
        cnf: names
          .map((name) => `${name}.test $U@${name}.test@${name.toUpperCase()}-DAEMON\n`)
          .join('')
          .concat(exampleFile('pmdf.cnf'))
          .concat(...names.map((name) => `\ntcp_${name} smtp mx\n${name.toUpperCase()}-DAEMON\n`)),
        delivery: (ports) =>
          `delivery:
  l: { method: through, next_hop: '127.0.0.1:${ports.l}' }
  tcp_internal: queue
  tcp_local: queue
`.concat(
            ...names.map(
              (name, at) =>
                `  tcp_${name}: { method: through, next_hop: '127.0.0.1:${servers[at]?.port}' }\n`,
            ),
          ),
        config: { 'pmdf/deliver.timeout': '6\n' },
      });
      try {
        const silent = names.map((name) => `x@${name}.test`);
        const client = await connect({ port: gateway.port, localAddress: '127.0.2.1' });
        await client.ehlo();
        assert.equal((await client.mail('a@client.example')).code, 250);
        for (const one of hasGood ? [...silent, BOB] : silent)
          assert.equal((await client.rcpt(one)).code, 250);
        for (const server of servers) server.turnSilent();
        const data = await client.data(sampleMessage('turned'));
        await client.quit();
        assert.ok(servers.every(({ silentConnections }) => silentConnections > 0));
        assert.doesNotMatch(gateway.log(), /timed out on hook/);
        const queued = gateway
          .filesIn('queue')
          .flatMap((file) => recipientsInFile(path.join(gateway.dir, 'queue'), file));
        if (hasGood) {
          assert.equal(data.code, 250, data.text);
          assert.deepEqual(
            gateway.sinks.l.messages.map(({ envelopeTo }) => envelopeTo),
            [[BOB]],
          );
          assert.deepEqual(queued.map((one) => one.replace(/^@[^:]*:/, '')).sort(), silent);
        } else {
          assert.equal(data.code, 450, data.text);
          assert.match(data.text, /^4\.4\.1 the next mail server does not answer/);
          assert.deepEqual(queued, []);
        }
      } finally {
        await gateway.stop();
        await Promise.all(servers.map((server) => server.stop()));
      }
    });
  }
}
