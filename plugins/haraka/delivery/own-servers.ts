/*
 * Mail that would be delivered to this gateway itself. It would come back, and be delivered again, until it has too many
 * Received lines; so it is bounced instead. Among the servers of a domain, those that are not preferred to this gateway are left
 * out too, since they would send the mail here.
 * Undocumented, read from Haraka 3.3.4: outbound/hmail.js (try_deliver, mxlist: resolved, with those still to be tried).
 * Ref: RFC 5321 5.1; RFC 3463 3.5 (X.4.6)
 */
import * as dsn from 'haraka-dsn';
import { toOurselves } from '../backend/backend-reply.js';
import { Part } from '../part.js';
import type { Exchange } from '../queue/exchange.js';
import type { HarakaPlugin } from '../types.js';

interface AttemptedMail {
  mxlist: Exchange[];
  readonly todo: { readonly rcpt_to: readonly object[] };
  try_deliver(): unknown;
  bounce(reason: string): unknown;
  extend_rcpt_with_dsn(recipient: object, status: object): void;
}

export const attemptedMail = new Part<AttemptedMail>('outbound', 'HMailItem.prototype', [
  'try_deliver',
  'bounce',
  'extend_rcpt_with_dsn',
]);

/** MX records have no greater one. */
const mostPriority = 65_535;

function priorityOf({ priority }: Exchange): number {
  return priority ?? 0;
}

/** The servers that mail may be sent to. */
export function withoutOwn(
  servers: readonly Exchange[],
  isOwn: (server: Exchange) => boolean,
): readonly Exchange[] {
  const own = servers.filter(isOwn);
  if (own.length === 0) return servers;
  const ours = own.reduce((best, one) => Math.min(best, priorityOf(one)), Number.POSITIVE_INFINITY);
  return servers.filter(
    (one) => !own.includes(one) && (priorityOf(one) < ours || priorityOf(one) > mostPriority),
  );
}

const changed = new WeakSet<AttemptedMail>();

/** Has Haraka's queue send nothing to this gateway itself; throws when this Haraka lacks a function. */
export function avoidOwnServers(
  plugin: HarakaPlugin,
  isOwn: (mail: object, server: Exchange) => boolean,
): void {
  const prototype = attemptedMail.in(plugin);
  if (changed.has(prototype)) return;
  changed.add(prototype);
  const attempt = prototype.try_deliver;
  prototype.try_deliver = function () {
    const left = withoutOwn(this.mxlist, (server) => isOwn(this, server));
    if (left.length > 0 || this.mxlist.length === 0) {
      this.mxlist = [...left];
      return attempt.call(this);
    }
    const { code, enhanced, text } = toOurselves;
    for (const recipient of this.todo.rcpt_to) {
      this.extend_rcpt_with_dsn(recipient, dsn.create(code, text, 4, 6));
    }
    return this.bounce(`${code} ${enhanced} ${text}`);
  };
}
