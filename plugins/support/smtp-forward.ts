/*
 * The install's plugin queue/smtp_forward: the one place that uses what Haraka 3.3 has of it without documenting it.
 *   plugins.registered_plugins['queue/smtp_forward'].queue_forward, get_config, cfg
 */
import type { HarakaAddress, HarakaConnection, Next } from './haraka.js';

/** A host to connect to, as the hook get_mx gives it. */
export interface Exchange {
  readonly exchange: string;
  readonly priority: number;
  readonly port?: number;
  readonly bind?: string;
  readonly using_lmtp?: boolean;
  readonly from_dns?: string;
  readonly auth_type?: string;
  readonly auth_user?: string;
  readonly auth_pass?: string;
}

type SmtpForwardSettings = Readonly<Record<string, unknown>>;

/** The install's smtp_forward plugin. */
export interface SmtpForward {
  readonly cfg: { readonly main: SmtpForwardSettings };
  get_config(connection: object): SmtpForwardSettings;
  queue_forward(next: Next, connection: HarakaConnection): void;
}

function isSmtpForward(value: unknown): value is SmtpForward {
  return (
    typeof value === 'object' &&
    value !== null &&
    ['queue_forward', 'get_config', 'forward_enabled'].every(
      (name) => typeof Reflect.get(value, name) === 'function',
    )
  );
}

function textSetting(settings: SmtpForwardSettings, name: string): string | undefined {
  const value = settings[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The plugin; undefined when it is not enabled, or not that of Haraka 3.3. */
export function smtpForwardIn(registered: Readonly<Record<string, unknown>>): SmtpForward | undefined {
  const plugin = registered['queue/smtp_forward'];
  return isSmtpForward(plugin) ? plugin : undefined;
}

/** Where the plugin would hand a message on, best host first; none when it is not enabled or names no host. */
export function smtpForwardHosts(
  registered: Readonly<Record<string, unknown>>,
  from: HarakaAddress,
  to: HarakaAddress,
): readonly Exchange[] {
  const plugin = smtpForwardIn(registered);
  if (plugin === undefined) return [];
  const settings = plugin.get_config({ transaction: { mail_from: from, rcpt_to: [to] } });
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

/** The same host for core, which writes the answers of hooks into its log: a login is not to stand there. */
export function withHiddenLogin(host: Exchange): Exchange {
  const hidden = { ...host };
  for (const name of ['auth_user', 'auth_pass']) {
    if (Object.hasOwn(hidden, name)) Object.defineProperty(hidden, name, { enumerable: false });
  }
  return hidden;
}
