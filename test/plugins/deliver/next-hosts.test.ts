import assert from 'node:assert/strict';
import { deliveryRoute } from '../../../lib/policy/delivery-route.js';
import { nextHosts } from '../../../plugins/deliver/next-hosts.js';
import type { Exchange } from '../../../plugins/haraka/queue/exchange.js';
import type { QueuedMail } from '../../../plugins/haraka/queue/next-hop-answer.js';
import { OutboundQueue } from '../../../plugins/haraka/queue/outbound-queue.js';
import type { HarakaAddress } from '../../../plugins/haraka/types.js';
import { exampleFile } from '../../lib/decide/session-of.js';
import { policyOf } from '../../lib/policy/policy-of.js';
import { notWritten } from '../fakes.js';

/** A queue whose DNS returns these hosts for every domain; null is a failure. */
function queueWith(hosts: readonly Exchange[] | null): OutboundQueue {
  const nothing = (): void => undefined;
  const outbound = {
    delivery_queue: { push: nothing },
    net_utils: {
      get_mx: () => (hosts === null ? Promise.reject(new Error('no answer')) : Promise.resolve(hosts)),
    },
  };
  const plugins = { plugin_list: [], registered_plugins: {}, registered_hooks: {}, run_hooks: nothing };
  return new OutboundQueue({ outbound, plugins, ...notWritten });
}

function addressOf(user: string, host: string): HarakaAddress {
  const address = `${user}@${host}`;
  return { user, host, address, original: `<${address}>`, format: () => `<${address}>` };
}

function mailTo(host: string): QueuedMail {
  const nothing = (): never => {
    throw new Error('not asked for');
  };
  return {
    filename: '1_1_0_1_Aa_1_host',
    todo: {
      queue_time: 0,
      uuid: 'A.1',
      notes: { get: nothing, set: nothing },
      mail_from: addressOf('a', 'client.example'),
      rcpt_to: [addressOf('x', host)],
      domain: host,
    },
    data_stream: nothing,
    discard: nothing,
    bounce: nothing,
    temp_fail: nothing,
    send_email_respond: nothing,
    extend_rcpt_with_dsn: nothing,
  };
}

async function answer(keywords: string, hosts: readonly Exchange[] | null, host = 'far.test', yaml = '') {
  const cnf = exampleFile('pmdf.cnf').concat(`\ntcp_x switchchannel ${keywords}\nX-DAEMON\n`);
  const { policy } = policyOf({ cnf, yaml });
  return await nextHosts(policy, deliveryRoute(policy, 'tcp_x'), mailTo(host), queueWith(hosts));
}

/** The hosts in order, each `address:port from`. */
async function hostsOf(...question: Parameters<typeof answer>): Promise<string[] | string> {
  const found = await answer(...question);
  if (found.kind !== 'hosts') return found.kind;
  return found.exchanges.map(({ exchange, port, bind }) =>
    [exchange, ...(port === undefined ? [] : [String(port)]), ...(bind === undefined ? [] : [bind])].join(
      ' ',
    ),
  );
}

const best = { exchange: '192.0.2.1', priority: 10 };
const second = { exchange: '192.0.2.2', priority: 20 };
const third = { exchange: '192.0.2.3', priority: 20 };

describe('the hosts for a queue file', () => {
  for (const [keywords, wanted] of [
    ['', 'others'],
    ['nonrandommx', ['192.0.2.1', '192.0.2.2', '192.0.2.3']],
    ['nonrandommx port 2525', ['192.0.2.1 2525', '192.0.2.2 2525', '192.0.2.3 2525']],
    [
      'nonrandommx interfaceaddress 192.0.2.99',
      ['192.0.2.1', '192.0.2.2', '192.0.2.3'].map((one) => `${one} 192.0.2.99`),
    ],
    ['nonrandommx lastresort [192.0.2.9]', ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.9']],
    ['nomx', ['far.test']],
    ['nomx port 26 lastresort [192.0.2.9]', ['far.test 26', '192.0.2.9 26']],
    ['daemon [192.0.2.7]', ['192.0.2.7 25']],
    ['daemon [192.0.2.7] port 26 lastresort [192.0.2.9]', ['192.0.2.7 26', '192.0.2.9 26']],
  ] as const) {
    it(`are in the order of \`${keywords}\``, async () => {
      assert.deepEqual(await hostsOf(keywords, [second, best, third]), wanted);
    });
  }

  it('are in random order if their priority is the same', async () => {
    const seen = new Set<string>();
    for (let count = 0; count < 200 && seen.size < 2; count += 1) {
      seen.add(String(await hostsOf('mx port 25', [second, best, third])));
    }
    assert.deepEqual([...seen].sort(), [
      '192.0.2.1 25,192.0.2.2 25,192.0.2.3 25',
      '192.0.2.1 25,192.0.2.3 25,192.0.2.2 25',
    ]);
  });

  it('are left to Haraka if the DNS has none and there is no last resort', async () => {
    for (const hosts of [[], null]) {
      assert.equal(await hostsOf('port 26', hosts), 'others');
      assert.deepEqual(await hostsOf('port 26 lastresort [192.0.2.9]', hosts), ['192.0.2.9 26']);
    }
  });

  it('are none with a null MX', async () => {
    const nullMx = [{ exchange: '', priority: 0 }];
    assert.deepEqual(await hostsOf('lastresort [192.0.2.9]', nullMx), ['']);
  });

  it('are the address itself for an address literal', async () => {
    assert.deepEqual(await hostsOf('', [], '[192.0.2.5]'), ['192.0.2.5']);
    assert.deepEqual(await hostsOf('port 26', [], '[IPv6:2001:db8::5]'), ['2001:db8::5 26']);
  });

  it('are the next hop of the settings, with LMTP too', async () => {
    const yaml = "delivery:\n  tcp_x: { next_hop: 'lmtp://[2001:db8::1]:2424' }\n";
    assert.deepEqual(await answer('', [], 'far.test', yaml), {
      kind: 'hosts',
      exchanges: [{ exchange: '2001:db8::1', port: 2424, priority: 0, using_lmtp: true }],
    });
  });

  it('defer mail if a queue plugin gives none', async () => {
    const yaml = 'delivery:\n  through_plugin: qmail-queue\n  tcp_x: through\n';
    assert.equal((await answer('', [], 'far.test', yaml)).kind, 'defer');
  });

  for (const [keywords, hosts, to, wanted] of [
    ['lmtp nonrandommx port 225', [best, second], 'far.test', ['192.0.2.1 225 lmtp', '192.0.2.2 225 lmtp']],
    ['lmtp', [best], 'far.test', ['far.test 24 lmtp']],
    ['lmtp mx', [best], 'far.test', ['192.0.2.1 24 lmtp']],
    ['lmtp mx', null, 'far.test', ['far.test 24 lmtp']],
    ['lmtp port 225', null, 'far.test', ['far.test 225 lmtp']],
    ['lmtp port 225', [best], '[192.0.2.77]', ['192.0.2.77 225 lmtp']],
    ['lmtp port 225 daemon 192.0.2.5', [best], 'far.test', ['192.0.2.5 225 lmtp']],
    ['lmtp nomx lastresort 192.0.2.6', [best], 'far.test', ['far.test 24 lmtp', '192.0.2.6 24 lmtp']],
  ] as const) {
    it(`speak LMTP for \`${keywords}\` to ${to}`, async () => {
      const found = await answer(keywords, hosts, to);
      assert.ok(found.kind === 'hosts');
      const shown = found.exchanges.map(
        ({ exchange, port, using_lmtp }) => `${exchange} ${port} ${using_lmtp === true ? 'lmtp' : 'smtp'}`,
      );
      assert.deepEqual(shown, wanted);
    });
  }
});
