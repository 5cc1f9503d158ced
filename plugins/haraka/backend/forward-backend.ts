/*
 * The server that the install's queue/smtp_forward hands mail on to, reached with that plugin's settings and login.
 */
import type { NextHop } from '../../../lib/config/index.js';
import type { HarakaAddress, HarakaConnection } from '../types.js';
import type { Backend } from './backend-session.js';
import type { BackendClient } from './smtp-client.js';
import {
  type SmtpForward,
  type SmtpForwardSettings,
  settingsFor,
  textSetting,
} from './smtp-forward-plugin.js';

/** smtp_client keeps the pool of hosts with the server of a connection; a host that fails is left out for a while. */
function hasAnotherHost({ host, port }: BackendClient, connection: HarakaConnection): boolean {
  const server: unknown = Reflect.get(connection, 'server');
  const pool: unknown = Reflect.get(Object(Reflect.get(Object(server), 'notes')), 'host_pool');
  const failed: unknown = Reflect.get(Object(pool), 'failed');
  if (typeof failed !== 'function') return false;
  Reflect.apply(failed, pool, [host, port]);
  return true;
}

/** The server that mail is handed on to: a next hop with the main settings, else the one of the recipient's settings. */
export function forwardBackend(
  plugin: SmtpForward,
  nextHop: NextHop | null,
  from: HarakaAddress,
  to: HarakaAddress,
): Backend {
  const settings: SmtpForwardSettings =
    nextHop === null
      ? settingsFor(plugin, from, to)
      : { ...plugin.cfg.main, forwarding_host_pool: undefined, host: nextHop.host, port: nextHop.port };
  const user = textSetting(settings, 'auth_user');
  const host = textSetting(settings, 'host') ?? '';
  const where = textSetting(settings, 'forwarding_host_pool') ?? `${host}:${String(settings['port'])}`;
  return {
    name: user === undefined ? where : `${where} as ${user}`,
    // Core adds to it what it makes of the login.
    settings: { ...settings },
    plugin,
    oneEach: settings['one_message_per_rcpt'] === true,
    timeout: nextHop === null ? plugin.timeout : null,
    failed: (client, connection) =>
      textSetting(settings, 'forwarding_host_pool') !== undefined && hasAnotherHost(client, connection),
    authenticate: (client, connection) => {
      if (user !== undefined) plugin.auth(settings, connection, client);
    },
  };
}
