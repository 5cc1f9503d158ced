/*
 * The order of a session in lib/decide/session.ts against the plugins, which see a session piece by piece: each session of
 * a table is decided by the one and played through the others, and channel and codes are the same.
 */

import assert from 'node:assert/strict';
import { passwordText } from './auth/install.js';
import { makeCertificate } from './support/certificate.js';
import { deliver, sampleMessage } from './support/deliver.js';
import { connectionIni, type Gateway, type GatewayOptions, startGateway } from './support/gateway.js';
import {
  decideRow,
  decideSessionOf,
  janesPassword,
  nameRecords,
  playRow,
  proxyHost,
  type Row,
} from './support/play-session.js';

const CNF = `domain.com    $($U)$E$F
domain.com    $U@domain.com
.domain.com   $U%$H$D@TCP-INTERNAL
[10.1.]       $U%[10.1.$L]@TCP-INTERNAL$E$R
[10.2.]       $U%[10.2.$L]@TCP-MUSTTLS$E$R
[10.3.]       $U%[10.3.$L]@TCP-MAYSASL$E$R
[10.4.]       $U%[10.4.$L]@TCP-FEW$E$R
[10.5.]       $U%[10.5.$L]@TCP-FIXED$E$R
[127.0.6.]    $U%[127.0.6.$L]@TCP-MANY$E$R
.             $U%$H@TCP-DAEMON

defaults noswitchchannel

l
domain.com

tcp_local smtp mx switchchannel remotehost maytls tlsswitchchannel tcp_tls
TCP-DAEMON

tcp_internal smtp mx allowswitchchannel maytls
TCP-INTERNAL

tcp_tls smtp mx allowswitchchannel maytls
TCP-TLS

tcp_musttls smtp mx allowswitchchannel musttls
TCP-MUSTTLS

tcp_maysasl smtp mx allowswitchchannel maytls maysaslserver saslswitchchannel tcp_auth
TCP-MAYSASL

tcp_submit smtp mx maytls mustsaslserver saslswitchchannel tcp_auth
TCP-SUBMIT

tcp_auth smtp mx allowswitchchannel maytls maysaslserver
TCP-AUTH

tcp_few smtp mx allowswitchchannel maytls expandlimit 1
TCP-FEW

tcp_many smtp mx allowswitchchannel maytls holdlimit 2
TCP-MANY

tcp_fixed smtp mx maytls
TCP-FIXED

process
PROCESS-DAEMON

reprocess
REPROCESS-DAEMON
`;

const MAPPINGS = `PORT_ACCESS

  TCP|*|*|*.66|*   $N554$ Go$ away
  TCP|*|*|*.67|*   $N421$ 4.3.2$ Come$ back$ later

FROM_ACCESS

  *|bad@client.example|*       $NSender$ unwelcome
  *|tcp_local|pc@*|*           $X4.7.1|$NNot$ now

ORIG_SEND_ACCESS

  tcp_local|*|tcp_local|*      $NRelaying$ not$ permitted
  tcp_tls|*|tcp_local|*        $NRelaying$ not$ permitted
  tcp_musttls|*|tcp_local|*    $NRelaying$ not$ permitted
  tcp_maysasl|*|tcp_local|*    $NRelaying$ not$ permitted
  tcp_submit|*|tcp_local|*     $NRelaying$ not$ permitted

SEND_ACCESS

  *|*|l|closed@domain.com      $NClosed
  *|*|l|held@domain.com        $Y$H
  process|*|tcp_local|jdoe@*   $NNot$ to$ him
`;

const SETTINGS = `reverse_timeout: 1.5
listeners: { 587: tcp_submit }
relaying_channels: [tcp_internal, tcp_auth]
`;

const from = 'a@client.example';
const everywhere = ['bob@domain.com', 'bob@other.com', 'x@sub.domain.com', 'jane.doe@domain.com'];

/** Sessions that mean something without TLS and AUTH. */
const inClear: readonly Row[] = [
  { about: 'a stranger', client: '192.0.2.1', from, to: everywhere },
  { about: 'one of ours by address', client: '10.1.0.2', from: 'ann@domain.com', to: everywhere },
  { about: 'one of ours by name', client: '192.0.2.3', name: 'pc3.domain.com', from, to: everywhere },
  { about: 'a stranger by name', client: '192.0.2.4', name: 'pc.other.example', from, to: everywhere },
  {
    about: 'a name that no server answers',
    client: '192.0.2.5',
    name: 'not answered',
    from,
    to: everywhere,
  },
  { about: 'the null sender', client: '192.0.2.6', from: '', to: ['bob@domain.com', ''] },
  { about: 'bare addresses', client: '192.0.2.7', from: 'ann', to: ['postmaster', 'bob'] },
  { about: 'bare addresses of ours', client: '10.1.0.8', from: 'ann', to: ['postmaster', 'bob'] },
  {
    about: 'hidden routes',
    client: '192.0.2.9',
    from,
    to: ['v%evil.example@domain.com', 'v@process-daemon'],
  },
  {
    about: 'source routes',
    client: '192.0.2.10',
    from,
    to: ['@domain.com:bob@other.com', '@x.example:bob@domain.com'],
  },
  { about: 'a malformed sender', client: '192.0.2.11', from: 'no such', to: ['bob@domain.com'] },
  { about: 'malformed recipients', client: '192.0.2.12', from, to: ['a@b@c', 'bob@domain.com'] },
  { about: 'a refused sender', client: '192.0.2.13', from: 'bad@client.example', to: ['bob@domain.com'] },
  { about: 'a deferred sender', client: '192.0.2.14', from: 'pc@client.example', to: ['bob@domain.com'] },
  { about: 'a refused client', client: '192.0.2.66', from, to: ['bob@domain.com'] },
  { about: 'a refused client of ours', client: '10.1.0.66', from, to: ['bob@domain.com'] },
  { about: 'a deferred client', client: '192.0.2.67', from, to: ['bob@domain.com'] },
  {
    about: 'several recipients',
    client: '192.0.2.17',
    from,
    to: ['closed@domain.com', 'held@domain.com', 'bob@domain.com'],
  },
  {
    about: 'recipients beyond expandlimit',
    client: '10.4.0.18',
    from,
    to: ['bob@domain.com', 'closed@domain.com'],
  },
  {
    about: 'a refusal within expandlimit',
    client: '10.4.0.19',
    from,
    to: ['closed@domain.com', 'closed@domain.com'],
  },
  { about: 'a channel that clients are not switched to', client: '10.5.0.20', from, to: everywhere },
  { about: 'submission without AUTH', client: '192.0.2.21', port: 587, from, to: ['bob@domain.com'] },
  { about: 'submission on a port for everyone', client: '192.0.2.22', port: 465, from, to: everywhere },
  { about: 'submission by one of ours', client: '10.1.0.23', port: 465, from, to: everywhere },
];

const withTls: readonly Row[] = [
  { about: 'a stranger with TLS', client: '192.0.2.31', tls: true, from, to: everywhere },
  { about: 'one of ours with TLS', client: '10.1.0.32', tls: true, from, to: everywhere },
  { about: 'TLS required and not used', client: '10.2.0.33', from, to: everywhere },
  { about: 'TLS required and used', client: '10.2.0.34', tls: true, from, to: everywhere },
  { about: 'AUTH where TLS is required', client: '10.2.0.35', auth: 'jane', from, to: everywhere },
  { about: 'AUTH with TLS', client: '10.3.0.36', tls: true, auth: 'jane', from, to: everywhere },
  { about: 'AUTH not used', client: '10.3.0.37', tls: true, from, to: everywhere },
  {
    about: 'submission with AUTH',
    client: '192.0.2.38',
    port: 587,
    tls: true,
    auth: 'jane',
    from,
    to: everywhere,
  },
  {
    about: 'submission with TLS alone',
    client: '192.0.2.39',
    port: 587,
    tls: true,
    from,
    to: ['bob@domain.com'],
  },
];

interface Configuration {
  readonly what: string;
  readonly rows: readonly Row[];
  readonly options: () => Promise<GatewayOptions>;
}

async function withTlsAndAuth(): Promise<GatewayOptions> {
  const { key, cert } = await makeCertificate('mail.domain.com');
  const plugins = ['tls', 'pmdf/switchchannel', 'pmdf/maytls', 'pmdf/auth', 'pmdf/access'];
  return {
    plugins: [...plugins, 'queue/smtp_forward', 'pmdf/deliver'],
    config: {
      'tls_key.pem': key,
      'tls_cert.pem': cert,
      'tls.ini': '',
      'pmdf/passwords': await passwordText({ jane: janesPassword }),
    },
  };
}

const plain = ['queue/smtp_forward', 'pmdf/deliver'];

const configurations: readonly Configuration[] = [
  { what: 'all plugins', rows: [...inClear, ...withTls], options: withTlsAndAuth },
  {
    what: 'a channel inside in shadow',
    rows: inClear,
    options: async () => ({
      plugins: ['pmdf/switchchannel', 'pmdf/access', ...plain],
      settings: 'shadow: { channels: [tcp_internal] }\n',
    }),
  },
  {
    what: 'no pmdf/access',
    rows: inClear,
    options: async () => ({ plugins: ['pmdf/switchchannel', ...plain] }),
  },
];

describe('sessions, decided and played', function () {
  this.timeout(180_000);

  for (const { what, rows, options } of configurations) {
    describe(`with ${what}`, () => {
      let gateway: Gateway;

      before(async () => {
        const { config, settings, ...rest } = await options();
        gateway = await startGateway({
          cnf: CNF,
          mappings: MAPPINGS,
          settings: SETTINGS + (settings ?? ''),
          names: nameRecords(rows),
          ...rest,
          config: { 'connection.ini': connectionIni(proxyHost), ...config },
        });
      });
      after(() => gateway?.stop());

      it('holds a message with more recipients than holdlimit', async () => {
        const client = '127.0.6.1';
        const to = ['ann@domain.com', 'bob@domain.com', 'eve@domain.com'];
        for (const [count, isHeld] of [
          [2, false],
          [3, true],
        ] as const) {
          const row = { about: '', client, from, to: to.slice(0, count) };
          const held = (await decideSessionOf(gateway, row)).to.map(({ decision }) => decision.effects.hold);
          assert.deepEqual(new Set(held), new Set([isHeld]));
          const before = gateway.filesIn('held').length;
          const message = sampleMessage('held');
          const { port } = gateway;
          const { data } = await deliver({ port, localAddress: client, from, to: row.to, message });
          assert.equal(data?.code, 250);
          assert.equal(gateway.filesIn('held').length - before, isHeld ? 1 : 0);
        }
      });

      for (const row of rows) {
        it(row.about, async () => {
          assert.deepEqual(await decideRow(gateway, row), await playRow(gateway, row));
        });
      }
    });
  }
});
