/*
 * Every fault of a next hop that speaks LMTP: while the client waits, alone and after another next hop, and from the queue.
 */

import { testFaults } from './fault-table.js';

describe('the faults of a next hop that speaks LMTP', () => {
  testFaults([
    { name: 'lmtp-through', protocol: 'lmtp', method: 'through', isSecond: false },
    { name: 'lmtp-second', protocol: 'lmtp', method: 'through', isSecond: true },
    { name: 'lmtp-queue', protocol: 'lmtp', method: 'queue', isSecond: false },
  ]);
});
