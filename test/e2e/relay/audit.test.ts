/*
 * Compares the relay audit's model of mail servers with real ones: of the addresses that the policy accepts without the
 * built-in entries, the model finds every one that Postfix, Exim or Sendmail would send to a third party.
 */

import assert from 'node:assert/strict';
import { absent, driveNow } from '../../../lib/engine/lookup.js';
import { allAttempts } from '../../../lib/proof/audit/attempts.js';
import { auditHosts } from '../../../lib/proof/audit/audit-hosts.js';
import { readingTowards } from '../../../lib/proof/audit/readings.js';
import { exampleFile } from '../../lib/decide/session-of.js';
import { plainEnvironment, policyOf } from '../../lib/policy/policy-of.js';
import { itWith } from '../../support/programs.js';
import type { Mta } from '../support/mta.js';
import { openStrangersPolicy } from './decide-as-stranger.js';
import { findLeaks } from './find-leaks.js';
import { mtaNames, startMta } from './lab.js';

/** Exim as installed unwraps nothing. */
const least: Readonly<Record<Mta['name'], number>> = { postfix: 300, exim: 0, sendmail: 200 };

describe('the model of mail servers in the relay audit', function () {
  this.timeout(300_000);
  const compiled = policyOf({ cnf: exampleFile('pmdf.cnf'), mappings: exampleFile('mappings') });
  const hosts = driveNow(
    auditHosts(compiled, 'tcp_local', () => plainEnvironment()),
    () => absent,
  );
  let given: readonly string[] = [];

  before(async () => {
    const policy = await openStrangersPolicy({ builtInSourceRoutes: 'off' });
    try {
      const found = new Set<string>();
      for (const { to } of allAttempts(hosts)) {
        for (const { address } of (await policy.decide(to))?.handedOn ?? []) found.add(address);
      }
      given = [...found];
    } finally {
      policy.close();
    }
  });

  for (const name of mtaNames) {
    itWith([name], `finds every address that a stock ${name} would send to a third party`, async () => {
      const mta = await startMta(name, 1);
      try {
        const leaks = await findLeaks(mta, given);
        const missed = leaks.filter(({ address }) => readingTowards(address, hosts.foreign) === null);
        const found = given.filter((address) => readingTowards(address, hosts.foreign) !== null);
        console.log(
          `      ${given.length} addresses: ${name} would send on ${leaks.length}, the model ${found.length}`,
        );
        assert.ok(
          leaks.length >= least[name],
          `only ${leaks.length} leaks: the forms are too weak to show anything`,
        );
        assert.deepEqual(
          missed.map(({ way }) => way.join(' -> ')),
          [],
        );
      } finally {
        await mta.stop();
      }
    });
  }
});
