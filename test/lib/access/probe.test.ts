/*
 * The probe of each access table, field by field.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  fromAccessProbe,
  mailAccessProbe,
  portAccessProbe,
  sendAccessProbe,
  smtpApplicationInfo,
} from '../../../lib/access/probe.js';
import { releaseBars } from '../../../lib/address/bar.js';

const port = { serverAddress: '192.0.2.1', serverPort: 25, clientAddress: '198.51.100.7', clientPort: 4000 };
const overTcp = { port, applicationInfo: 'SMTP', submitType: 'MAIL' };
const elsewhere = { port: null, applicationInfo: '', submitType: 'MAIL' };
const recipient = {
  sourceChannel: 'tcp_local',
  envelopeFrom: 'a@b',
  destinationChannel: 'l',
  envelopeTo: 'c@d',
};
const from = { sourceChannel: 'tcp_local', envelopeFrom: 'a@b', authenticatedFrom: '' };

describe('access probes', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['PORT_ACCESS', portAccessProbe(port), 'TCP|192.0.2.1|25|198.51.100.7|4000'],
    ['SEND_ACCESS', sendAccessProbe(recipient, null), 'tcp_local|a@b|l|c@d'],
    ['SEND_ACCESS with ORCPT', sendAccessProbe(recipient, 'e@f'), 'tcp_local|a@b|l|c@d|e@f'],
    ['SEND_ACCESS with an empty ORCPT', sendAccessProbe(recipient, ''), 'tcp_local|a@b|l|c@d|'],
    [
      'SEND_ACCESS of a bounce',
      sendAccessProbe({ ...recipient, envelopeFrom: '' }, null),
      'tcp_local||l|c@d',
    ],
    [
      'MAIL_ACCESS',
      mailAccessProbe(overTcp, recipient),
      'TCP|192.0.2.1|25|198.51.100.7|4000|SMTP|MAIL|tcp_local|a@b|l|c@d',
    ],
    ['MAIL_ACCESS without a connection', mailAccessProbe(elsewhere, recipient), '||MAIL|tcp_local|a@b|l|c@d'],
    [
      'FROM_ACCESS',
      fromAccessProbe(overTcp, { ...from, authenticatedFrom: 'joe' }),
      'TCP|192.0.2.1|25|198.51.100.7|4000|SMTP|MAIL|tcp_local|a@b|joe',
    ],
    ['FROM_ACCESS without AUTH', fromAccessProbe(elsewhere, from), '||MAIL|tcp_local|a@b|'],
  ];
  for (const [name, probe, want] of cases) {
    it(`${name}: ${want}`, () => assert.equal(probe, want));
  }

  it('writes the app-info both ways', () => {
    assert.equal(smtpApplicationInfo('SMTP', 'mail.example'), 'SMTP');
    assert.equal(smtpApplicationInfo('SMTP/helo', 'mail.example'), 'SMTP/mail.example');
    assert.equal(smtpApplicationInfo('SMTP/helo', null), 'SMTP/');
  });

  it('never lets a bar inside a field shift the fields', () => {
    const text = fc.string();
    fc.assert(
      fc.property(text, text, text, text, text, (envelopeFrom, envelopeTo, helo, joe, original) => {
        const fields = { ...recipient, envelopeFrom, envelopeTo };
        const submission = { ...overTcp, applicationInfo: smtpApplicationInfo('SMTP/helo', helo) };
        const send = sendAccessProbe(fields, original).split('|');
        assert.deepEqual(send.map(releaseBars), ['tcp_local', envelopeFrom, 'l', envelopeTo, original]);
        assert.equal(mailAccessProbe(submission, fields).split('|').length, 11);
        const sender = { sourceChannel: 'tcp_local', envelopeFrom, authenticatedFrom: joe };
        assert.equal(fromAccessProbe(submission, sender).split('|').length, 10);
      }),
    );
  });
});
