/*
 * The settings of the install's queue/smtp_forward, and the servers that it delivers to.
 * Undocumented, read from Haraka 3.3.4: plugins/queue/smtp_forward.js (get_config, cfg, auth).
 */
import { hasFunctions } from '../part.js';
import type { Exchange } from '../queue/exchange.js';
import type { HarakaAddress, HarakaConnection } from '../types.js';

/** Settings of smtp_forward.ini, by name. */
export type SmtpForwardSettings = Readonly<Record<string, unknown>>;

export interface SmtpForward {
  /** Seconds; 0 for none. */
  readonly timeout: number;
  readonly cfg: { readonly main: SmtpForwardSettings };
  get_config(connection: object): SmtpForwardSettings;
  auth(settings: SmtpForwardSettings, connection: HarakaConnection, client: object): void;
}

function isSmtpForward(value: unknown): value is SmtpForward {
  return hasFunctions(value, ['get_config', 'auth']);
}

/** A text setting; undefined where it is missing or empty. */
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

/** The servers that the plugin would deliver to, best first; none when it is not enabled or names none. */
export function smtpForwardHosts(
  registered: Readonly<Record<string, unknown>>,
  from: HarakaAddress,
  to: HarakaAddress,
): readonly Exchange[] {
  const plugin = smtpForwardIn(registered);
  if (plugin === undefined) return [];
  const settings = settingsFor(plugin, from, to);
  const login = ['auth_type', 'auth_user', 'auth_pass'].flatMap((name) => {
    const value = textSetting(settings, name);
    return value === undefined ? [] : [[name, value]];
  });
  const pool = textSetting(settings, 'forwarding_host_pool');
  const hosts =
    pool === undefined
      ? [{ exchange: textSetting(settings, 'host') ?? '', port: Number(settings['port'] ?? 25) }]
      : pool.split(/[\s,]+/).map((one) => {
          const [exchange = '', port] = one.split(':');
          return { exchange, port: Number(port ?? 25) };
        });
  return hosts
    .filter(({ exchange }) => exchange !== '')
    .map((one, priority) => ({ ...Object.fromEntries(login), ...one, priority }));
}
