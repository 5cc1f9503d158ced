/*
 * Where a server does not offer DSN, what clients ask to be told is answered by a report.
 */
import assert from 'node:assert/strict';
import { bounceOf } from './support/bounce.js';
import { ANN, assertArrival, fieldOf, type NotaryScene, startNotaryScene } from './support/notary-scene.js';

describe('what a sender asks to be told', () => {
  let scene: NotaryScene;

  before(async () => {
    scene = await startNotaryScene();
  });
  after(() => scene?.stop());
  beforeEach(() => scene.clear());

  for (const [to, channel] of [
    [`x@sub.domain.com`, 'tcp_internal'],
    ['bob@other.com', 'tcp_local'],
    ['bob@store.test', 'tcp_internal'],
  ] as const) {
    it(`is answered by \`relayed\` where a server has no DSN: ${to}`, async () => {
      const before = Date.now();
      await scene.accepted({
        mail: 'ENVID=QQ1 RET=HDRS',
        to: [
          [to, 'NOTIFY=SUCCESS ORCPT=rfc822;first@a.example'],
          [`b${to}`, 'NOTIFY=FAILURE'],
          [`c${to}`, 'NOTIFY=NEVER'],
          [`d${to}`],
        ],
      });
      const [report] = await scene.reports(1);
      const said = scene.gateway.sinks[channel].messages
        .filter(({ envelopeFrom }) => envelopeFrom !== '')
        .map(({ mailParameters, rcptParameters }) => `${mailParameters}${rcptParameters.join('')}`);
      assert.equal(said.join(''), '');
      assert.ok(report !== undefined);
      const { action, finalRecipient, text, to: reportTo } = bounceOf(report);
      assert.deepEqual([action, reportTo], ['relayed', [ANN]]);
      assert.match(finalRecipient, new RegExp(`^rfc822; ?${to}$`));
      assert.equal(fieldOf(text, 'Original-Envelope-Id'), 'QQ1');
      assert.match(fieldOf(text, 'Original-Recipient') ?? '', /^rfc822; ?first@a\.example$/);
      assert.match(fieldOf(text, 'Status') ?? '', /^2\.0\.0/);
      assert.equal([...text.matchAll(/^Final-Recipient:/gim)].length, 1);
      assertArrival(text, before);
    });
  }

  it('is asked in vain by the null sender', async () => {
    await scene.accepted({ to: [['x@sub.domain.com', 'NOTIFY=SUCCESS']] }, '');
    await scene.reports(0);
  });

  for (const [name, members] of [
    ['list@domain.com', 2],
    ['later@domain.com', 2],
  ] as const) {
    it(`is answered by \`expanded\` for ${name}, whose members report failures only`, async () => {
      const before = Date.now();
      await scene.accepted({ mail: 'ENVID=QQ3', to: [[name, 'NOTIFY=SUCCESS,FAILURE']] });
      const [report] = await scene.reports(1);
      assert.ok(report !== undefined);
      const { action, finalRecipient, text } = bounceOf(report);
      assert.equal(action, 'expanded');
      assertArrival(text, before);
      if (name === 'list@domain.com') assert.match(finalRecipient, /^rfc822; ?list@domain\.com$/);
      else assert.match(fieldOf(text, 'Original-Recipient') ?? '', /^rfc822; ?later@domain\.com$/);
      const each = scene.dsn.messages.flatMap(({ rcptParameters }) => rcptParameters);
      assert.deepEqual(
        each,
        Array.from({ length: members }, () => `NOTIFY=FAILURE ORCPT=rfc822;${name}`),
      );
    });
  }

  it('is answered by one report, however many lists are named and however often', async () => {
    const lists: (readonly [string, string])[] = ['list', 'second', 'list', 'list', 'second'].map((name) => [
      `${name}@domain.com`,
      'NOTIFY=SUCCESS',
    ]);
    await scene.accepted({ to: [...lists, ['list@domain.com', 'NOTIFY=SUCCESS ORCPT=rfc822;a@b.example']] });
    const [report] = await scene.reports(1);
    const text = report?.raw.toString() ?? '';
    assert.deepEqual(
      [...text.matchAll(/^(?:Original|Final)-Recipient: rfc822; (.*)\r$/gm)].map(([, address]) => address),
      ['list@domain.com', 'second@domain.com', 'a@b.example', 'list@domain.com'],
    );
  });
});
