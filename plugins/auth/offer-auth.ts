/*
 * What EHLO offers of AUTH: one line with the mechanisms of this plugin and of others, as far as the channel of the session
 * permits them; with `msexchange` once more in the old form, `AUTH=`, for clients that know only that.
 */
import { offerOfAuth } from '../../lib/decide/index.js';
import { speaksOldExchange } from '../../lib/policy/index.js';
import type { HarakaConnection } from '../haraka/index.js';
import { connectionState, sessionOf } from '../support/index.js';
import { mechanisms } from './server-exchange.js';

const offerLine = /^AUTH(?:[ =]+(.*))?$/i;

/** Removes the offers of other plugins from EHLO and returns their mechanisms. */
function takeOffers(connection: HarakaConnection): string[] {
  const lines = connection.capabilities ?? [];
  connection.capabilities = lines.filter((line) => !offerLine.test(line));
  return lines.flatMap((line) => {
    const [, offered = ''] = offerLine.exec(line) ?? [];
    return offered
      .toUpperCase()
      .split(/[ ,]+/)
      .filter((word) => word !== '');
  });
}

/** Makes the offer; `isOurs`: we have a password database. */
export function offer(connection: HarakaConnection, isOurs: boolean): void {
  const others = takeOffers(connection);
  // Haraka's own AUTH plugins accept the mechanisms in this note.
  connection.notes['allowed_auth_methods'] = [];
  const { policy } = connectionState(connection);
  const session = sessionOf(connection, policy);
  const { any, inClear } = offerOfAuth(policy, session);
  if (any !== null) return;
  const own: readonly string[] = mechanisms;
  const isPermitted = (mechanism: string): boolean => inClear === null || !own.includes(mechanism);
  const left = others.filter((one) => isPermitted(one) && !(isOurs && own.includes(one)));
  connection.notes['allowed_auth_methods'] = left;
  const offered = [...new Set([...(isOurs ? own.filter(isPermitted) : []), ...left])];
  if (offered.length === 0) return;
  const names = offered.join(' ');
  connection.capabilities?.push(`AUTH ${names}`);
  if (speaksOldExchange(policy, session.sourceChannel)) connection.capabilities?.push(`AUTH=${names}`);
}
