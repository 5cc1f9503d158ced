/*
 * Every fault of a next hop that speaks LMTP: while the client waits, alone and after another next hop, and from the queue.
 */

import { faultRows } from './fault-rows.js';
import { testFaults } from './fault-table.js';
import { ScriptedHop } from './scripted-hop.js';

describe('the faults of a next hop that speaks LMTP', () => {
  testFaults({
    modes: [
      { name: 'lmtp-through', protocol: 'lmtp', method: 'through', isSecond: false },
      { name: 'lmtp-second', protocol: 'lmtp', method: 'through', isSecond: true },
      { name: 'lmtp-queue', protocol: 'lmtp', method: 'queue', isSecond: false },
    ],
    rows: faultRows,
    startHop: async () => {
      const hop = new ScriptedHop();
      await hop.listen();
      return hop;
    },
    timeout: 1,
    limitMs: 120_000,
  });
});
