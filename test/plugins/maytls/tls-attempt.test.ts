/*
 * A server's offer of STARTTLS is hidden from Haraka, in every form that Haraka would recognise; a refusal of it is quoted
 * without its line end.
 */

import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { Demand } from '../../../lib/tls/tls-keywords.js';
import { TlsAttempt } from '../../../plugins/maytls/tls-attempt.js';

/** A connection on which a file is delivered; `received` are the lines that reach Haraka. */
class Connection extends EventEmitter {
  readonly received: string[] = [];

  /** Why the attempt failed. */
  readonly failures: string[] = [];

  constructor(demand: Demand, avoided: boolean) {
    super();
    this.on('line', (line: string) => this.received.push(line));
    this.on('error', () => undefined);
    new TlsAttempt(this, {
      tls: { demand, verify: 'none', name: null, ca: null },
      mx: {},
      host: 'mx.example',
      authorities: null,
      avoided,
      failed: (reason) => this.failures.push(reason),
    });
  }

  write(_text: string): boolean {
    return true;
  }

  upgrade(): void {}

  isEncrypted(): boolean {
    return false;
  }
}

const offers = [
  '250-STARTTLS',
  '250 starttls',
  '250-2.0.0 STARTTLS',
  '220-STARTTLS',
  '250-#STARTTLS',
  '250-STARTTLS \r',
];

describe('TlsAttempt', () => {
  for (const offer of offers) {
    it(`keeps the offer ${JSON.stringify(offer)} from Haraka if TLS must not be used`, () => {
      for (const connection of [new Connection('no', false), new Connection('may', true)]) {
        connection.emit('line', offer);
        assert.deepEqual(connection.received, [`${offer.slice(0, 4)}XNOSTARTTLS`]);
      }
    });

    it(`leaves the offer ${JSON.stringify(offer)} to Haraka if TLS may be used`, () => {
      const connection = new Connection('may', false);
      connection.emit('line', offer);
      assert.deepEqual(connection.received, [offer]);
    });
  }

  it('quotes the reply that refuses STARTTLS without its line end', () => {
    const connection = new Connection('must', false);
    connection.write('STARTTLS\r\n');
    connection.emit('line', '454 4.7.0 no\r\n');
    assert.deepEqual(connection.failures, ['the server answered STARTTLS with `454 4.7.0 no`']);
  });
});
