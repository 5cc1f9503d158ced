/*
 * Completes addresses without a domain in MAIL and RCPT, which Haraka refuses before any hook runs. Only a plain local part
 * in angle brackets is completed; one with routing (`%`, `!`), quotes or a source route is left as received.
 * Undocumented, read from Haraka 3.3.4: connection.js cmd_mail(rest), cmd_rcpt(rest), called with what follows the verb.
 */
import type { HarakaConnection } from '../types.js';
import type { EnvelopeMethods } from './connection-class.js';

/** Which path a bare address is in. */
export type BareAddress = 'from' | 'to';

/** Gives the domain for a bare local part; null leaves it as it is. */
type DomainFor = (direction: BareAddress) => string | null;

/** Atoms and dots as in RFC 5321, without `%` and `!`. */
const bare = {
  from: /^(from:\s*<)([A-Za-z0-9#$&'*+/=?^_`{|}~.-]+)(>(?:\s.*)?)$/i,
  to: /^(to:\s*<)([A-Za-z0-9#$&'*+/=?^_`{|}~.-]+)(>(?:\s.*)?)$/i,
};

/** The arguments of MAIL or RCPT with a bare address completed; unchanged when there is nothing to complete. */
export function completedCommand(rest: string, direction: BareAddress, domainFor: DomainFor): string {
  const [, before, localPart, after] = bare[direction].exec(rest) ?? [];
  if (before === undefined || localPart === undefined || after === undefined) return rest;
  // Core accepts this one address without a domain, and the policy completes it.
  if (localPart.toLowerCase() === 'postmaster') return rest;
  const domain = domainFor(direction);
  return domain === null ? rest : `${before}${localPart}@${domain}${after}`;
}

/** Completes bare addresses in the commands of all connections. */
export function completeBareAddresses(
  methods: EnvelopeMethods,
  domainFor: (connection: HarakaConnection, direction: BareAddress) => string | null,
): void {
  for (const [name, direction] of [
    ['cmd_mail', 'from'],
    ['cmd_rcpt', 'to'],
  ] as const) {
    const obey = methods[name];
    methods[name] = function (rest) {
      return obey.call(
        this,
        completedCommand(String(rest), direction, () => domainFor(this, direction)),
      );
    };
  }
}
