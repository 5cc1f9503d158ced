/*
 * Characters that some mapping turns into an ASCII sign, in every part of an address: the front's output is judged as
 * it was sent, by a Postfix without SMTPUTF8, by one with it, and by a sink that records it exactly.
 */

import assert from 'node:assert/strict';
import { wireDomain } from '../../../lib/address/domain.js';
import { describeWith } from '../../support/programs.js';
import type { RunningHaraka } from '../support/haraka-process.js';
import type { Reply } from '../support/smtp-client.js';
import { assertNoLeak } from './assert-no-leak.js';
import { type Lab, startLab } from './lab.js';
import { sample } from './random.js';
import { askRecipients, fitsIntoCommand, sendToEach } from './strangers-mail.js';

const limitMs = 300_000;
const sentCount = 50;

/** Characters that some program was seen to convert to syntax. */
const known = [
  ...'（）⁽⁾．。｡․﹒＠﹫％﹪٪！﹗︕‼；﹔，﹐：︓＂＇｜＜＞﹤﹥＼﹨／［］＿－﹣\u00ad\u200b\u2025\u2488\u2474',
];

/** Every character of the BMP that UTS 46 or NFKC maps to something with an ASCII sign. */
function lookAlikes(): readonly string[] {
  const found = new Set(known);
  for (let point = 0x80; point < 0x1_0000; point++) {
    if (point >= 0xd800 && point <= 0xdfff) continue;
    const character = String.fromCharCode(point);
    if (/[\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e]/.test(character.normalize('NFKC'))) found.add(character);
  }
  return [...found];
}

function formsOf(one: string): readonly string[] {
  return [
    `victim@evil.example${one}.domain.com`,
    `victim@evil.example${one}domain.com`,
    `victim@domain.com${one}evil.example`,
    `victim${one}evil.example@domain.com`,
    `evil.example${one}victim@domain.com`,
    `victim@evil.example${one}x%domain.com@domain.com`,
    `victim%evil.example${one}.domain.com@domain.com`,
    `victim%evil${one}example@domain.com`,
    `"victim@evil.example${one}"@domain.com`,
    `@evil.example${one}.domain.com:victim@domain.com`,
    `victim@evil.example${one}@sub.domain.com`,
  ];
}

const tricks = lookAlikes().flatMap(formsOf).filter(fitsIntoCommand);
/** Accepted unchanged, or in their form on the wire. */
const honest = [
  'bob@sub.domain.com',
  'bob@bücher.domain.com',
  'bob@BÜCHER.domain.com',
  'bob@ｓub.domain.com',
];

describe('characters that become syntax, end to end', function () {
  this.timeout(limitMs);

  /** The first front's; the other one has the same policy, and must accept the same where mail is sent. */
  let replies: readonly Reply[] | undefined;

  for (const smtputf8 of [false, true]) {
    describeWith(['postfix'], `in front of a Postfix ${smtputf8 ? 'with' : 'without'} SMTPUTF8`, () => {
      let lab: Lab;
      let front: RunningHaraka;

      before(async () => {
        lab = await startLab('postfix', { smtputf8 });
        front = await lab.startFront();
      });
      after(() => lab?.stop());

      it('nothing is sent to a third party, and what is sent has plain domains', async () => {
        replies ??= await askRecipients(front, tricks);
        const codes = replies.map(({ code }) => code);
        const accepted = tricks.filter((_, at) => codes[at] === 250);
        const unsure = tricks.filter((_, at) => ![250, 501, 550, 553].includes(codes[at] ?? 0));
        assert.deepEqual(unsure, []);
        for (const { address, rcpt } of await sendToEach(front, sample(accepted, sentCount))) {
          assert.equal(rcpt.code, 250, `${address}: ${rcpt.text}`);
        }
        const outcomes = await sendToEach(front, honest);
        await lab.idle(front, limitMs);
        for (const { address, rcpt, data } of outcomes) {
          assert.equal(data?.code, 250, `${address}: ${rcpt.text} ${data?.text}`);
        }
        assertNoLeak(lab, front);
        const hosts = lab.sentOn.messages.flatMap(({ envelopeTo }) =>
          envelopeTo.map((recipient) => recipient.slice(recipient.lastIndexOf('@') + 1)),
        );
        for (const host of ['sub.domain.com', 'xn--bcher-kva.domain.com'])
          assert.ok(hosts.includes(host), host);
        for (const host of hosts) assert.equal(wireDomain(host), host);
      });
    });
  }
});
