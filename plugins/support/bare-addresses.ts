/*
 * Completes addresses without a domain in MAIL and RCPT as the keywords of the source channel say, such as `remotehost`.
 * Ref: PMDF 2.3.4.47
 */
import { parsePath } from '../../lib/address/index.js';
import { bareDomain } from '../../lib/decide/index.js';
import {
  type BareAddress,
  causeOf,
  completeBareAddresses,
  connectionClass,
  type HarakaConnection,
  type HarakaPlugin,
} from '../haraka/index.js';
import { policyForNext, sessionOf } from './session.js';

/** The domain for a bare address; null when SMTP cannot carry it, and Haraka then refuses the address. */
function domainFor(connection: HarakaConnection, direction: BareAddress): string | null {
  const policy = policyForNext(connection);
  const domain = bareDomain(policy, sessionOf(connection, policy), direction);
  return parsePath(`<anyone@${domain}>`).kind === 'path' ? domain : null;
}

/** Completes bare addresses from now on. Throws when this Haraka lacks a part that it needs. */
export function completeBare(plugin: HarakaPlugin): void {
  completeBareAddresses(connectionClass.in(plugin), (connection, direction) => {
    try {
      return domainFor(connection, direction);
    } catch (error) {
      connection.logerror(
        plugin,
        `a bare address is not completed after an internal error: ${causeOf(error)}`,
      );
      return null;
    }
  });
}
