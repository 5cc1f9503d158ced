/*
 * The settings of the install's queue/smtp_forward, as that plugin of Haraka 3.3 reads them: get_config, cfg, auth.
 */
import type { NextHop } from '../../../lib/index.js';
import type { HarakaAddress, HarakaConnection } from '../../support/haraka.js';
import type { Backend } from './backend-session.js';
import type { Exchange } from './exchange.js';
import type { BackendClient } from './smtp-client.js';

type Settings = Readonly<Record<string, unknown>>;

/** The install's smtp_forward plugin. */
export interface SmtpForward {
  /** Seconds; 0 for none. */
  readonly timeout: number;
  readonly cfg: { readonly main: Settings };
  get_config(connection: object): Settings;
  auth(settings: Settings, connection: HarakaConnection, client: BackendClient): void;
}

/** Tells whether a plugin is the smtp_forward that we know. */
export function isSmtpForward(value: unknown): value is SmtpForward {
  return (
    typeof Reflect.get(Object(value), 'get_config') === 'function' &&
    typeof Reflect.get(Object(value), 'auth') === 'function'
  );
}

function textSetting(settings: Settings, name: string): string | undefined {
  const value = settings[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function settingsFor(plugin: SmtpForward, from: HarakaAddress, to: HarakaAddress): Settings {
  return plugin.get_config({ transaction: { mail_from: from, rcpt_to: [to] } });
}

/** smtp_client keeps the pool of hosts with the server of a connection; a host that fails is left out for a while. */
function hasAnotherHost({ host, port }: BackendClient, connection: HarakaConnection): boolean {
  const server: unknown = Reflect.get(connection, 'server');
  const pool: unknown = Reflect.get(Object(Reflect.get(Object(server), 'notes')), 'host_pool');
  const failed: unknown = Reflect.get(Object(pool), 'failed');
  if (typeof failed !== 'function') return false;
  Reflect.apply(failed, pool, [host, port]);
  return true;
}

/** Where smtp_forward would hand a message on, best host first; none when it names no host. */
export function forwardHosts(
  plugin: SmtpForward,
  from: HarakaAddress,
  to: HarakaAddress,
): readonly Exchange[] {
  const settings = settingsFor(plugin, from, to);
  const login = {
    auth_type: textSetting(settings, 'auth_type'),
    auth_user: textSetting(settings, 'auth_user'),
    auth_pass: textSetting(settings, 'auth_pass'),
  };
  const given = Object.fromEntries(Object.entries(login).filter(([, value]) => value !== undefined));
  const pool = textSetting(settings, 'forwarding_host_pool');
  const port = Number(settings['port'] ?? 25);
  const host = textSetting(settings, 'host');
  const hosts =
    pool === undefined
      ? [{ exchange: host ?? '', port }]
      : pool.split(/[\s,]+/).map((one) => {
          const [exchange = '', itsPort] = one.split(':');
          return { exchange, port: Number(itsPort ?? 25) };
        });
  return hosts
    .filter(({ exchange }) => exchange !== '')
    .map((one, priority) => ({ ...given, ...one, priority }));
}

/** The server that mail is handed on to: a next hop with the main settings, else the one of the recipient's settings. */
export function forwardBackend(
  plugin: SmtpForward,
  nextHop: NextHop | null,
  from: HarakaAddress,
  to: HarakaAddress,
): Backend {
  const settings: Settings =
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
