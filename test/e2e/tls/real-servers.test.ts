/*
 * Postfix and Exim as next hops that offer TLS, or do not: from the queue as the keywords of the channel say, and while the client
 * waits as queue/smtp_forward is set up. The servers say in their Received line whether a message came under TLS.
 */

import assert from 'node:assert/strict';
import { describeWith } from '../../support/programs.js';
import { startEximServer } from '../faults/real/exim-server.js';
import type { MailServer } from '../faults/real/mail-server.js';
import { startPostfixServer } from '../faults/real/postfix-server.js';
import { deliver, sampleMessage } from '../support/deliver.js';
import { exampleFile, type Gateway, startGateway } from '../support/gateway.js';
import { until } from '../support/until.js';
import { type Authority, makeAuthority } from './support/authority.js';

const NAME = 'mail.hop.example';
const LIMIT_MS = 30_000;
const plugins = ['pmdf/switchchannel', 'pmdf/maytls', 'pmdf/access', 'queue/smtp_forward', 'pmdf/deliver'];

/** How mail leaves on a channel, and whether that is under TLS where the server offers it. */
const ways = [
  { name: 'no', keyword: 'notlsclient', method: 'queue', isTls: false },
  { name: 'may', keyword: 'maytlsclient', method: 'queue', isTls: true },
  { name: 'must', keyword: 'musttlsclient', method: 'queue', isTls: true },
  { name: 'name', keyword: 'musttlsclient', method: 'queue', isTls: true },
  { name: 'through', keyword: 'maytlsclient', method: 'through', isTls: true },
  // The host of smtp_forward.ini.
  { name: 'plugin', keyword: 'maytlsclient', method: 'plugin', isTls: true },
] as const;
type Way = (typeof ways)[number];

const hops = [
  { name: 'postfix', start: startPostfixServer },
  { name: 'exim', start: startEximServer },
] as const;

function isUnderTls(message: string): boolean {
  const [received = ''] = /^Received: .*(?:\n[ \t].*)*/m.exec(message) ?? [];
  assert.match(received, /by (?:postfix|exim)\.example/);
  return /\bwith esmtps\b/i.test(received);
}

for (const { name, start } of hops) {
  describeWith([name], `TLS with ${name} as next hop`, function () {
    this.timeout(60_000);
    let authority: Authority;
    let server: MailServer;
    before(async () => {
      authority = await makeAuthority();
    });
    after(() => authority?.remove());

    for (const offersTls of [true, false]) {
      describe(offersTls ? 'which offers it' : 'which does not offer it', () => {
        let gateway: Gateway;
        before(async () => {
          server = await start(offersTls ? { certificate: await authority.issue({ names: [NAME] }) } : {});
          const rules = ways.map(
            (way) => `${way.name}.domain.com  $U@${way.name}.domain.com@${way.name}-DAEMON`,
          );
          const blocks = ways.map((way) => `\ntcp_${way.name} smtp mx ${way.keyword}\n${way.name}-DAEMON\n`);
          const next = `127.0.0.1:${server.port}`;
          const routes = ways.map((way) =>
            way.method === 'plugin'
              ? `  tcp_${way.name}: through\n`
              : `  tcp_${way.name}: { method: ${way.method}, next_hop: '${next}' }\n`,
          );
          gateway = await startGateway({
            plugins,
            cnf: exampleFile('pmdf.cnf')
              .replace('\n.domain.com   ', `\n${rules.join('\n')}\n.domain.com   `)
              .concat(...blocks),
            delivery: (ports) => `delivery:
  l: queue
  tcp_internal: queue
  tcp_local: { method: queue, next_hop: '127.0.0.1:${ports.tcp_local}' }
${routes.join('')}tls_verify:
  channels:
    tcp_name: { verify: name, name: ${NAME} }
`,
            config: {
              'smtp_forward.ini': `host=127.0.0.1\nport=${server.port}\nenable_tls=true\n`,
              'outbound.ini': 'temp_fail_intervals=1h\n',
            },
            env: { NODE_EXTRA_CA_CERTS: authority.rootFile },
          });
        });
        after(async () => {
          await gateway?.stop();
          await server?.stop();
        });

        const isDeferred = ({ name: way }: Way): boolean => !offersTls && (way === 'must' || way === 'name');
        for (const way of ways) {
          const isTls = offersTls && way.isTls;
          const outcome = isDeferred(way) ? 'waits' : isTls ? 'leaves under TLS' : 'leaves in the clear';
          it(`${way.name}: mail ${outcome}`, async () => {
            const to = [`a@${way.name}.domain.com`, `b@${way.name}.domain.com`];
            server.expect(to);
            const before = to.map((one) => server.messagesOf(one).length);
            const message = sampleMessage(way.name);
            const from = 'a@client.example';
            const { data } = await deliver({
              port: gateway.port,
              localAddress: '127.0.2.1',
              from,
              to,
              message,
            });
            assert.equal(data?.code, 250);
            if (isDeferred(way)) {
              const line = new RegExp(
                `TLS is required: 127\\.0\\.0\\.1:${server.port}: the server does not offer STARTTLS`,
              );
              await until(
                () => line.test(gateway.log()),
                LIMIT_MS,
                () => `a line ${line} of the log`,
              );
            } else {
              await until(
                () => to.every((one, at) => server.messagesOf(one).length > (before[at] ?? 0)),
                LIMIT_MS,
                () => `the message to ${to.join()}\n${server.log().slice(-2000)}`,
              );
            }
            await server.settle();
            for (const [at, one] of to.entries()) {
              const news = server.messagesOf(one).filter((text) => text.includes(`Subject: ${way.name}\n`));
              assert.equal(news.length, isDeferred(way) ? 0 : 1);
              assert.equal(server.messagesOf(one).length, (before[at] ?? 0) + news.length);
              for (const text of news) assert.equal(isUnderTls(text), isTls, text);
            }
          });
        }
      });
    }
  });
}
