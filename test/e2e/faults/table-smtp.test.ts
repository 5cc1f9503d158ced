/*
 * Every fault of a next hop that speaks SMTP: while the client waits, alone and after another next hop, and from the queue.
 */

import { testFaults } from './fault-table.js';

describe('the faults of a next hop that speaks SMTP', () => {
  testFaults([
    { name: 'through', protocol: 'smtp', method: 'through', isSecond: false },
    { name: 'second', protocol: 'smtp', method: 'through', isSecond: true },
    { name: 'queue', protocol: 'smtp', method: 'queue', isSecond: false },
  ]);
});
