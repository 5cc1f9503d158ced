/*
 * MAIL and RCPT before Haraka reads them: it refuses an address without a domain before any hook runs. Undocumented in
 * Haraka 3.3:
 *   connection.cmd_mail(rest), connection.cmd_rcpt(rest)    get what follows the verb
 * Only a plain local part is completed, and only in angle brackets. What carries routing (`%`, `!`), quotes or a route of its
 * own goes on as it came, so that nothing reaches the policy in another form than it was received in.
 */
import type { HarakaConnection, HarakaPlugin } from '../types.js';
import { checkMethods } from './connection-class.js';

/** Which way a bare address points. */
export type BareAddress = 'from' | 'to';

/** Gives the domain that a bare local part gets; null leaves it as it is. */
export type DomainFor = (direction: BareAddress) => string | null;

/** Atoms and dots as in RFC 5321, without `%` and `!`. */
const bareFrom = /^(from:\s*<)([A-Za-z0-9#$&'*+/=?^_`{|}~.-]+)(>(?:\s.*)?)$/i;
const bareTo = /^(to:\s*<)([A-Za-z0-9#$&'*+/=?^_`{|}~.-]+)(>(?:\s.*)?)$/i;

const connections = new WeakSet<HarakaConnection>();

const commands = [
  ['cmd_mail', 'from'],
  ['cmd_rcpt', 'to'],
] as const;

/** The rest of a MAIL or RCPT command with a bare address completed; as it came when there is nothing to complete. */
export function completedCommand(rest: string, direction: BareAddress, domainFor: DomainFor): string {
  const [, before, localPart, after] = (direction === 'from' ? bareFrom : bareTo).exec(rest) ?? [];
  if (before === undefined || localPart === undefined || after === undefined) return rest;
  // Core knows this one address without a domain, and so does the policy.
  if (localPart.toLowerCase() === 'postmaster') return rest;
  const domain = domainFor(direction);
  return domain === null ? rest : `${before}${localPart}@${domain}${after}`;
}

/** Completes bare addresses in the commands of a connection from now on. */
export function completeBareAddresses(connection: HarakaConnection, domainFor: DomainFor): void {
  if (connections.has(connection)) return;
  connections.add(connection);
  for (const [name, direction] of commands) {
    const command: unknown = Reflect.get(connection, name);
    if (typeof command !== 'function') throw new Error(missingSeam);
    const value = (rest: string): unknown =>
      Reflect.apply(command, connection, [completedCommand(String(rest), direction, domainFor)]);
    Object.defineProperty(connection, name, { value, configurable: true, writable: true });
  }
}

const missingSeam =
  'MAIL and RCPT cannot be read before Haraka reads them (connection.cmd_mail, cmd_rcpt), so that `remotehost` and the other ' +
  'keywords for bare addresses would have no effect: use Haraka 3.3';

/** Throws when this Haraka has not what is needed to complete bare addresses. */
export function checkCommandLines(plugin: HarakaPlugin): void {
  checkMethods(
    plugin,
    commands.map(([name]) => name),
    missingSeam,
  );
}
