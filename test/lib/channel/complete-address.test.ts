import assert from 'node:assert/strict';
import { completeDomain } from '../../../lib/channel/complete-address.js';
import { tableOf } from './channel-text.js';

const own = 'h.domain.com';
const client = 'cli.example.org';

/** The domains for an envelope From and an envelope To of `joe`. */
const cases: readonly (readonly [keywords: string, from: string, to: string])[] = [
  ['', own, own],
  ['noremotehost', own, own],
  ['remotehost', client, own],
  ['defaulthost d.example', 'd.example', own],
  ['defaulthost d.example t.example', 'd.example', 't.example'],
  ['remotehost defaulthost d.example t.example', client, 't.example'],
  ['nodefaulthost remotehost', client, own],
];

describe('completeDomain', () => {
  for (const [keywords, from, to] of cases) {
    it(`with \`${keywords}\``, () => {
      const channel = tableOf(`l\nh\n\ntcp_x smtp ${keywords}\nX`).value.channels.get('tcp_x');
      assert.ok(channel);
      const complete = (direction: 'to' | 'from', clientHost: string | null = client) =>
        completeDomain({ channel, direction, localHost: own, clientHost });
      assert.equal(complete('from'), from);
      assert.equal(complete('to'), to);
      assert.equal(complete('to', null), to);
      const withoutClient = from === client ? (keywords.includes(' defaulthost') ? 'd.example' : own) : from;
      assert.equal(complete('from', null), withoutClient);
      assert.equal(complete('from', ''), withoutClient);
    });
  }
});
