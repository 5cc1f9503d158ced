/*
 * The probe of each access table, field by field.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  accessProbe,
  inputFlagsFor,
  type ProbeField,
  probeFields,
  smtpApplication,
} from '../../../lib/access/probe.js';
import { accessTables } from '../../../lib/access/tables.js';
import { holdBars, releaseBars } from '../../../lib/address/bar.js';
import { factsOf } from './probe-facts.js';

const port = { serverAddress: '192.0.2.1', serverPort: 25, clientAddress: '198.51.100.7', clientPort: 4000 };
const overTcp = { port, application: 'SMTP' };

describe('access probes', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['PORT_ACCESS', accessProbe('PORT_ACCESS', factsOf(overTcp)), 'TCP|192.0.2.1|25|198.51.100.7|4000'],
    ['SEND_ACCESS', accessProbe('SEND_ACCESS', factsOf(overTcp)), 'tcp_local|a@b|l|c@d'],
    [
      'SEND_ACCESS with ORCPT',
      accessProbe('SEND_ACCESS', factsOf({ originalRecipient: 'e@f' })),
      'tcp_local|a@b|l|c@d|e@f',
    ],
    [
      'SEND_ACCESS with an empty ORCPT',
      accessProbe('SEND_ACCESS', factsOf({ originalRecipient: '' })),
      'tcp_local|a@b|l|c@d|',
    ],
    [
      'SEND_ACCESS of a bounce',
      accessProbe('SEND_ACCESS', factsOf({ envelopeFrom: '' })),
      'tcp_local||l|c@d',
    ],
    [
      'MAIL_ACCESS',
      accessProbe('MAIL_ACCESS', factsOf(overTcp)),
      'TCP|192.0.2.1|25|198.51.100.7|4000|SMTP|MAIL|tcp_local|a@b|l|c@d',
    ],
    [
      'MAIL_ACCESS without a connection',
      accessProbe('MAIL_ACCESS', factsOf({})),
      '||MAIL|tcp_local|a@b|l|c@d',
    ],
    [
      'FROM_ACCESS',
      accessProbe('FROM_ACCESS', factsOf({ ...overTcp, authenticatedFrom: 'joe' })),
      'TCP|192.0.2.1|25|198.51.100.7|4000|SMTP|MAIL|tcp_local|a@b|joe',
    ],
    ['FROM_ACCESS without AUTH', accessProbe('FROM_ACCESS', factsOf({})), '||MAIL|tcp_local|a@b|'],
  ];
  for (const [name, probe, want] of cases) {
    it(`${name}: ${want}`, () => assert.equal(probe, want));
  }

  it('writes the app-info both ways', () => {
    assert.equal(smtpApplication('pmdf', 'mail.example'), 'SMTP');
    assert.equal(smtpApplication('messaging-server', 'mail.example'), 'SMTP/mail.example');
    assert.equal(smtpApplication('messaging-server', null), 'SMTP/');
  });

  it('joins the fields in the order of probeFields', () => {
    const address = fc.string({ unit: fc.constantFrom('a', '|', '@'), maxLength: 5 });
    fc.assert(
      fc.property(
        address,
        address,
        fc.constantFrom(null, port),
        fc.constantFrom(null, 'e|f'),
        (from, to, tcp, original) => {
          const given = { envelopeFrom: from, envelopeTo: to, port: tcp, originalRecipient: original };
          const facts = factsOf({ ...given, application: 'SMTP/x|y', authenticatedFrom: 'joe' });
          const values: Readonly<Record<ProbeField, string>> = {
            transport: tcp === null ? '' : 'TCP',
            serverAddress: port.serverAddress,
            serverPort: String(port.serverPort),
            clientAddress: port.clientAddress,
            clientPort: String(port.clientPort),
            application: facts.application,
            submitType: facts.submitType,
            sourceChannel: facts.sourceChannel,
            from,
            destinationChannel: facts.destinationChannel,
            to,
            authenticatedFrom: facts.authenticatedFrom,
            orcpt: original ?? '',
          };
          for (const { table } of accessTables) {
            const fields = probeFields(table, { overTcp: tcp !== null, orcpt: original !== null });
            const plain = fields.map((field) => holdBars(values[field])).join('|');
            assert.equal(accessProbe(table, facts), plain, table);
          }
        },
      ),
    );
  });

  it('never lets a bar inside a field shift the fields', () => {
    const text = fc.string();
    fc.assert(
      fc.property(text, text, text, text, text, (envelopeFrom, envelopeTo, helo, joe, original) => {
        const application = smtpApplication('messaging-server', helo);
        const envelope = { envelopeFrom, envelopeTo, authenticatedFrom: joe, originalRecipient: original };
        const facts = factsOf({ port, application, ...envelope });
        const send = accessProbe('SEND_ACCESS', facts).split('|');
        assert.deepEqual(send.map(releaseBars), ['tcp_local', envelopeFrom, 'l', envelopeTo, original]);
        for (const { table } of accessTables) {
          const fields = probeFields(table, { overTcp: true, orcpt: true });
          assert.equal(accessProbe(table, facts).split('|').length, fields.length, table);
        }
      }),
    );
  });

  it('has an input flag for each fact that a table may know', () => {
    const bit = fc.boolean();
    const protocols = fc.constantFrom('SMTP' as const, 'ESMTP' as const, 'LMTP' as const);
    fc.assert(
      fc.property(
        bit,
        bit,
        protocols,
        fc.subarray(['DELAY', 'FAILURE', 'SUCCESS', 'NEVER']),
        (auth, tls, protocol, asked) => {
          const facts = { authenticated: auth, tls, protocol, notify: new Set(asked) };
          const session = [auth ? 'A' : '', tls ? 'T' : '', { SMTP: '', ESMTP: 'E', LMTP: 'L' }[protocol]];
          const receipts = asked.flatMap((one) => (one === 'NEVER' ? [] : [one.charAt(0)]));
          for (const { table, phase } of accessTables) {
            const known =
              phase === 'connect' ? ['A'] : phase === 'MAIL FROM' ? session : [...session, ...receipts];
            assert.deepEqual(inputFlagsFor(table, facts), new Set(known.filter((one) => one !== '')), table);
          }
        },
      ),
    );
  });
});
