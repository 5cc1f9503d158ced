/*
 * The faults of Exim as next hop.
 */

import { startEximServer } from './exim-server.js';
import { testServer } from './test-server.js';

testServer('exim', 'smtp', startEximServer);
