/*
 * The faults of Dovecot as next hop.
 */

import { startDovecotServer } from './dovecot-server.js';
import { testServer } from './test-server.js';

testServer('dovecot', 'lmtp', startDovecotServer);
