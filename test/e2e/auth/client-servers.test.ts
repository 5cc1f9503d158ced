/*
 * pmdf/auth towards servers, beyond the keywords: the final bounce, the next server of a destination, and
 * smtp_forward's own login.
 */

import assert from 'node:assert/strict';
import { makeCertificate } from '../support/certificate.js';
import { startGateway } from '../support/gateway.js';
import { until } from '../support/until.js';
import { startSaslServer } from './support/sasl-server.js';
import { forms, login, plugins, securityFor, send } from './support/sending.js';

const BOUNCE_PLUGIN = `exports.hook_bounce = function (next, hmail, err) {
  this.lognotice('bounced: ' + err + ' | ' + hmail.todo.rcpt_to.map((r) => r.dsn_status + ' ').join())
  next(OK)
}
`;

describe('pmdf/auth when AUTH is not possible at all', () => {
  it('bounces with the reason in the end, without pmdf/maytls too', async () => {
    const certificate = await makeCertificate('mx.example');
    const refusing = { underTls: 'PLAIN', answer: '535 5.7.8 wrong' };
    const server = await startSaslServer(refusing, login, certificate);
    const gateway = await startGateway({
      plugins: ['e2e_bounce', ...plugins.filter((plugin) => plugin !== 'pmdf/maytls')],
      pluginFiles: { 'e2e_bounce.js': BOUNCE_PLUGIN },
      cnf: `domain.com  $U@domain.com
[127.0.1.]  $U%[127.0.1.$L]@TCP-INTERNAL$E$R
.  $U%$H@TCP-DAEMON

l
domain.com

tcp_local smtp mx switchchannel mustsaslclient
TCP-DAEMON

tcp_internal smtp mx
TCP-INTERNAL

process
PROCESS-DAEMON
`,
      mappings: '',
      delivery: () =>
        `delivery:\n  l: queue\n  tcp_internal: queue\n  tcp_local: { method: queue, next_hop: '127.0.0.1:${server.port}' }\n`,
      config: {
        'outbound.ini': 'temp_fail_intervals=none\n',
        'pmdf/security.cnf': securityFor(login.password),
      },
    });
    try {
      await send(gateway, 'x@must.example');
      const text = `AUTH is required: 127.0.0.1:${server.port}: the server answered AUTH with \`535 5.7.8 wrong\``;
      await gateway.waitForLog(`bounced: Error: Too many failures (${text}) | 5.7.0 `);
      assert.equal(server.messages(), 0);
    } finally {
      await gateway.stop();
      await server.stop();
    }
  });
});

describe('pmdf/auth with several servers for a destination', () => {
  it('tries the next one if AUTH is required but not possible', async () => {
    const certificate = await makeCertificate('mx.example');
    const first = await startSaslServer(
      { underTls: 'PLAIN', answer: '454 4.7.0 not today' },
      login,
      certificate,
    );
    const at = { host: '127.0.0.2', port: first.port };
    const second = await startSaslServer({ underTls: 'PLAIN' }, login, certificate, at);
    const gateway = await startGateway({
      plugins,
      cnf: `domain.com  $U@domain.com
[127.0.1.]  $U%[127.0.1.$L]@TCP-INTERNAL$E$R
.  $U%$H@TCP-DAEMON

l
domain.com

tcp_local smtp daemon 127.0.0.1 lastresort 127.0.0.2 port ${first.port} switchchannel maytls mustsaslclient
TCP-DAEMON

tcp_internal smtp mx
TCP-INTERNAL

process
PROCESS-DAEMON
`,
      mappings: '',
      delivery: () => 'delivery:\n  l: queue\n  tcp_internal: queue\n',
      config: { 'pmdf/security.cnf': securityFor(login.password) },
    });
    try {
      await send(gateway, 'x@other.com');
      await until(
        () => second.messages() === 1,
        5_000,
        () => 'the message',
      );
      assert.equal(first.messages(), 0);
      assert.equal(second.sessions.at(-1)?.authenticated, 'PLAIN');
      assert.match(
        gateway.log(),
        /AUTH is required and failed with 127\.0\.0\.1:\d+: .*`454 4\.7\.0 not today`/,
      );
    } finally {
      await gateway.stop();
      await Promise.all([first.stop(), second.stop()]);
    }
  });
});

describe('the login of smtp_forward, for mail that was forwarded inside', () => {
  it('is used by Haraka if the channel has no keyword, by pmdf/auth if it has, and is never logged', async () => {
    const certificate = await makeCertificate('mx.example');
    // Haraka's ini files cannot hold a password that ends in a backslash.
    const simple = { user: 'gateway', password: 'sesame-open' };
    const server = await startSaslServer(
      { underTls: 'PLAIN', demands: '530 5.7.0 Authentication required' },
      simple,
      certificate,
    );
    const gateway = await startGateway({
      plugins,
      cnf: `domain.com  $($U)$E$F
domain.com  $U@domain.com
silent.example  $U%silent.example@TCP-SILENT
asking.example  $U%asking.example@TCP-ASKING
.  $U%$H@TCP-DAEMON

l
domain.com

tcp_local smtp mx switchchannel
TCP-DAEMON

tcp_silent smtp mx maytls
TCP-SILENT

tcp_asking smtp mx maytls maysaslclient
TCP-ASKING

process
PROCESS-DAEMON
`,
      mappings: '',
      general: 'one   a%silent.example@PROCESS-DAEMON\ntwo   b%asking.example@PROCESS-DAEMON\n',
      delivery: () => '',
      config: {
        'smtp_forward.ini': `host=127.0.0.1\nport=${server.port}\nenable_tls=true\nauth_type=plain\nauth_user=${simple.user}\nauth_pass=${simple.password}\n`,
      },
    });
    try {
      for (const [count, to] of [
        [1, 'two@domain.com'],
        [2, 'one@domain.com'],
      ] as const) {
        await send(gateway, to);
        await until(
          () => server.messages() === count || /Bouncing|Temp failing/i.test(gateway.log()),
          5_000,
          () => 'the message',
        );
        assert.equal(server.messages(), count, gateway.log());
        assert.equal(server.sessions.at(-1)?.authenticated, 'PLAIN');
      }
      assert.match(gateway.log(), /\[pmdf\/auth\] authenticated to 127\.0\.0\.1:\d+ by PLAIN/);
      assert.match(gateway.log(), /hook=get_mx plugin=pmdf\/deliver/);
      for (const form of forms(simple)) assert.ok(!gateway.log().includes(form), gateway.log());
    } finally {
      await gateway.stop();
      await server.stop();
    }
  });
});
