import assert from 'node:assert/strict';
import { chooseMechanism, type SaslMechanism, saslMechanisms } from '../../../lib/tls/client-sasl.js';

describe('chooseMechanism', () => {
  const rows: readonly (readonly [readonly SaslMechanism[], string, boolean, string | RegExp])[] = [
    [saslMechanisms, 'PLAIN LOGIN', true, 'PLAIN'],
    [saslMechanisms, 'login', true, 'LOGIN'],
    [saslMechanisms, 'LOGIN PLAIN CRAM-MD5', true, 'CRAM-MD5'],
    [saslMechanisms, 'LOGIN PLAIN CRAM-MD5', false, 'CRAM-MD5'],
    [['LOGIN', 'PLAIN'], 'PLAIN LOGIN', true, 'LOGIN'],
    [['PLAIN', 'CRAM-MD5'], 'PLAIN CRAM-MD5', false, 'CRAM-MD5'],
    [saslMechanisms, 'PLAIN LOGIN', false, /withheld: the password is not sent without TLS/],
    [saslMechanisms, '', true, /^the server offers no AUTH$/],
    [saslMechanisms, '', false, /^the server offers no AUTH$/],
    [saslMechanisms, 'GSSAPI', false, /^the server offers none of CRAM-MD5, PLAIN, LOGIN, but `GSSAPI`$/],
    [['CRAM-MD5'], 'PLAIN', true, /^the server offers none of CRAM-MD5, but `PLAIN`$/],
  ];
  for (const [mechanisms, offered, mayPass, wanted] of rows) {
    const where = mayPass ? 'where the password may pass' : 'where it may not';
    it(`${mechanisms.join(' ')} of \`${offered}\` ${where}: ${wanted}`, () => {
      const names = offered.split(' ').filter((one) => one !== '');
      const choice = chooseMechanism({ mechanisms }, names, mayPass);
      if (typeof wanted === 'string') assert.deepEqual(choice, { kind: 'use', mechanism: wanted });
      else if (choice.kind === 'none') {
        assert.match(`${choice.isWithheld ? 'withheld: ' : ''}${choice.reason}`, wanted);
      } else assert.fail(choice.mechanism);
    });
  }
});
