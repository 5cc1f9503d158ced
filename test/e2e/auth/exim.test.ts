/*
 * pmdf/auth towards a real MTA: an Exim that requires AUTH, with each mechanism, with right and wrong credentials.
 */

import assert from 'node:assert/strict';
import { describeWith } from '../../support/programs.js';
import { makeCertificate } from '../support/certificate.js';
import { sampleMessage } from '../support/deliver.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import type { Mta } from '../support/mta.js';
import { connect } from '../support/smtp-client.js';
import { until } from '../support/until.js';
import { startEximWithAuth } from './support/exim-auth.js';

const login = { user: 'gateway', password: 'sesame-open' };

const sections = {
  any: { mechanisms: null, password: login.password, authenticator: 'cram' },
  plain: { mechanisms: 'PLAIN', password: login.password, authenticator: 'plain' },
  login: { mechanisms: 'LOGIN', password: login.password, authenticator: 'login' },
  wrong: { mechanisms: 'PLAIN', password: 'guess', authenticator: null },
} as const;

const names = ['any', 'plain', 'login', 'wrong'] as const;

const security = names
  .map((name) => {
    const { mechanisms, password } = sections[name];
    const chosen = mechanisms === null ? '' : `MECHANISMS=${mechanisms}\n`;
    return `[CLIENT_AUTH=${name}]\nUSER=${login.user}\nPASSWORD=${password}\n${chosen}`;
  })
  .join('\n');

const cnf = `domain.com  $U@domain.com
[127.0.1.]  $U%[127.0.1.$L]@TCP-INTERNAL$E$R
${names.map((name) => `${name}.example  $U%${name}.example@TCP-${name}`).join('\n')}
.  $U%$H@TCP-DAEMON

l
domain.com

tcp_local smtp mx switchchannel
TCP-DAEMON

tcp_internal smtp mx
TCP-INTERNAL

${names.map((name) => `tcp_${name} smtp mx musttlsclient mustsaslclient client_auth ${name}\nTCP-${name}\n`).join('\n')}
process
PROCESS-DAEMON
`;

describeWith(['exim'], 'pmdf/auth towards Exim', () => {
  let exim: Mta;
  let gateway: Gateway;

  before(async function () {
    this.timeout(180_000);
    exim = await startEximWithAuth(login, await makeCertificate('mx.example'));
    const hops = names.map((name) => `  tcp_${name}: { next_hop: '127.0.0.1:${exim.port}' }`);
    gateway = await startGateway({
      plugins: [
        ...['pmdf/switchchannel', 'pmdf/maytls', 'pmdf/auth', 'pmdf/access'],
        ...['queue/smtp_forward', 'pmdf/deliver'],
      ],
      cnf,
      mappings: '',
      delivery: () => `delivery:\n  l: queue\n  tcp_internal: queue\n${hops.join('\n')}\n`,
      config: { 'pmdf/security.cnf': security },
    });
  });
  after(async () => {
    await gateway?.stop();
    await exim?.stop();
  });

  for (const name of names) {
    const { authenticator } = sections[name];
    it(`${name}: ${authenticator === null ? 'the mail waits' : `is let in by \`${authenticator}\``}`, async () => {
      const client = await connect({ port: gateway.port, localAddress: '127.0.1.5' });
      await client.ehlo();
      await client.mail(`${name}@domain.com`);
      await client.rcpt(`x@${name}.example`);
      assert.equal((await client.data(sampleMessage(name))).code, 250);
      await client.quit();
      if (authenticator === null) {
        await gateway.waitForLog(
          `AUTH is required: 127.0.0.1:${exim.port}: the server answered AUTH with \`535 Incorrect authentication data\``,
        );
        assert.ok(!exim.log().includes(`<= ${name}@domain.com`));
        return;
      }
      const taken = new RegExp(`<= ${name}@domain\\.com .* P=esmtpsa .* A=${authenticator}:${login.user} `);
      await until(
        () => taken.test(exim.log()),
        5_000,
        () => `a line ${taken} in the log of Exim:\n${exim.log()}`,
      );
    });
  }
});
