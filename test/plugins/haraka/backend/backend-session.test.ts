/*
 * A session with the next-hop server: how its replies are used, and that none is mistaken for another recipient's reply.
 */
import assert from 'node:assert/strict';
import { fakeAddress } from '../../fakes.js';
import { bob, line, lines, openSession, turn, withRecipient } from './fake-client.js';

describe('a session with the next-hop server', () => {
  for (const [code, lines, wanted] of [
    [250, ['2.1.5 ok'], '250 2.1.5 ok'],
    [251, ['will forward'], '251 will forward'],
    [550, ['5.1.1 no such user'], '550 5.1.1 no such user'],
    [550, ['5.7.1 first', '5.7.1 second'], '550 5.7.1 first second'],
    [550, ['4.7.1 odd'], '550 odd'],
    [450, ['4.2.0\tbusy\u0007'], '450 4.2.0 busy'],
    [552, ['full'], '552 full'],
    [421, ['4.3.2 closing'], '451 4.3.0 closing'],
    [530, ['5.7.0 authenticate first'], '451 4.3.0 authenticate first'],
    [354, ['go on'], '451 4.5.0 go on'],
  ] as const) {
    it(`treats ${code} ${lines.join(' / ')} to RCPT as ${wanted}`, async () => {
      const scene = openSession();
      const asked = scene.session.ask(bob).then(line);
      scene.client.answer(250, 'ok');
      await turn();
      scene.client.answer(code, ...lines);
      assert.equal(await asked, wanted);
      assert.equal(scene.session.isReadyFor([bob]), code < 300);
      scene.session.end();
    });
  }

  it('passes the reply to MAIL on to every recipient, and ends', async () => {
    const { client, session } = openSession();
    client.answer(550, '5.7.1 not you');
    assert.equal(line(await session.ask(bob)), '550 5.7.1 not you');
    assert.equal(line(await session.ask(bob)), '550 5.7.1 not you');
    assert.deepEqual([client.said, client.ending, session.isLost], [[], 'release', false]);
  });

  it('sends the message down the connection, and ends', async () => {
    const scene = openSession();
    await withRecipient(scene);
    const sent = scene.session.send({ pipe: () => undefined }, null).then(lines);
    await turn();
    scene.client.answer(354, 'go on');
    await turn();
    scene.client.answer(250, '2.0.0 queued');
    assert.equal(await sent, '250 2.0.0 queued');
    assert.deepEqual(scene.client.said, ['RCPT TO:<bob@domain.com>', 'DATA', '(message)']);
    assert.equal(scene.client.ending, 'release');
  });

  for (const code of [250, 220, 251, 299]) {
    it(`does not treat ${code} to DATA as an acknowledgement`, async () => {
      const scene = openSession();
      await withRecipient(scene);
      const sent = scene.session.send({ pipe: () => undefined }, null).then(lines);
      await turn();
      scene.client.answer(code, 'ok');
      assert.match(await sent, /^451 4\.5\.0 /);
      assert.deepEqual(scene.client.said, ['RCPT TO:<bob@domain.com>', 'DATA']);
    });
  }

  for (const [code, wanted] of [
    [250, /^451 4\.4\.1 /],
    [552, /^552 too big$/],
  ] as const) {
    it(`treats ${code} in the middle of a message as ${wanted}`, async () => {
      const scene = openSession();
      scene.client.writesAll = false;
      await withRecipient(scene);
      const sent = scene.session.send({ pipe: () => undefined }, null).then(lines);
      await turn();
      scene.client.answer(354, 'go on');
      await turn();
      scene.client.answer(code, 'too big');
      assert.match(await sent, wanted);
    });
  }

  it('asks for one recipient after the other', async () => {
    const { client, session } = openSession();
    const [first, second] = ['a', 'b'].map((name) => session.ask(fakeAddress(name)).then(line));
    client.answer(250, 'ok');
    await turn();
    assert.deepEqual(client.said, ['RCPT TO:<a@domain.com>']);
    client.answer(550, 'no a');
    assert.equal(await first, '550 no a');
    await turn();
    client.answer(250, 'b is here');
    assert.equal(await second, '250 b is here');
    session.end();
  });

  for (const [offers, name, isUtf8, wanted, sender] of [
    [true, 'j\u00f6rg', true, '250 ok', '<a@domain.com> SMTPUTF8'],
    [
      false,
      'j\u00f6rg',
      true,
      '553 5.6.7 the next mail server does not accept non-ASCII addresses',
      '<a@domain.com>',
    ],
    [true, 'bob', false, '250 ok', '<a@domain.com>'],
    [false, 'bob', true, '250 ok', '<a@domain.com>'],
  ] as const) {
    it(`says ${name} to a server ${offers ? 'with' : 'without'} SMTPUTF8: ${wanted}`, async () => {
      const { client, session, sender: senderOf } = openSession({ isUtf8 });
      client.smtputf8 = offers;
      const asked = session.ask(fakeAddress(name)).then(line);
      client.answer(250, 'ok');
      await turn();
      if (client.command === 'rcpt') client.answer(250, 'ok');
      assert.equal(await asked, wanted);
      assert.equal(senderOf(!offers), sender);
      session.end();
    });
  }
});

describe('a session with a server that says more than it was asked', () => {
  it('does not begin with the message', async () => {
    const scene = openSession();
    await withRecipient(scene);
    const sent = scene.session.send({ pipe: () => undefined }, null).then(lines);
    await turn();
    scene.client.answer(354, 'go on');
    scene.client.command = 'data';
    scene.client.answer(250, 'and more');
    assert.match(await sent, /^451 4\.4\.1 /);
    assert.ok(!scene.client.said.includes('(message)'));
  });
});
