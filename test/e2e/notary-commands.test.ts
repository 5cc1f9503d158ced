/*
 * The DSN extension in the commands of clients: what is offered, checked, and seen by the tables.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { sampleMessage } from './support/deliver.js';
import { ANN, BOB, DIRECT, type NotaryScene, OURS, startNotaryScene } from './support/notary-scene.js';
import { harakaFolder } from './support/project-root.js';
import { connect } from './support/smtp-client.js';

describe('what a sender asks to be told', () => {
  let scene: NotaryScene;

  before(async () => {
    scene = await startNotaryScene();
  });
  after(() => scene?.stop());
  beforeEach(() => scene.clear());

  it('is offered', async () => {
    const client = await connect({ port: scene.gateway.port, localAddress: OURS });
    assert.match((await client.ehlo()).text, /^DSN$/m);
    await client.quit();
  });

  for (const [command, parameters, line] of [
    ['MAIL', 'RET=ALL', '501 5.5.4 RET must be FULL or HDRS'],
    ['MAIL', 'RET=FULL RET=HDRS', '501 5.5.4 MAIL has the parameter RET twice'],
    ['MAIL', 'ENVID=a+', '501 5.5.4 ENVID must be xtext of 1 to 100 characters'],
    ['MAIL', `ENVID=${'x'.repeat(101)}`, '501 5.5.4 ENVID must be xtext of 1 to 100 characters'],
    ['MAIL', 'BODY=BINARYMIME', '555 5.5.4 the parameter BODY=BINARYMIME of MAIL is not supported'],
    ['MAIL', 'BY=120;R', '555 5.5.4 the parameter BY of MAIL is not supported'],
    ['MAIL', 'AUTH=<>', '555 5.5.4 the parameter AUTH of MAIL is not supported'],
    ['MAIL', 'NOTIFY=NEVER', '555 5.5.4 the parameter NOTIFY of MAIL is not supported'],
    ['MAIL', 'SIZE=99999999999', '552 5.3.4 the message is larger than 26214400 octets'],
    [
      'RCPT',
      'NOTIFY=NEVER,SUCCESS',
      '501 5.5.4 NOTIFY must be NEVER, or a list of SUCCESS, FAILURE and DELAY, each once',
    ],
    ['RCPT', 'NOTIFY=DELAY NOTIFY=DELAY', '501 5.5.4 RCPT has the parameter NOTIFY twice'],
    [
      'RCPT',
      'ORCPT=rfc822;a+0D+0Ab',
      '501 5.5.4 ORCPT must be TYPE;ADDRESS in xtext, at most 500 characters',
    ],
    ['RCPT', 'RET=FULL', '555 5.5.4 the parameter RET of RCPT is not supported'],
    ['RCPT', 'X=1', '555 5.5.4 the parameter X of RCPT is not supported'],
  ] as const) {
    it(`${command} with ${parameters.slice(0, 40)} gets ${line.slice(0, 9)}, and the next one counts`, async () => {
      const client = await connect({ port: scene.gateway.port, localAddress: OURS });
      await client.ehlo();
      if (command === 'RCPT') assert.equal((await client.mail(ANN)).code, 250);
      const given =
        command === 'MAIL' ? await client.mail(ANN, parameters) : await client.rcpt(BOB, parameters);
      assert.deepEqual(given.lines, [line]);
      if (command === 'MAIL') assert.equal((await client.mail(ANN)).code, 250);
      assert.equal((await client.rcpt(BOB)).code, 250);
      assert.equal((await client.data(sampleMessage('next'))).code, 250);
      await client.quit();
      const [message] = scene.gateway.sinks.l.messages;
      assert.deepEqual([message?.mailParameters, message?.rcptParameters], ['', ['']]);
    });
  }

  it('may have as many characters as the RFC permits, though connection.ini permits lines of 512', async () => {
    const client = await connect({ port: scene.gateway.port, localAddress: OURS });
    await client.ehlo();
    const ini = readFileSync(path.join(harakaFolder(), 'config', 'connection.ini'), 'utf8');
    assert.match(ini, /^line_length *= *512$/m);
    assert.equal((await client.mail(ANN, `RET=HDRS ENVID=${'x'.repeat(100)}`)).code, 250);
    const orcpt = `ORCPT=rfc822;${'x'.repeat(493)}`;
    const longest = `${'b'.repeat(64)}@${'d'.repeat(56)}.${'d'.repeat(56)}.${'d'.repeat(56)}.direct.dsn.test`;
    for (const to of [DIRECT, longest]) {
      const reply = await client.rcpt(to, `${orcpt} NOTIFY=SUCCESS,FAILURE,DELAY`);
      assert.ok([250, 550].includes(reply.code), reply.text);
    }
    assert.equal((await client.send(`NOOP ${'x'.repeat(1_100)}`)).code, 521);
    await client.close();
  });

  it('a non-ASCII address requires SMTPUTF8', async () => {
    const client = await connect({ port: scene.gateway.port, localAddress: OURS });
    const refusal = ['553 5.6.7 a non-ASCII address requires the parameter SMTPUTF8 of MAIL'];
    await client.ehlo();
    assert.deepEqual((await client.mail('jörg@domain.com')).lines, refusal);
    assert.equal((await client.mail(ANN, 'SMTPUTF8')).code, 250);
    assert.equal((await client.rcpt('jörg@direct.dsn.test')).code, 250);
    assert.equal((await client.mail(ANN)).code, 250);
    for (const to of ['jörg@direct.dsn.test', 'bob@bücher.dsn.test'])
      assert.deepEqual((await client.rcpt(to)).lines, refusal);
    await client.quit();
  });

  it('a non-ASCII ORCPT requires SMTPUTF8', async () => {
    const client = await connect({ port: scene.gateway.port, localAddress: OURS });
    await client.ehlo();
    assert.equal((await client.mail(ANN)).code, 250);
    assert.deepEqual((await client.rcpt(DIRECT, 'ORCPT=utf-8;jörg@domain.com')).lines, [
      '501 5.5.4 a non-ASCII ORCPT requires the parameter SMTPUTF8 of MAIL',
    ]);
    assert.equal((await client.rcpt(DIRECT, 'ORCPT=utf-8;j\\x{F6}rg@domain.com')).code, 250);
    await client.send('RSET');
    assert.equal((await client.mail(ANN, 'SMTPUTF8')).code, 250);
    assert.equal((await client.rcpt(DIRECT, 'ORCPT=utf-8;jörg@domain.com')).code, 250);
    await client.quit();
  });

  it('is in the probes of the tables, decoded', async () => {
    const client = await connect({ port: scene.gateway.port, localAddress: OURS });
    await client.ehlo();
    await client.mail(ANN);
    for (const [parameters, text] of [
      ['ORCPT=rfc822;no+2B1@first.example', /^5\.7\.1 Not him/],
      ['NOTIFY=SUCCESS,DELAY', /^5\.7\.1 Not so/],
      ['NOTIFY=DELAY', null],
      ['ORCPT=rfc822;no+2B2@first.example', null],
    ] as const) {
      const given = await client.rcpt(BOB, parameters);
      if (text === null) assert.equal(given.code, 250, given.text);
      else assert.match(given.text, text);
    }
    await client.quit();
  });
});
