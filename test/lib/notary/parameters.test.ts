/*
 * The parameters of MAIL and RCPT: what is read, and which reply refuses the rest.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { offeredExtensions } from '../../../lib/notary/offered-extensions.js';
import { readOrcpt } from '../../../lib/notary/original-recipient.js';
import { parameterOf, readMailParameters, readRcptParameters } from '../../../lib/notary/parameters.js';
import { mailParameters, rcptParameters } from '../../../lib/notary/pass-on.js';
import type { RecipientNotary } from '../../../lib/notary/request.js';

const usual = ['PIPELINING', '8BITMIME', 'SMTPUTF8', 'SIZE 1000', 'DSN', 'AUTH PLAIN'];

function parametersOf(text: string): ReturnType<typeof parameterOf>[] {
  return text === '' ? [] : text.split(' ').map(parameterOf);
}

function mail(text: string, offered: readonly string[] = usual): unknown {
  const reading = readMailParameters(parametersOf(text), offeredExtensions(offered));
  if (reading.kind === 'read') {
    const { notary, ...rest } = reading.value;
    return { ...notary, ...rest };
  }
  return `${reading.reply.code} ${reading.reply.enhanced} ${reading.reply.text}`;
}

function rcpt(text: string, offered: readonly string[] = usual): unknown {
  const reading = readRcptParameters(parametersOf(text), offeredExtensions(offered), true);
  if (reading.kind === 'read') return reading.value;
  return `${reading.reply.code} ${reading.reply.enhanced} ${reading.reply.text}`;
}

const nothing = { ret: null, envid: null, eightBit: false, smtputf8: false, size: null };

describe('parameters of MAIL', () => {
  for (const [text, read] of [
    ['', {}],
    ['RET=FULL', { ret: 'FULL' }],
    ['ret=hdrs envid=QQ+2B1', { ret: 'HDRS', envid: 'QQ+1' }],
    ['SIZE=1000 BODY=8BITMIME SMTPUTF8', { size: 1000, eightBit: true, smtputf8: true }],
    ['BODY=7bit AUTH=<>', {}],
    [`ENVID=${'x'.repeat(100)}`, { envid: 'x'.repeat(100) }],
    ['SIZE=0', { size: 0 }],
  ] as const)
    it(`${text || 'none'} are read`, () => assert.deepEqual(mail(text), { ...nothing, ...read }));

  for (const [text, reply] of [
    ['RET', '501 5.5.4 RET must be FULL or HDRS'],
    ['RET=ALL', '501 5.5.4 RET must be FULL or HDRS'],
    ['RET=FULL RET=FULL', '501 5.5.4 MAIL has the parameter RET twice'],
    ['RET=FULL ret=HDRS', '501 5.5.4 MAIL has the parameter RET twice'],
    ['ENVID', '501 5.5.4 ENVID must be xtext of 1 to 100 characters'],
    ['ENVID=a+', '501 5.5.4 ENVID must be xtext of 1 to 100 characters'],
    ['ENVID=a+0D+0Ab', '501 5.5.4 ENVID must be xtext of 1 to 100 characters'],
    [`ENVID=${'x'.repeat(101)}`, '501 5.5.4 ENVID must be xtext of 1 to 100 characters'],
    ['SIZE=many', '501 5.5.4 SIZE must be a number of octets'],
    ['SIZE', '501 5.5.4 SIZE must be a number of octets'],
    ['SIZE=1001', '552 5.3.4 the message is larger than 1000 octets'],
    ['SIZE=99999999999999999999', '552 5.3.4 the message is larger than 1000 octets'],
    ['SIZE=-1', '501 5.5.4 SIZE must be a number of octets'],
    ['BODY=BINARYMIME', '555 5.5.4 the parameter BODY=BINARYMIME of MAIL is not supported'],
    ['BODY=9BIT', '501 5.5.4 BODY must be 7BIT or 8BITMIME'],
    ['BODY', '501 5.5.4 BODY must be 7BIT or 8BITMIME'],
    ['SMTPUTF8=yes', '501 5.5.4 SMTPUTF8 has no value'],
    ['NOTIFY=NEVER', '555 5.5.4 the parameter NOTIFY of MAIL is not supported'],
    ['BY=120;R', '555 5.5.4 the parameter BY of MAIL is not supported'],
    ['REQUIRETLS', '555 5.5.4 the parameter REQUIRETLS of MAIL is not supported'],
    ['__PROTO__=1', '555 5.5.4 the parameter __PROTO__ of MAIL is not supported'],
    ['X=1 X=1', '555 5.5.4 the parameter X of MAIL is not supported'],
  ] as const)
    it(`${text} gets ${reply}`, () => assert.equal(mail(text), reply));

  for (const [text, offered, isRead] of [
    ['RET=FULL', ['8BITMIME'], false],
    ['SMTPUTF8', ['8BITMIME'], false],
    ['SIZE=1', ['8BITMIME'], false],
    ['AUTH=<>', usual.slice(0, -1), false],
    ['AUTH=<>', ['AUTH=PLAIN LOGIN'], true],
    ['BY=120;R', ['DELIVERBY 60'], true],
    ['BODY=BINARYMIME', ['BINARYMIME', 'CHUNKING'], true],
    ['MT-PRIORITY=3', ['MT-PRIORITY MIXER'], true],
    // An extension that is not known here may have any parameter, but not those of others.
    ['ANY=thing', ['XSOMETHING'], true],
    ['RET=FULL', ['XSOMETHING'], false],
    ['SIZE=99999999999', ['SIZE 0'], true],
    ['SIZE=99999999999', ['SIZE'], true],
    ['SIZE=99999999999', ['SIZE many'], true],
  ] as const) {
    it(`${text} is ${isRead ? 'read' : 'refused'} where ${offered.join(', ')} is offered`, () =>
      assert.equal(typeof mail(text, offered), isRead ? 'object' : 'string'));
  }
});

describe('parameters of RCPT', () => {
  for (const [text, notify, orcpt] of [
    ['', null, null],
    ['NOTIFY=NEVER', [], null],
    ['notify=never', [], null],
    ['NOTIFY=SUCCESS', ['SUCCESS'], null],
    ['NOTIFY=delay,Failure,SUCCESS', ['DELAY', 'FAILURE', 'SUCCESS'], null],
    ['ORCPT=rfc822;bob+2B1@domain.com', null, ['rfc822', 'bob+1@domain.com']],
    ['ORCPT=RFC822;a|b@domain.com NOTIFY=DELAY', ['DELAY'], ['RFC822', 'a|b@domain.com']],
    ['ORCPT=utf-8;j\\x{F6}rg@domain.com', null, ['utf-8', 'jörg@domain.com']],
    ['ORCPT=UTF-8;jörg@domain.com', null, ['UTF-8', 'jörg@domain.com']],
    ['ORCPT=x400;/c+3Dus/;x', null, ['x400', '/c=us/;x']],
  ] as const) {
    it(`${text || 'none'} are read`, () => {
      const read = orcpt === null ? null : { type: orcpt[0], address: orcpt[1] };
      assert.deepEqual(rcpt(text), { notify, orcpt: read });
    });
  }

  const badNotify = '501 5.5.4 NOTIFY must be NEVER, or a list of SUCCESS, FAILURE and DELAY, each once';
  const badOrcpt = '501 5.5.4 ORCPT must be TYPE;ADDRESS in xtext, at most 500 characters';
  for (const [text, reply] of [
    ['NOTIFY', badNotify],
    ['NOTIFY=,,,', badNotify],
    ['NOTIFY=NEVER,SUCCESS', badNotify],
    ['NOTIFY=NEVER,NEVER', badNotify],
    ['NOTIFY=SUCCESS,SUCCESS', badNotify],
    ['NOTIFY=SUCCESS,', badNotify],
    ['NOTIFY=ALWAYS', badNotify],
    ['NOTIFY=NEVER NOTIFY=NEVER', '501 5.5.4 RCPT has the parameter NOTIFY twice'],
    ['ORCPT', badOrcpt],
    ['ORCPT=bob@domain.com', badOrcpt],
    ['ORCPT=;bob@domain.com', badOrcpt],
    ['ORCPT=rfc822;', badOrcpt],
    ['ORCPT=rfc822;+20', badOrcpt],
    ['ORCPT=rfc822;+0D+0AX', badOrcpt],
    ['ORCPT=rfc822;jörg@domain.com', badOrcpt],
    ['ORCPT=utf-8;a+2Bb', badOrcpt],
    ['ORCPT=utf-8;\\x{0A}', badOrcpt],
    ['ORCPT=(x);a', badOrcpt],
    [`ORCPT=rfc822;${'x'.repeat(500)}`, badOrcpt],
    ['ORCPT=rfc822;a@b ORCPT=rfc822;a@b', '501 5.5.4 RCPT has the parameter ORCPT twice'],
    ['RET=FULL', '555 5.5.4 the parameter RET of RCPT is not supported'],
    ['RRVS=2014-04-03T23:01:00Z', '555 5.5.4 the parameter RRVS of RCPT is not supported'],
    ['CONSTRUCTOR=x', '555 5.5.4 the parameter CONSTRUCTOR of RCPT is not supported'],
  ] as const)
    it(`${text.slice(0, 60)} gets ${reply}`, () => assert.equal(rcpt(text), reply));

  it('are refused where DSN is not offered', () => {
    for (const text of ['NOTIFY=NEVER', 'ORCPT=rfc822;a@b'])
      assert.match(String(rcpt(text, ['8BITMIME'])), /^555 5\.5\.4 /);
  });

  const needsUtf8 = '501 5.5.4 a non-ASCII ORCPT requires the parameter SMTPUTF8 of MAIL';
  for (const [text, smtputf8, expected] of [
    ['ORCPT=utf-8;jörg@domain.com', true, 'jörg@domain.com'],
    ['ORCPT=utf-8;jörg@domain.com', false, needsUtf8],
    ['ORCPT=utf-8;j\\x{F6}rg@domain.com', true, 'jörg@domain.com'],
    ['ORCPT=utf-8;j\\x{F6}rg@domain.com', false, 'jörg@domain.com'],
    ['ORCPT=rfc822;jörg@domain.com', true, badOrcpt],
    ['ORCPT=rfc822;jörg@domain.com', false, needsUtf8],
    ['ORCPT=rfc822;jo@domain.com', false, 'jo@domain.com'],
  ] as const) {
    it(`${smtputf8 ? 'with' : 'without'} SMTPUTF8 at MAIL: ${text} gives ${expected}`, () => {
      const reading = readRcptParameters(parametersOf(text), offeredExtensions(usual), smtputf8);
      const given =
        reading.kind === 'read'
          ? reading.value.orcpt?.address
          : `${reading.reply.code} ${reading.reply.enhanced} ${reading.reply.text}`;
      assert.equal(given, expected);
    });
  }

  it('with as long an ORCPT as is permitted are read', () => {
    assert.notEqual(readOrcpt(`rfc822;${'x'.repeat(493)}`), null);
    assert.equal(readOrcpt(`rfc822;${'x'.repeat(494)}`), null);
    // As it is passed on, each character takes six.
    assert.notEqual(readOrcpt(`utf-8;${'ö'.repeat(82)}`), null);
    assert.equal(readOrcpt(`utf-8;${'ö'.repeat(83)}`), null);
  });
});

describe('parameters of both', () => {
  const printable = fc.string({
    unit: fc.integer({ min: 0x20, max: 0x7e }).map((one) => String.fromCharCode(one)),
    minLength: 1,
    maxLength: 33,
  });
  const offered = offeredExtensions(usual);

  it('are read again as they were passed on', () => {
    const notifies: readonly RecipientNotary['notify'][] = [
      null,
      [],
      ['SUCCESS'],
      ['FAILURE', 'DELAY'],
      ['SUCCESS', 'DELAY'],
    ];
    const types = fc.constantFrom('rfc822', 'utf-8', 'x400', null);
    const address = printable.filter((one) => one.trim() !== '');
    fc.assert(
      fc.property(fc.constantFrom(...notifies), types, address, (notify, type, text) => {
        const notary = { notify, orcpt: type === null ? null : { type, address: text } };
        const written = rcptParameters(offered, notary).trim();
        assert.match(written, /^[!-~]*(?: [!-~]+)*$/);
        assert.deepEqual(rcpt(written), notary);
      }),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(null, 'FULL' as const, 'HDRS' as const),
        fc.option(printable),
        (ret, envid) => {
          const message = { notary: { ret, envid }, eightBit: true, smtputf8: false, size: 7 };
          const written = mailParameters(offered, message).trim();
          assert.deepEqual(mail(written), { ret, envid, eightBit: true, smtputf8: false, size: 7 });
        },
      ),
    );
  });

  it('are read or refused, whatever is written, in linear time', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }).map((one) => one.replace(/ /g, ''))), (words) => {
        const parameters = words.map(parameterOf);
        for (const reading of [
          readMailParameters(parameters, offered),
          readRcptParameters(parameters, offered, true),
        ]) {
          if (reading.kind === 'refused') assert.match(String(reading.reply.code), /^5\d\d$/);
        }
      }),
    );
    for (const value of [
      '+2B'.repeat(100_000),
      'SUCCESS,'.repeat(100_000),
      '\\x{'.repeat(100_000),
      ';'.repeat(300_000),
    ]) {
      const began = performance.now();
      for (const name of ['NOTIFY', 'ORCPT']) rcpt(`${name}=rfc822;${value}`);
      rcpt(`ORCPT=utf-8;${value}`);
      mail(`ENVID=${value}`);
      assert.ok(performance.now() - began < 1000);
    }
  });
});
