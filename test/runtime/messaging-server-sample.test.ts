/*
 * The sample of a site that ran Messaging Server, as its installer writes such files: it loads with few warnings, and
 * decides as there.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { decideConnection } from '../../lib/decide/decide-connection.js';
import { decideRecipient } from '../../lib/decide/decide-recipient.js';
import { absent, driveNow } from '../../lib/engine/lookup.js';
import { deliveryRoute } from '../../lib/policy/delivery-route.js';
import { OpenDatabases } from '../../runtime/databases/open-databases.js';
import { type LoadedConfiguration, loadConfiguration } from '../../runtime/load-configuration.js';
import { brief } from '../lib/decide/decide-as.js';
import { requestOf, sessionOf } from '../lib/decide/session-of.js';
import { plainEnvironment } from '../lib/policy/policy-of.js';
import { ManualClock } from '../support/manual-clock.js';
import { projectRoot } from '../support/project-root.js';

const folder = join(projectRoot, 'config', 'messaging-server');

describe('config/messaging-server', () => {
  let open: OpenDatabases;
  let loaded: LoadedConfiguration;

  before(() => {
    open = new OpenDatabases(folder, { clock: new ManualClock(), report: () => {} });
    loaded = loadConfiguration(folder, open);
  });
  after(() => open.close());

  function policy() {
    assert.ok(loaded.value !== null);
    return loaded.value.policy;
  }

  it('loads with a warning for each kind of unsupported feature', () => {
    assert.deepEqual(loaded.diagnostics.map(({ severity, code }) => `${severity} ${code}`).sort(), [
      'warning channel/ignored-keyword',
      'warning channel/ignored-keyword',
      'warning channel/reserved-name',
      'warning channel/reserved-name',
      'warning mapping/not-provided',
      'warning option/log',
      'warning policy/foreign-table',
      'warning policy/no-next-hop',
    ]);
  });

  for (const [address, port, channel] of [
    ['203.0.113.9', 25, 'tcp_local'],
    ['192.0.2.7', 25, 'tcp_intranet'],
    ['203.0.113.9', 587, 'tcp_submit'],
  ] as const) {
    it(`treats ${address} on port ${port} as a client of ${channel}`, () => {
      const work = decideConnection(
        policy(),
        {
          client: { address, port: 40_000 },
          server: { address: '192.0.2.25', port },
          reverseName: { kind: 'none', cause: 'not looked up' },
        },
        plainEnvironment(),
      );
      assert.equal(driveNow(work, () => absent).channel, channel);
    });
  }

  const notHere = '550 5.7.1 you are not allowed to use this address';
  for (const [to, source, wanted] of [
    ['jane@example.org', 'tcp_local', 'jane@store.ims-ms-daemon on ims-ms'],
    ['jane@mail.example.org', 'tcp_local', 'jane@store.ims-ms-daemon on ims-ms'],
    ['postmaster', 'tcp_local', 'jane@store.ims-ms-daemon on ims-ms'],
    ['bob@example.org', 'tcp_local', 'bob@store1.example.org on tcp_lmtpcs'],
    ['nobody@example.org', 'tcp_local', '550 5.1.1 no such alias: nobody@example.org'],
    ['x@other.example', 'tcp_local', '550 5.7.1 Relaying not permitted: x@other.example by mappings:17'],
    ['x@other.example', 'tcp_intranet', 'x@other.example on tcp_local'],
    ['x@other.example', 'tcp_auth', 'x@other.example on tcp_local'],
    ['x@store.ims-ms-daemon', 'tcp_local', `${notHere}: x@store.ims-ms-daemon by mappings:19`],
    ['u@ims-ms-daemon', 'tcp_intranet', '550 5.1.2 no such host: u@ims-ms-daemon'],
    ['x@store1.example.org.lmtp', 'tcp_local', `${notHere}: x@store1.example.org.lmtp by mappings:20`],
    [
      'lists@example.org',
      'tcp_local',
      'jane@store.ims-ms-daemon on ims-ms; bob@store1.example.org on tcp_lmtpcs; carol@other.example on tcp_local',
    ],
  ] as const) {
    it(`sends ${to} from ${source} to ${wanted}`, () => {
      const work = decideRecipient(
        {
          policy: policy(),
          session: sessionOf({ sourceChannel: source }),
          environment: plainEnvironment(),
        },
        'a@b.example',
        requestOf(to),
        { tables: true, bothPasses: true },
      );
      assert.equal(brief(driveNow(work, () => absent)), wanted);
    });
  }

  it('delivers mail to the stores by LMTP', () => {
    const { nextHop, protocol, method } = deliveryRoute(policy(), 'ims-ms');
    assert.deepEqual(
      { nextHop, protocol, method },
      {
        nextHop: { protocol: 'lmtp', host: 'store.example.org', port: 225 },
        protocol: 'lmtp',
        method: 'queue',
      },
    );
    const stores = deliveryRoute(policy(), 'tcp_lmtpcs');
    assert.deepEqual([stores.nextHop, stores.protocol, stores.mx, stores.port], [null, 'lmtp', 'none', 225]);
  });
});
