/*
 * Files of Messaging Server: imta.cnf with channels such as `ims-ms`, LMTP to the message store, and tables for
 * programs that do not exist here.
 */

import assert from 'node:assert/strict';
import { deliver, sampleMessage } from './support/deliver.js';
import { type Gateway, startGateway } from './support/gateway.js';
import { type Sink, startSink } from './support/sink.js';

function imtaCnf(store: number): string {
  return `! imta.cnf
$*                     $A$E$F$U%$H$V$H@domain.com
.ims-ms-daemon         $U%$H.ims-ms-daemon@ims-ms-daemon
[]                     $E$R\${INTERNAL_IP,$L}$U%[$L]@tcp_intranet-daemon
<IMTA_TABLE:internet.rules

defaults notices 1 2 4 7 noswitchchannel immnonurgent maxjobs 7

l subdirs 20 viaaliasrequired pool LOCAL_POOL
domain.com

ims-ms defragment lmtp daemon 127.0.0.1 port ${store} subdirs 20 backoff "pt5m" "pt4h" fileinto $U+$S@$D
ims-ms-daemon

tcp_local smtp mx single_sys remotehost switchchannel identnonelimited pool SMTP_POOL
tcp-daemon

tcp_intranet smtp mx allowswitchchannel aliaspostmaster
tcp_intranet-daemon
mail2.example
`;
}

const mappings = `ORIG_SEND_ACCESS

  tcp_local|*|tcp_local|*   $NRelaying$ not$ permitted
  tcp_*|*|ims-ms|*          $N

INTERNAL_IP

  $(127.0.1.0/24)   $Y
  *                 $N

CONVERSIONS

  in-chan=tcp_local;*;convert    $C$[IMTA_LIB:site.so,look,$0]$Y
`;

describe('files of Messaging Server', () => {
  let gateway: Gateway;
  let store: Sink;

  before(async () => {
    store = await startSink();
    gateway = await startGateway({
      mappings,
      delivery: (ports) => `files: { cnf: imta.cnf }
local_domains: [hosted.example]
delivery:
  tcp_local: { next_hop: '127.0.0.1:${ports.tcp_local}' }
`,
      config: {
        'pmdf/imta.cnf': imtaCnf(store.port),
        'pmdf/internet.rules': '.   $U%$H@tcp-daemon\n',
        'pmdf/aliases': 'jane: jane@store.ims-ms-daemon\npostmaster: jane\n',
      },
    });
  });
  after(async () => {
    await gateway?.stop();
    await store?.stop();
  });

  async function replies(localAddress: string, to: readonly string[]): Promise<readonly number[]> {
    const { rcpt, data } = await deliver({
      port: gateway.port,
      localAddress,
      from: 'a@client.example',
      to: [...to],
      message: sampleMessage('store'),
    });
    return [...rcpt.map(({ code }) => code), ...(data === undefined ? [] : [data.code])];
  }

  it('deliver mail of users to the message store by LMTP', async () => {
    const to = ['jane@domain.com', 'nobody@domain.com', 'v@evil.example', 'x@store.ims-ms-daemon'];
    assert.deepEqual(await replies('127.0.2.1', to), [250, 550, 550, 550, 250]);
    const [message] = await store.waitForMessages(1);
    assert.deepEqual(message?.envelopeTo, ['jane@store.ims-ms-daemon']);
    assert.equal(message?.isLmtp, true);
  });

  it('define domains of the directory, the postmaster of other channels, and internal clients', async () => {
    store.clear();
    const to = ['jane@hosted.example', 'postmaster@mail2.example', 'b@other.example'];
    assert.deepEqual(await replies('127.0.1.5', to), [250, 250, 250, 250]);
    const [outside] = await gateway.sinks.tcp_local.waitForMessages(1);
    assert.deepEqual(outside?.envelopeTo, ['b@other.example']);
    const messages = await store.waitForMessages(1);
    assert.deepEqual(
      new Set(messages.flatMap(({ envelopeTo }) => envelopeTo)),
      new Set(['jane@store.ims-ms-daemon']),
    );
  });
});
