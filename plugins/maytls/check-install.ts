/*
 * What channels that require TLS need from the install, checked when all plugins are loaded.
 */
import { channelsAwaitingTls, type Policy } from '../../lib/policy/index.js';
import { formatDiagnostic } from '../../lib/text/index.js';
import { type FoundCertificates, lackingForTls, lackingPlugin } from '../../runtime/certificates/index.js';
import { type HarakaPlugin, hasCertificate, issuesStartTls, loadedPlugins } from '../haraka/index.js';

/** Logs what is doubtful; gives what must stop the start, or null. */
export function missingForTls(plugin: HarakaPlugin, policy: Policy, found: FoundCertificates): string | null {
  if (!issuesStartTls(plugin)) {
    plugin.logwarn(
      'outbound.ini has enable_tls=false: mail is never sent with TLS, and where TLS is required it is not sent at all',
    );
  }
  const plugins = new Set(Object.keys(loadedPlugins(plugin)));
  const lacking = [...lackingForTls(policy, found, plugins), ...lackingPlugin(policy, plugins)];
  for (const one of lacking) if (one.severity === 'warning') plugin.logwarn(formatDiagnostic(one));
  const errors = lacking.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) return errors.map(formatDiagnostic).join('\n');
  const awaiting = channelsAwaitingTls(policy);
  if (awaiting.length === 0 || hasCertificate(plugin)) return null;
  return `Haraka could not load the certificate, but ${awaiting.join(', ')} require TLS: see Haraka's log`;
}
