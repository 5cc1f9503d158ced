/*
 * Aliases and a directory channel in a real slapd under a running Haraka, with a proxy in between that misbehaves. Whatever
 * happens to the server, mail that needs an answer is deferred, nothing is lost or let through, and Haraka recovers without a
 * restart.
 */
import assert from 'node:assert/strict';
import { describeWith } from '../../support/programs.js';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.js';
import { exampleFile, type Gateway, startGateway } from '../support/gateway.js';
import { killUnderLoad } from '../support/kill-under-load.js';
import { managerDn, managerPassword, person, type Slapd, startSlapd } from '../support/slapd.js';
import { answerBecomes, deferDuring, sendAsStranger, storeFaults } from '../support/store-scenes.js';

const cnf = `example.com   $U%example.com@DIRECTORY-DAEMON
${exampleFile('pmdf.cnf')}
directory inline
DIRECTORY-DAEMON
`;

function settings(port: number): string {
  return `databases:
  alias: { store: people, search_base: 'ou=people,o=example', query_filter: '(uid=%s)', result_attribute: mail }
stores:
  people:
    kind: ldap
    hosts: ['127.0.0.1:${port}']
    bind_dn: '${managerDn}'
    password_file: ldap.password
    timeout: 2
    retry: 0.2
    cache: { found: 0, absent: 0 }
`;
}

const people = [
  person('dave', { mail: 'erin@domain.com' }),
  person('twice', { mail: ['bob@domain.com', 'carol@domain.com'] }),
  person('long', { mail: 'x'.repeat(2_000_000) }),
  person('lines', { mail: 'bob@domain.com\r\nRCPT TO:<victim@other.com>' }),
  person('circle', { mail: 'round@domain.com' }),
  person('round', { mail: 'circle@domain.com' }),
].join('');

describeWith(['slapd'], 'databases in LDAP', () => {
  let slapd: Slapd;
  let proxy: FaultProxy;
  let gateway: Gateway;

  before(async function () {
    this.timeout(120_000);
    slapd = await startSlapd(people);
    proxy = await startFaultProxy(slapd.port, 5_000);
    gateway = await startGateway({
      cnf,
      settings: settings(proxy.port),
      config: {
        'pmdf/ldap.password': `${managerPassword}\n`,
        'pmdf/directory_option': `example.com=2\nLDAP_SERVERS=127.0.0.1+${proxy.port}\nLDAP_BASE=ou=people,o=example\n`,
      },
    });
    await answerBecomes(gateway, 'dave@domain.com', 250);
  });
  after(async () => {
    await gateway?.stop();
    await proxy?.stop();
    await slapd?.close();
  });
  beforeEach(() => gateway.clearSinks());

  const send = (to: string, subject?: string) => sendAsStranger(gateway, to, subject);

  it('find all values of an entry', async () => {
    assert.deepEqual(await send('twice@domain.com'), [250, 250]);
    await gateway.sinks.l.waitForMessages(1);
    const got = gateway.sinks.l.attempts.map(({ recipient }) => recipient);
    assert.deepEqual([...new Set(got)].sort(), ['bob@domain.com', 'carol@domain.com']);
  });

  for (const [what, to, code, cause] of [
    ['is too long', 'long@domain.com', 451, /the answer is too long/],
    ['has line ends', 'lines@domain.com', 451, /the answer contains a line end or a NUL/],
    ['leads back', 'circle@domain.com', 550, /circle/],
    ['is too long for a directory channel', 'long@example.com', 451, /the answer is too long/],
    ['has line ends for a directory channel', 'lines@example.com', 451, /a line end or a NUL/],
  ] as const) {
    it(`use no value that ${what}`, async () => {
      const before = gateway.log().length;
      assert.deepEqual(await send(to), [code, undefined]);
      await gateway.waitForLog((log) => cause.test(log.slice(before)));
      assert.deepEqual(await send('nobody@domain.com'), [250, 250]);
    });
  }

  for (const [fault, cause] of storeFaults()) {
    it(`defer while the server ${fault}, say why in the log, and recover`, async () => {
      const accepted = ['dave@domain.com', 'dave@example.com'] as const;
      // The servers of a directory channel have a cache: `dave` is in it.
      const asked = ['dave@domain.com', 'nobody@domain.com', 'twice@example.com', 'nobody@example.com'];
      await deferDuring(fault, cause, { gateway, proxy, accepted, asked, secret: managerPassword });
    });
  }

  it('lose nothing and let nothing through when the server is killed under load', async function () {
    this.timeout(240_000);
    await killUnderLoad({
      gateway,
      send: (subject) => send('dave@domain.com', subject),
      recipient: 'erin@domain.com',
      kill: () => slapd.stop('SIGKILL'),
      start: () => slapd.start(),
    });
  });
});
