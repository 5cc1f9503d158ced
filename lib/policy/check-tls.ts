/*
 * Checks what is said about TLS against the rest: verification and demands where they cannot be met, switches that never
 * come about.
 * Ref: PMDF 2.3.4.45
 */
import { type Channel, hasKeyword } from '../channel/index.js';
import type { SettingsFile } from '../config/index.js';
import { type Diagnostic, errorAt, type Span, warningAt } from '../text/index.js';
import { tlsOf } from '../tls/index.js';
import { deliveryRoute } from './delivery-route.js';
import type { Policy } from './policy.js';

/** The files of authorities that the settings name, each with the first place that names it. */
export function authorityFiles({ tlsVerify, places }: SettingsFile): ReadonlyMap<string, Span> {
  const named: (readonly [string | null, string])[] = [
    [tlsVerify.ca, 'tls_verify.ca'],
    ...[...tlsVerify.channels].map(([name, { ca }]) => [ca, `tls_verify.channels.${name}.ca`] as const),
    ...[...tlsVerify.domains].map(([name, { ca }]) => [ca, `tls_verify.domains.${name}.ca`] as const),
  ];
  const files = new Map<string, Span>();
  for (const [file, path] of named) {
    const span = places.get(path);
    if (file !== null && span !== undefined && !files.has(file)) files.set(file, span);
  }
  return files;
}

function checkVerification(settings: SettingsFile, policy: Policy): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  for (const [name, { verify }] of settings.tlsVerify.channels) {
    const channel = policy.channels.channels.get(name);
    const span = settings.places.get(`tls_verify.channels.${name}`);
    if (channel === undefined || span === undefined || verify === 'none') continue;
    const { client } = tlsOf(channel.keywords);
    if (deliveryRoute(policy, name).method === 'through') {
      const message = `certificates cannot be verified on \`${name}\`, whose mail another queue plugin relays`;
      const hint = `write \`delivery: { ${name}: queue }\` into pmdf.yaml`;
      diagnostics.push(errorAt(span, 'tls/through', message, { hint }));
    } else if (client === 'no') {
      const message = `\`${name}\` has \`notlsclient\`, so there is nothing to verify`;
      const hint = 'give the channel the keyword `musttlsclient`';
      diagnostics.push(errorAt(span, 'tls/verify-without-tls', message, { hint }));
    } else if (client === 'may') {
      const message = `verifying makes TLS a must on \`${name}\`, whose keyword is \`maytlsclient\``;
      const hint = 'say `musttlsclient` if that is meant';
      diagnostics.push(warningAt(span, 'tls/verify-demands', message, { hint }));
    }
  }
  return diagnostics;
}

function checkSwitch(channel: Channel): Diagnostic[] {
  const span = channel.keywords.get('tlsswitchchannel')?.span ?? null;
  if (span === null || !hasKeyword(channel, 'notlsserver')) return [];
  const message = `STARTTLS is not offered on \`${channel.name}\`, so only connections under TLS from the start are switched`;
  return [warningAt(span, 'tls/switch-without-tls', message, { hint: 'add `maytlsserver`' })];
}

/** A queue plugin uses TLS as it is configured itself, whatever the channel says. */
function checkThrough(policy: Policy, channel: Channel): Diagnostic[] {
  const { name } = channel;
  if (deliveryRoute(policy, name).method !== 'through') return [];
  const keyword = (['musttlsclient', 'notlsclient'] as const).find(
    (one) => (channel.keywords.get(one)?.span ?? null) !== null,
  );
  const span = keyword === undefined ? null : channel.keywords.get(keyword)?.span;
  if (keyword === undefined || span === null || span === undefined) return [];
  const message = `\`${keyword}\` has no effect on \`${name}\`, whose mail another queue plugin relays`;
  const extra = { hint: `write \`delivery: { ${name}: queue }\` into pmdf.yaml` };
  return [
    keyword === 'musttlsclient'
      ? errorAt(span, 'tls/through', message, extra)
      : warningAt(span, 'tls/through', message, extra),
  ];
}

/** Checks all that the channels and settings say about TLS. */
export function checkTls(settings: SettingsFile, policy: Policy): Diagnostic[] {
  const channels = [...policy.channels.channels.values()];
  return [
    ...channels.flatMap(checkSwitch),
    ...channels.flatMap((one) => checkThrough(policy, one)),
    ...checkVerification(settings, policy),
  ];
}
