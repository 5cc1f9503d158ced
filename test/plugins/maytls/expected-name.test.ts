import assert from 'node:assert/strict';
import { expectedName } from '../../../plugins/maytls/tls-attempt.js';

describe('the name that a certificate must have', () => {
  const rows: readonly (readonly [string, string | null, string | undefined, string])[] = [
    ['mail.other.com', null, undefined, 'mail.other.com'],
    ['192.0.2.9', null, 'mx.other.com', 'mx.other.com'],
    ['192.0.2.9', null, undefined, '192.0.2.9'],
    ['192.0.2.9', null, '', '192.0.2.9'],
    ['2001:db8::9', null, undefined, '2001:db8::9'],
    ['192.0.2.9', 'given.other.com', 'mx.other.com', 'given.other.com'],
    ['mail.other.com', 'given.other.com', undefined, 'given.other.com'],
  ];
  for (const [host, name, named, wanted] of rows) {
    it(`${host}, given ${name}, by DNS ${named}: ${wanted}`, () => {
      const mx = named === undefined ? {} : { from_dns: named };
      assert.equal(
        expectedName({ tls: { demand: 'must', verify: 'name', name, ca: null }, mx, host }),
        wanted,
      );
    });
  }
});
