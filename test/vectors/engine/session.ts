/*
 * A client's session as plain values, on a channel that is already known.
 */

import { parsePath } from '../../../lib/address/parse-path.js';
import type { RecipientRequest, Session } from '../../../lib/policy/session.js';
import { VectorProblem } from '../vector.js';

/** A session on a channel; the client said `helo`. */
export function sessionOn(sourceChannel: string, helo: string | null = null): Session {
  return {
    client: { address: '203.0.113.7', port: 4000 },
    server: { address: '192.0.2.1', port: 25 },
    reverseName: { kind: 'none', cause: 'no name was given' },
    sourceChannel,
    helo,
    esmtp: true,
    tls: false,
    authUser: null,
  };
}

/** RCPT TO of an address, with or without brackets. */
export function requestFor(address: string): RecipientRequest {
  const parsed = parsePath(address);
  if (parsed.kind === 'malformed') {
    throw new VectorProblem(`\`${address}\` is not a path: ${parsed.expected} at ${parsed.offset}`);
  }
  return { to: parsed.path, originalRecipient: null, notify: new Set() };
}
