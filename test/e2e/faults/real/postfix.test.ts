/*
 * The faults of Postfix as next hop.
 */

import { startPostfixServer } from './postfix-server.js';
import { testServer } from './test-server.js';

testServer('postfix', 'smtp', startPostfixServer);
