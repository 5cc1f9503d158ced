/*
 * What a session says of the message and of each recipient: as much as the server offers in its last reply to EHLO.
 */
import assert from 'node:assert/strict';
import type { OutgoingMessage } from '../../../../lib/notary/pass-on.js';
import type { RecipientNotary } from '../../../../lib/notary/request.js';
import { fakeAddress } from '../../fakes.js';
import { type FakeClient, openSession, type Scene, turn } from './fake-client.js';

const asked: RecipientNotary = { notify: ['SUCCESS'], orcpt: { type: 'rfc822', address: 'a+1@b.example' } };

function open(message: Partial<OutgoingMessage>, octets = 0): Scene {
  return openSession({
    from: fakeAddress('ann'),
    message: {
      notary: { ret: 'HDRS', envid: 'QQ 1' },
      eightBit: true,
      smtputf8: true,
      size: 100,
      ...message,
    },
    octets,
    prepare: (client) => {
      client.smtputf8 = true;
    },
  });
}

function accept(client: FakeClient, command: string): void {
  client.command = command;
  client.answer(250, 'ok');
}

describe('the parameters that a session sends', () => {
  for (const [offered, mail, rcpt] of [
    [
      ['8BITMIME', 'SIZE 1000', 'DSN'],
      ' BODY=8BITMIME SIZE=100 RET=HDRS ENVID=QQ+201',
      ' NOTIFY=SUCCESS ORCPT=rfc822;a+2B1@b.example',
    ],
    [['dsn'], ' RET=HDRS ENVID=QQ+201', ' NOTIFY=SUCCESS ORCPT=rfc822;a+2B1@b.example'],
    [['SIZE'], ' SIZE=100', ''],
    [[], '', ''],
  ] as const) {
    it(`are what is offered: ${offered.join(', ') || 'nothing'}`, async () => {
      const { client, session, sender } = open({});
      client.offer(...offered);
      assert.equal(sender(true), `<ann@domain.com>${mail}`);
      assert.equal(sender(), `<ann@domain.com> SMTPUTF8${mail}`);
      const asking = session.ask(fakeAddress('bob'), asked);
      accept(client, 'mail');
      await turn();
      accept(client, 'rcpt');
      assert.equal((await asking).code, 250);
      assert.deepEqual(client.said, [`RCPT TO:<bob@domain.com>${rcpt}`]);
      assert.equal(session.reportsDelivery, rcpt !== '');
      const bob = { address: 'bob@domain.com' };
      assert.ok(session.isReadyFor([{ ...bob, notary: asked }]));
      // One that was asked for something else has to be named again.
      assert.equal(session.isReadyFor([bob]), rcpt === '');
      session.end();
    });
  }

  it('are what is offered after STARTTLS', () => {
    const { client, session, sender } = open({});
    client.offer('STARTTLS', 'DSN', 'SIZE');
    client.offer('SIZE');
    assert.equal(sender(true), '<ann@domain.com> SIZE=100');
    session.end();
  });

  it('leave a message that is declared too large unsent', async () => {
    const { client, session } = open({ size: 2000 });
    client.offer('SIZE 1000');
    const asking = session.ask(fakeAddress('bob'));
    accept(client, 'mail');
    assert.deepEqual(await asking, {
      code: 552,
      enhanced: '5.3.4',
      text: 'the next mail server takes at most 1000 octets',
    });
    assert.deepEqual(client.said, []);
    session.end();
  });

  it('leave a message that turns out too large unsent', async () => {
    const { client, session } = open({ size: null }, 2000);
    client.offer('SIZE 1000');
    const asking = session.ask(fakeAddress('bob'));
    accept(client, 'mail');
    await turn();
    accept(client, 'rcpt');
    await asking;
    const replies = await session.send({ pipe: () => undefined }, null);
    assert.deepEqual(
      [...replies.values()].map(({ code }) => code),
      [552],
    );
    assert.ok(!client.said.includes('DATA'));
  });
});
