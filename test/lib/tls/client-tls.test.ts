import assert from 'node:assert/strict';
import {
  clientTls,
  type TlsVerification,
  type TlsVerify,
  verificationOfDomain,
} from '../../../lib/tls/client-tls.js';
import type { Demand } from '../../../lib/tls/tls-keywords.js';

const none: TlsVerification = { verify: 'none', name: null, ca: null };
const name: TlsVerification = { verify: 'name', name: null, ca: null };
const named: TlsVerification = { verify: 'name', name: 'mx.domain.com', ca: null };

describe('clientTls', () => {
  const rows: readonly (readonly [
    Demand,
    TlsVerification | null,
    TlsVerify,
    Demand,
    TlsVerify,
    string | null,
  ])[] = [
    ['no', null, 'none', 'no', 'none', null],
    ['no', null, 'name', 'no', 'none', null],
    ['no', none, 'name', 'no', 'none', null],
    ['no', name, 'none', 'must', 'name', null],
    ['may', null, 'none', 'may', 'none', null],
    ['may', null, 'name', 'must', 'name', null],
    ['may', none, 'name', 'may', 'none', null],
    ['may', named, 'none', 'must', 'name', 'mx.domain.com'],
    ['must', null, 'none', 'must', 'none', null],
    ['must', null, 'name', 'must', 'name', null],
    ['must', none, 'name', 'must', 'none', null],
    ['must', named, 'none', 'must', 'name', 'mx.domain.com'],
  ];
  for (const [demand, particular, general, wanted, verify, certificate] of rows) {
    it(`${demand}, ${particular?.verify ?? 'nothing particular'}, in general ${general}: ${wanted}, ${verify}`, () => {
      assert.deepEqual(clientTls(demand, particular, { verify: general, ca: null }), {
        demand: wanted,
        verify,
        name: certificate,
        ca: null,
      });
    });
  }

  const own: TlsVerification = { ...named, ca: 'partner.pem' };
  for (const [what, particular, verify, ca, wanted] of [
    ['its own before the general ones', own, 'none', 'all.pem', 'partner.pem'],
    ['the general ones where it has none', named, 'none', 'all.pem', 'all.pem'],
    ['the general ones in general', null, 'name', 'all.pem', 'all.pem'],
    ['none if nothing is verified', none, 'name', 'all.pem', null],
    ['none if nothing is verified in general', null, 'none', 'all.pem', null],
  ] as const) {
    it(`uses the authorities ${what}`, () => {
      assert.equal(clientTls('must', particular, { verify, ca }).ca, wanted);
    });
  }
});

describe('verificationOfDomain', () => {
  const domains = new Map([
    ['bank.example', name],
    ['.bank.example', none],
    ['.x.bank.example', named],
  ]);
  const rows: readonly (readonly [string, TlsVerification | null])[] = [
    ['bank.example', name],
    ['BANK.Example', name],
    ['a.bank.example', none],
    ['x.bank.example', none],
    ['a.x.bank.example', named],
    ['a.b.x.bank.example', named],
    ['otherbank.example', null],
    ['example', null],
    ['', null],
  ];
  for (const [domain, wanted] of rows) {
    it(domain === '' ? 'no domain' : domain, () =>
      assert.equal(verificationOfDomain(domains, domain), wanted),
    );
  }
});
