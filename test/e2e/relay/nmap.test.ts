/*
 * nmap's sixteen tests for an open relay, under every kind of name that the front may use in its greeting: the script
 * takes the host of its addresses from there.
 */

import assert from 'node:assert/strict';
import { describeWith } from '../../support/programs.js';
import { startHaraka } from '../support/haraka-install.js';
import { runNmapOpenRelay } from '../support/nmap.js';
import { frontConfig, frontPlugins } from './front.js';

const greetings: readonly (readonly [kind: string, me: string, ip: string])[] = [
  ['the local domain', 'domain.com', '192.0.2.1'],
  ['the local domain in capitals', 'DOMAIN.COM', '192.0.2.1'],
  ['a host below the local domain', 'mx.sub.domain.com', '192.0.2.1'],
  ['a foreign name', 'mx.elsewhere.example', '192.0.2.1'],
  ['the address literal of the host', '[127.0.0.1]', '127.0.0.1'],
  ['the name of a channel', 'tcp-internal', '192.0.2.1'],
];

describeWith(['nmap'], 'nmap finds no open relay', function () {
  this.timeout(180_000);

  for (const [kind, me, ip] of greetings) {
    it(`behind a greeting with ${kind}`, async () => {
      const front = await startHaraka({
        plugins: frontPlugins,
        // The script sends no message, so no next hop is needed.
        config: frontConfig({ mta: 1, outside: 1 }, { me }),
        rdns: new Map(),
      });
      try {
        const verdict = await runNmapOpenRelay({ port: front.port, ip });
        assert.deepEqual(verdict.tests, []);
        assert.equal(verdict.isOpen, false, verdict.output);
        const asked = front.log().match(/reject recipient </g) ?? [];
        // The others are syntax errors, and Haraka itself refuses them.
        assert.ok(asked.length >= 8, `only ${asked.length} recipients came to a decision`);
      } finally {
        await front.stop();
      }
    });
  }
});
