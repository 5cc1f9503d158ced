/*
 * The settings of the install's queue/smtp_forward, as that plugin of Haraka 3.3 reads them: get_config, cfg, auth.
 */
import type { Exchange } from '../queue/exchange.js';
import type { HarakaAddress, HarakaConnection } from '../types.js';

/** Settings of smtp_forward.ini, by name. */
export type SmtpForwardSettings = Readonly<Record<string, unknown>>;

/** The install's smtp_forward plugin. */
export interface SmtpForward {
  /** Seconds; 0 for none. */
  readonly timeout: number;
  readonly cfg: { readonly main: SmtpForwardSettings };
  get_config(connection: object): SmtpForwardSettings;
  auth(settings: SmtpForwardSettings, connection: HarakaConnection, client: object): void;
}

function isSmtpForward(value: unknown): value is SmtpForward {
  return (
    typeof value === 'object' &&
    value !== null &&
    ['get_config', 'auth'].every((name) => typeof Reflect.get(value, name) === 'function')
  );
}

/** A setting that is a text; undefined where it is not there or empty. */
export function textSetting(settings: SmtpForwardSettings, name: string): string | undefined {
  const value = settings[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The plugin; undefined when it is not enabled, or not that of Haraka 3.3. */
export function smtpForwardIn(registered: Readonly<Record<string, unknown>>): SmtpForward | undefined {
  const plugin = registered['queue/smtp_forward'];
  return isSmtpForward(plugin) ? plugin : undefined;
}

/** The settings for mail from one address to another, which may have a section of their own. */
export function settingsFor(
  plugin: SmtpForward,
  from: HarakaAddress,
  to: HarakaAddress,
): SmtpForwardSettings {
  return plugin.get_config({ transaction: { mail_from: from, rcpt_to: [to] } });
}

/** Where the plugin would hand a message on, best host first; none when it is not enabled or names no host. */
export function smtpForwardHosts(
  registered: Readonly<Record<string, unknown>>,
  from: HarakaAddress,
  to: HarakaAddress,
): readonly Exchange[] {
  const plugin = smtpForwardIn(registered);
  if (plugin === undefined) return [];
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

/** The same host for core, which writes the answers of hooks into its log: a login must not be in it. */
export function withHiddenLogin(host: Exchange): Exchange {
  const hidden = { ...host };
  for (const name of ['auth_user', 'auth_pass']) {
    if (Object.hasOwn(hidden, name)) Object.defineProperty(hidden, name, { enumerable: false });
  }
  return hidden;
}
