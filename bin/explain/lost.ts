/*
 * Deliveries that come to nothing on their second pass.
 */
import type { Delivery } from '../../lib/decide/index.js';

/** Whether a delivery is refused when it is reprocessed. */
export function isLost({ then }: Delivery): boolean {
  return then !== undefined && (then.length === 0 || then.some(isLost));
}
