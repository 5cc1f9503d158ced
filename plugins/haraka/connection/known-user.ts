/*
 * Where Haraka and its AUTH plugins keep who authenticated.
 * Undocumented, read from Haraka 3.3.4: plugins/auth/auth_base.js, connection.js (auth, authheader), result_store.js (store).
 */
import type { HarakaConnection } from '../types.js';

/** Notes of Haraka's AUTH plugins and ours, but for the number of failures. */
const authNotes = [
  'auth_user',
  'auth_passwd',
  'auth_method',
  'auth_ticket',
  'auth_login_userlogin',
  'auth_login_asked_login',
  'auth_plain_asked_login',
  'authenticating',
  'allowed_auth_methods',
] as const;

/** A connection on which someone has authenticated has this. */
interface Authenticated {
  readonly auth?: { readonly user?: unknown };
}

/** The user that Haraka knows of, of whichever client of this connection. */
export function knownUser(connection: HarakaConnection & Authenticated): string | null {
  const user = connection.auth?.user ?? connection.notes['auth_user'];
  return typeof user === 'string' && user !== '' ? user : null;
}

export function forgetKnownUser(connection: HarakaConnection): void {
  const { notes } = connection;
  for (const note of authNotes) delete notes[note];
  const results = notes['authentication_results'];
  if (Array.isArray(results))
    notes['authentication_results'] = results.filter((result) => !/^auth=/.test(String(result)));
  delete connection.authheader;
  Reflect.deleteProperty(connection, 'auth');
  const store: unknown = Reflect.get(connection.results, 'store');
  if (typeof store === 'object' && store !== null) Reflect.deleteProperty(store, 'auth');
}
