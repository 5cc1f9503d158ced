/*
 * What channels that demand TLS need of the install, checked when all plugins are loaded.
 */
import { channelsAwaitingTls, type Policy } from '../../lib/policy/index.js';
import { formatDiagnostic } from '../../lib/text/index.js';
import { type FoundCertificates, lackingForTls, lackingPlugin } from '../../runtime/certificates/index.js';
import { loadedPlugins } from '../haraka/loaded-plugins.js';
import type { HarakaPlugin } from '../haraka/types.js';
import { holdsCertificate } from './server-certificates.js';

/** Whether Haraka ever issues STARTTLS: the setting `enable_tls` of outbound.ini. */
function issuesStartTls(plugin: HarakaPlugin): boolean {
  const settings: unknown = plugin.haraka_require('outbound/config');
  if (typeof settings !== 'object' || settings === null) return true;
  const cfg: unknown = Reflect.get(settings, 'cfg');
  return typeof cfg !== 'object' || cfg === null || Reflect.get(cfg, 'enable_tls') !== false;
}

/** Says in the log what is doubtful; gives what has to stop the start, or null. */
export function missingForTls(plugin: HarakaPlugin, policy: Policy, found: FoundCertificates): string | null {
  if (!issuesStartTls(plugin)) {
    plugin.logwarn(
      'outbound.ini has enable_tls=false: no mail leaves by TLS, and where TLS is a must none leaves',
    );
  }
  const loaded = loadedPlugins(plugin);
  const plugins = loaded === null ? null : new Set(Object.keys(loaded));
  const lacking = [...lackingForTls(policy, found, plugins), ...lackingPlugin(policy, plugins)];
  for (const one of lacking) if (one.severity === 'warning') plugin.logwarn(formatDiagnostic(one));
  const errors = lacking.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) return errors.map(formatDiagnostic).join('\n');
  const awaiting = channelsAwaitingTls(policy);
  if (awaiting.length === 0 || holdsCertificate(plugin)) return null;
  return `Haraka could not use the certificate, and ${awaiting.join(', ')} demand TLS: its log tells why`;
}
