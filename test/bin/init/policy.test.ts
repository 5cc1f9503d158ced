/*
 * Whatever the answers are, the policy made from them compiles without a finding, and puts every client on the right
 * channel.
 */

import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import fc from 'fast-check';
import { exampleClient, policyFor } from '../../../bin/init/policy-model.js';
import { cnfText, generalText, mappingsText, settingsText } from '../../../bin/init/print-policy.js';
import { readDomains, readNetworks } from '../../../bin/init/read-answers.js';
import type { Site } from '../../../bin/init/site.js';
import { checkFolder } from '../../../bin/support/check-folder.js';
import { decideConnection } from '../../../lib/decide/decide-connection.js';
import { formatDiagnostic } from '../../../lib/text/diagnostic.js';
import { World } from '../../../runtime/world.js';
import { networkContains } from '../../support/addresses.js';
import { type TemporaryFolder, temporaryFolder } from '../../support/temporary-folder.js';

const delivery = { throughPlugin: 'smtp_forward', nextHop: null };

function siteOf(domains: string, networks: string): Site {
  return { domains: readDomains([domains]), networks: networks === '' ? [] : readNetworks([networks]) };
}

function write(folder: TemporaryFolder, site: Site, isYaml: boolean): void {
  const model = policyFor(site);
  rmSync(folder.path('config'), { recursive: true, force: true });
  folder.write(
    'config/pmdf/pmdf.yaml',
    settingsText(site, delivery, { model: isYaml ? model : null, connections: null }),
  );
  folder.write('config/pmdf/general.txt', generalText(site));
  if (isYaml) return;
  folder.write('config/pmdf/pmdf.cnf', cnfText(model));
  folder.write('config/pmdf/mappings', mappingsText(model));
}

/** The channels that clients at addresses come in on. */
async function channelsOf(folder: TemporaryFolder, addresses: readonly string[]): Promise<readonly string[]> {
  const world = new World({ configFolder: folder.path('config'), watch: false, log: () => undefined });
  const policy = world.policy();
  const server = { address: '192.0.2.25', port: 25 };
  const reverseName = { kind: 'none', cause: 'none is assumed' } as const;
  try {
    const decisions = addresses.map((address) =>
      world.decide(policy, (environment) =>
        decideConnection(policy, { client: { address, port: 4000 }, server, reverseName }, environment),
      ),
    );
    return (await Promise.all(decisions)).map(({ channel }) => channel);
  } finally {
    world.close();
  }
}

const tables: readonly (readonly [domains: string, networks: string])[] = [
  ['domain.com', ''],
  ['domain.com', '10.0.0.0/8'],
  ['domain.com,second.example,third.example', '10.20.0.0/16,192.168.7.0/24,10.1.2.3'],
  ['domain.com,sub.domain.com,a.b.domain.com', '172.16.0.0/12'],
  ['sub.domain.com,domain.com', '172.16.0.0/12,10.0.0.0/8,10.20.0.0/16'],
  ['bücher.example,ÖSTERREICH.example', '2001:db8::/32,fd00::/8'],
  ['xn--bcher-kva.example', '2001:db8::1,::ffff:10.20.0.0/112'],
  ['1und1.example,a-b.c-d.example', '192.0.2.128/25,192.0.2.1/32,198.51.100.0/31'],
  ['domain.com', '128.0.0.0/1'],
];

describe('the policy that pmdf init makes', () => {
  const folder = temporaryFolder();

  for (const [domains, networks] of tables) {
    for (const isYaml of [false, true]) {
      it(`${domains} with ${networks || 'no networks'}${isYaml ? ' in YAML' : ''} has no finding`, async () => {
        const site = siteOf(domains, networks);
        write(folder, site, isYaml);
        const { diagnostics } = await checkFolder(folder.path('config/pmdf'));
        assert.deepEqual(diagnostics.map(formatDiagnostic), []);
        const client = exampleClient(site.networks);
        if (client === null) return;
        assert.ok(site.networks[0] !== undefined && networkContains(site.networks[0], client), client);
        assert.deepEqual(await channelsOf(folder, [client, '100.64.0.1']), ['tcp_internal', 'tcp_local']);
      });
    }
  }

  it('makes every client of the networks internal, and no other', async () => {
    const ipv4 = fc.tuple(fc.ipV4(), fc.integer({ min: 1, max: 32 })).map(([ip, bits]) => `${ip}/${bits}`);
    const ipv6 = fc.tuple(fc.ipV6(), fc.integer({ min: 1, max: 128 })).map(([ip, bits]) => `${ip}/${bits}`);
    const networks = fc.array(fc.oneof(ipv4, ipv6), { minLength: 1, maxLength: 6 });
    const clients = fc.array(fc.oneof(fc.ipV4(), fc.ipV6()), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(networks, clients, fc.boolean(), async (written, strangers, isYaml) => {
        // Bits after a prefix are refused with a hint that leaves them out, which is the intended network.
        const hinted = written.map((one) => {
          try {
            readNetworks([one]);
            return one;
          } catch (error) {
            const hint = error instanceof Error && 'hint' in error ? String(error.hint) : '';
            return /`([^`]+)`/.exec(hint)?.[1] ?? '192.0.2.0/24';
          }
        });
        const site = siteOf('domain.com', hinted.join(','));
        write(folder, site, isYaml);
        const asked = [...strangers, ...site.networks.map(({ address }) => address)];
        const expected = asked.map((client) =>
          site.networks.some((network) => networkContains(network, client)) ? 'tcp_internal' : 'tcp_local',
        );
        assert.deepEqual(await channelsOf(folder, asked), expected);
      }),
      { numRuns: 60 },
    );
  });
});
