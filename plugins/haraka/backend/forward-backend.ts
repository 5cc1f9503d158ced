/*
 * The server that the install's queue/smtp_forward delivers to, reached with the settings and login of that plugin.
 * Read from Haraka 3.3.4: plugins/queue/smtp_forward.js, smtp_client.js (the host pool in connection.server.notes).
 */
import type { NextHop } from '../../../lib/config/index.js';
import type { HarakaAddress, HarakaConnection } from '../types.js';
import type { Backend } from './backend.js';
import type { BackendClient } from './smtp-client.js';
import {
  type SmtpForward,
  type SmtpForwardSettings,
  settingsFor,
  smtpForwardIn,
  textSetting,
} from './smtp-forward-plugin.js';

/** Marks a host of the pool as failed, so that it is left out for a while; false where there is no pool. */
function hasAnotherHost({ host, port }: BackendClient, connection: HarakaConnection): boolean {
  const server: unknown = Reflect.get(connection, 'server');
  const pool: unknown = Reflect.get(Object(Reflect.get(Object(server), 'notes')), 'host_pool');
  const failed: unknown = Reflect.get(Object(pool), 'failed');
  if (typeof failed !== 'function') return false;
  Reflect.apply(failed, pool, [host, port]);
  return true;
}

/** An LMTP server: a login would be one for mail servers; TLS is used as queue/smtp_forward is configured, if it is enabled. */
function lmtpBackend(plugin: SmtpForward | undefined, { host, port }: NextHop): Backend {
  return {
    name: `lmtp://${host}:${port}`,
    protocol: 'lmtp',
    host,
    settings: { enable_tls: plugin?.cfg.main['enable_tls'], host, port },
    plugin: plugin ?? { name: 'pmdf/deliver' },
    oneEach: false,
    timeout: null,
    failed: () => false,
    authenticate: () => undefined,
  };
}

/**
 * The server for a recipient: a next hop, with the main settings, or the one in the recipient's settings. Throws when
 * queue/smtp_forward is needed and not enabled.
 */
export function forwardBackend(
  registered: Readonly<Record<string, unknown>>,
  nextHop: NextHop | null,
  from: HarakaAddress,
  to: HarakaAddress,
): Backend {
  const plugin = smtpForwardIn(registered);
  if (nextHop?.protocol === 'lmtp') return lmtpBackend(plugin, nextHop);
  if (plugin === undefined)
    throw new Error('queue/smtp_forward is not enabled, or not the one of Haraka 3.3');
  const settings: SmtpForwardSettings =
    nextHop === null
      ? settingsFor(plugin, from, to)
      : { ...plugin.cfg.main, forwarding_host_pool: undefined, host: nextHop.host, port: nextHop.port };
  const user = textSetting(settings, 'auth_user');
  const host = textSetting(settings, 'host') ?? '';
  const pool = textSetting(settings, 'forwarding_host_pool');
  const where = pool ?? `${host}:${String(settings['port'])}`;
  return {
    name: user === undefined ? where : `${where} as ${user}`,
    protocol: 'smtp',
    host: pool === undefined ? host : null,
    // Core writes the login into it.
    settings: { ...settings },
    plugin,
    oneEach: settings['one_message_per_rcpt'] === true,
    timeout: nextHop === null ? plugin.timeout : null,
    failed: (client, connection) => pool !== undefined && hasAnotherHost(client, connection),
    authenticate: (client, connection) => {
      if (user !== undefined) plugin.auth(settings, connection, client);
    },
  };
}
