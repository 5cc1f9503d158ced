/*
 * Haraka behind a real HAProxy and a real stunnel, in place of PTSMTP, with the sample configuration: who is inside and
 * who is outside through the proxy, and what clients get that bypass it.
 */

import assert from 'node:assert/strict';
import { printed } from '../../docs/console.js';
import { describeWith } from '../../support/programs.js';
import { sampleMessage } from '../support/deliver.js';
import { ground, groundShown } from '../support/network/ground.js';
import type { SmtpClient } from '../support/smtp-client.js';
import {
  type Coming,
  HAPROXY,
  type ProxyLab,
  STRANGER,
  STUNNEL,
  sampleFile,
  startProxyLab,
  WORKSTATION,
} from './support/lab.js';

/** A route to the server: what is connected to, and where TLS begins. */
interface Approach {
  readonly shown: string;
  readonly to: string;
  readonly port: number;
  readonly tls: 'from the start' | 'by STARTTLS' | 'none';
}

const approaches: readonly Approach[] = [
  { shown: 'HAProxy on 465', to: HAPROXY, port: 465, tls: 'from the start' },
  { shown: 'HAProxy on 587 with STARTTLS', to: HAPROXY, port: 587, tls: 'by STARTTLS' },
  { shown: 'HAProxy on 25 with STARTTLS', to: HAPROXY, port: 25, tls: 'by STARTTLS' },
  { shown: 'HAProxy on 25 in the clear', to: HAPROXY, port: 25, tls: 'none' },
  { shown: 'stunnel on 465', to: STUNNEL, port: 465, tls: 'from the start' },
];

const people = [
  { host: 'world', from: STRANGER, channel: 'tcp_local', relays: false },
  { host: 'inside', from: WORKSTATION, channel: 'tcp_internal', relays: true },
] as const;

describeWith(['haproxy', 'stunnel', 'root'], `Haraka behind a proxy ${groundShown}`, () => {
  let lab: ProxyLab;
  before(async () => {
    lab = await startProxyLab();
  });
  after(() => lab?.stop());
  beforeEach(() => lab.mailServer.clear());

  async function approach(
    person: Pick<Coming, 'host' | 'from'>,
    { to, port, tls }: Approach,
  ): Promise<SmtpClient> {
    const implicitTls = tls === 'from the start' ? { implicitTls: {} } : {};
    const client = await lab.come({ ...person, to, port, ...implicitTls });
    assert.equal(client.greeting?.code, 220);
    const { text } = await client.ehlo();
    if (tls === 'by STARTTLS') {
      assert.match(text, /^STARTTLS$/m);
      assert.equal((await client.startTls()).code, 220);
      assert.doesNotMatch((await client.ehlo()).text, /^STARTTLS$/m);
    }
    return client;
  }

  for (const way of approaches) {
    for (const { host, from, channel, relays } of people) {
      it(`${way.shown}: a client ${host} comes in on ${channel}, and MAIL needs no AUTH`, async () => {
        const client = await approach({ host, from }, way);
        await lab.haraka.waitForLog(`channel=${channel} client=${lab.place(from)} `);
        for (const round of [1, 2]) {
          assert.equal((await client.mail('a@client.example')).code, 250);
          const relayed = await client.rcpt('victim@other.com');
          if (relays) assert.equal(relayed.code, 250);
          else assert.deepEqual(relayed.lines, ['550 5.7.1 Relaying not permitted: victim@other.com']);
          assert.equal((await client.send('RSET')).code, 250);
          assert.equal((await client.mail('a@client.example')).code, 250);
          assert.equal((await client.rcpt('bob@domain.com')).code, 250);
          assert.equal((await client.data(sampleMessage(way.shown))).code, 250);
          await lab.mailServer.waitForMessages(round);
        }
        await client.quit();
      });
    }
  }

  it('tells Haraka the port that clients connected to', async () => {
    const [smtps] = approaches;
    if (smtps === undefined) throw new Error('no way in');
    const client = await approach({ host: 'world', from: STRANGER }, smtps);
    assert.notEqual(client.peerFingerprint(), undefined);
    await lab.haraka.waitForLog(`${lab.place(HAPROXY)}:465`);
    await client.quit();
  });

  describe('a client behind it that sends PROXY itself', () => {
    for (const way of approaches) {
      it(`${way.shown}: is disconnected`, async () => {
        const client = await approach({ host: 'world', from: STRANGER }, way);
        const lie = `PROXY TCP4 ${lab.place(WORKSTATION)} ${lab.place(HAPROXY)} 4000 ${way.port}`;
        const { code } = await client.send(lie);
        assert.equal(code, 421);
        await client.closed;
      });
    }
  });

  describe('a client that bypasses it', () => {
    const direct = { host: 'server', to: '127.0.0.1' } as const;
    const lie = `PROXY TCP4 ${WORKSTATION} ${HAPROXY} 4000 465\r\n`;

    if (ground === 'network namespaces') {
      it('is stopped by the packet filter of the host', async () => {
        for (const port of [25, 465, 587])
          await assert.rejects(lab.come({ ...direct, port }), /ECONNREFUSED/);
        await lab.openHost();
      });
    }

    it('gets nothing on 465 without the certificate of the proxy, with a forged PROXY line or without', async () => {
      for (const first of [{}, { first: lie }]) {
        await assert.rejects(
          lab.come({ ...direct, port: 465, ...first, implicitTls: {} }),
          /the connection failed|closed the connection|the connection is closed/,
        );
      }
    });

    it('gets nothing on 465 with a PROXY line from another address than that of the proxy', async () => {
      const implicitTls = { ...lab.proxyCertificate };
      await assert.rejects(
        lab.come({ ...direct, from: '127.0.0.9', port: 465, first: lie, implicitTls }),
        /the connection failed|closed the connection|the connection is closed/,
      );
    });

    it('is refused on 465 with the certificate of the proxy, but without a PROXY line', async () => {
      const client = await lab.come({ ...direct, port: 465, implicitTls: { ...lab.proxyCertificate } });
      assert.deepEqual(client.greeting?.lines, ['554 5.7.1 Come by way of the proxy']);
      await client.close();
    });

    it('is refused on 25 and 587 from another address, with a forged PROXY line or without', async () => {
      for (const port of [25, 587]) {
        const refused = await lab.come({ ...direct, from: '127.0.0.9', port });
        assert.deepEqual(refused.greeting?.lines, ['554 5.7.1 Come by way of the proxy']);
        await refused.close();
        const liar = await lab.come({ ...direct, from: '127.0.0.9', port, first: lie, awaitGreeting: false });
        assert.ok([421, 554].includes((await liar.readReply('a refusal')).code));
        await liar.close();
      }
    });

    it('made nobody internal', () => {
      const claimed = [...lab.haraka.log().matchAll(/channel=tcp_internal client=(\S+) /g)].map(
        ([, client]) => client,
      );
      assert.equal(claimed.length, approaches.length);
      assert.deepEqual([...new Set(claimed)], [lab.place(WORKSTATION)]);
    });
  });
});

describe('the sample for a proxy', () => {
  const files = (cnf: string): ReadonlyMap<string, string> =>
    new Map([
      ['pmdf.cnf', cnf],
      ['mappings', sampleFile('mappings')],
      ['pmdf.yaml', sampleFile('pmdf.yaml')],
    ]);

  it('has no finding', () => {
    assert.match(
      printed('pmdf check', files(sampleFile('pmdf.cnf'))),
      /^(?:relaying: .*: proved: strangers cannot relay\n)+policy hash=[0-9a-f]{16}\n0 errors, 0 warnings$/,
    );
  });

  it('has one when an internal rule covers 127.0.0.1', () => {
    const rule = '[127.]   $U%[127.$L]@TCP-INTERNAL$E$R\n[10.20.] ';
    const found = printed('pmdf check', files(sampleFile('pmdf.cnf').replace('[10.20.] ', rule)));
    assert.match(
      found,
      /`127\.0\.0\.1` come in on the internal channel `tcp_internal`.*\[lint\/loopback-internal\]/,
    );
    assert.match(found, /0 errors, 1 warning$/);
  });
});
