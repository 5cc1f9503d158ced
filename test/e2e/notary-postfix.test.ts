/*
 * A real Postfix as next hop, which offers DSN: what a sender asked for reaches it through forwarding, directly and by the queue,
 * and its success report names the address that the sender gave.
 */
import assert from 'node:assert/strict';
import { describeWith } from '../support/programs.js';
import { sampleMessage } from './support/deliver.js';
import { exampleFile, type Gateway, startGateway } from './support/gateway.js';
import type { Mta } from './support/mta.js';
import { startPostfix } from './support/mta-postfix.js';
import { type Sink, startSink } from './support/sink.js';
import { connect } from './support/smtp-client.js';

/** Postfix sends its reports on to its sink. */
const ANN = 'ann@client.example';

describeWith(['postfix'], 'a Postfix that is asked for reports', function () {
  this.timeout(60_000);
  let gateway: Gateway;
  let postfix: Mta;
  let sentOn: Sink;

  before(async () => {
    sentOn = await startSink();
    postfix = await startPostfix({ sinkPort: sentOn.port, localDomains: ['domain.com', 'kept.test'] });
    gateway = await startGateway({
      cnf: exampleFile('pmdf.cnf')
        .replace('\n.domain.com   ', '\nkept.test   $U@kept.test@KEPT-DAEMON\n.domain.com   ')
        .concat('\ntcp_kept smtp\nKEPT-DAEMON\n'),
      general: 'jane.doe  jdoe%kept.test@PROCESS-DAEMON\n',
      config: { 'pmdf/aliases': 'alias: bob\n' },
      delivery: (ports) => `delivery:
  l: { method: through, next_hop: '127.0.0.1:${postfix.port}' }
  tcp_kept: { method: queue, next_hop: '127.0.0.1:${postfix.port}' }
  tcp_internal: { method: through, next_hop: '127.0.0.1:${ports.tcp_internal}' }
  tcp_local: { method: queue, next_hop: '127.0.0.1:${ports.tcp_local}' }
`,
    });
  });
  after(async () => {
    await gateway?.stop();
    await postfix?.stop();
    await sentOn?.stop();
  });

  for (const [to, finalRecipient] of [
    ['bob@domain.com', 'bob@domain.com'],
    ['alias@domain.com', 'bob@domain.com'],
    ['jane.doe@domain.com', 'jdoe@kept.test'],
  ] as const) {
    it(`reports success for ${to}`, async () => {
      sentOn.clear();
      const client = await connect({ port: gateway.port, localAddress: '127.0.2.1' });
      await client.ehlo();
      assert.equal((await client.mail(ANN, `RET=HDRS ENVID=id+2Bof+20${to}`)).code, 250);
      const orcpt = to.startsWith('bob') ? ' ORCPT=rfc822;first+2B1@a.example' : '';
      assert.equal((await client.rcpt(to, `NOTIFY=SUCCESS,FAILURE${orcpt}`)).code, 250);
      assert.equal((await client.data(sampleMessage('asked'))).code, 250);
      await client.quit();
      const [report] = await sentOn.waitForMessages(1, 30_000);
      assert.deepEqual([report?.envelopeFrom, report?.envelopeTo], ['', [ANN]]);
      const text = report?.raw.toString() ?? '';
      assert.match(text, /^Action: delivered\r$/m);
      const original = to.startsWith('bob') ? 'first+1@a.example' : to;
      for (const [field, value] of [
        ['Original-Envelope-Id', `id+of ${to}`],
        ['Original-Recipient', `rfc822;${original}`],
        ['Final-Recipient', `rfc822; ${finalRecipient}`],
      ] as const)
        assert.equal(new RegExp(`^${field}: (.*)\r$`, 'm').exec(text)?.[1], value);
    });
  }

  it('reports no success to a sender that did not ask for it', async () => {
    sentOn.clear();
    for (const notify of ['NEVER', 'FAILURE', 'DELAY']) {
      const client = await connect({ port: gateway.port, localAddress: '127.0.2.1' });
      await client.ehlo();
      await client.mail(ANN);
      assert.equal((await client.rcpt('bob@domain.com', `NOTIFY=${notify}`)).code, 250);
      assert.equal((await client.data(sampleMessage(notify))).code, 250);
      await client.quit();
    }
    await postfix.idle(30_000);
    assert.deepEqual(sentOn.messages, []);
  });
});
