/*
 * Checks the TLS keywords of the channels against the install: whether there is a certificate, and whether
 * Haraka's plugin `tls` is enabled.
 * Ref: PMDF 2.3.4.45, 15
 */
import type { Policy } from '../../lib/policy/index.js';
import { type Diagnostic, errorAt, warningAt } from '../../lib/text/index.js';
import { type Demand, tlsOf } from '../../lib/tls/index.js';
import { enabledIn } from '../haraka-install/index.js';
import { type FoundCertificates, findCertificates } from './certificate-files.js';

function spanFor(
  policy: Policy,
  demand: Demand,
): { readonly name: string; readonly place: Diagnostic['span'] } | null {
  for (const channel of policy.channels.channels.values()) {
    if (tlsOf(channel.keywords).server !== demand) continue;
    const place = channel.keywords.get(`${demand}tlsserver`)?.span ?? channel.span;
    return { name: channel.name, place };
  }
  return null;
}

const certificateHint =
  'put server-pub.pem and server-priv.pem into config/pmdf, or tls_cert.pem and tls_key.pem into config';

/** Reports a missing certificate: an error if a channel requires TLS, else a warning. */
export function lackingForTls(
  policy: Policy,
  found: FoundCertificates,
  plugins: ReadonlySet<string> | null,
): Diagnostic[] {
  if (found.value.usual.length > 0) return [];
  const extra = { hint: certificateHint };
  const must = spanFor(policy, 'must');
  if (must !== null) {
    const message = `\`${must.name}\` requires TLS, but there is no usable certificate, so it could not receive mail`;
    return [errorAt(must.place, 'tls/no-certificate', message, extra)];
  }
  const may = spanFor(policy, 'may');
  const isMeant = plugins?.has('tls') === true && plugins.has('pmdf/maytls');
  if (may === null || !isMeant) return [];
  const message = `\`${may.name}\` offers TLS, but there is no usable certificate, so STARTTLS is not offered`;
  return [warningAt(may.place, 'tls/no-certificate', message, extra)];
}

/** The same for the plugin `tls`, if pmdf/maytls is enabled; `plugins` is null if the list is not known. */
export function lackingPlugin(policy: Policy, plugins: ReadonlySet<string> | null): Diagnostic[] {
  if (plugins === null || !plugins.has('pmdf/maytls') || plugins.has('tls')) return [];
  const must = spanFor(policy, 'must');
  const offering = must ?? spanFor(policy, 'may');
  if (offering === null) return [];
  const message = `\`${offering.name}\` offers TLS, but Haraka's plugin \`tls\` is not in config/plugins`;
  const extra = { hint: 'add the line `tls` above `pmdf/maytls`' };
  return [
    must === null
      ? warningAt(offering.place, 'tls/no-plugin', message, extra)
      : errorAt(offering.place, 'tls/no-plugin', message, extra),
  ];
}

/** All findings of `pmdf check` about the certificates of an install. */
export function checkTlsInstall(policy: Policy, configFolder: string, now: number): Diagnostic[] {
  const found = findCertificates(configFolder, now);
  const plugins = enabledIn(configFolder);
  return [...found.diagnostics, ...lackingForTls(policy, found, plugins), ...lackingPlugin(policy, plugins)];
}
