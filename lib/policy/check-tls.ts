/*
 * Checks what is said about TLS against the rest: verification and demands where they cannot be met, switches that never
 * come about.
 * Ref: PMDF 2.3.4.45
 */
import { type Channel, hasKeyword, spanOfKeyword } from '../channel/index.js';
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
  return [...settings.tlsVerify.channels].flatMap(([name, { verify }]) => {
    const channel = policy.channels.channels.get(name);
    const span = settings.places.get(`tls_verify.channels.${name}`);
    if (channel === undefined || span === undefined || verify === 'none') return [];
    const { client } = tlsOf(channel.keywords);
    if (deliveryRoute(policy, name).method === 'through') {
      const message = `certificates cannot be verified on \`${name}\`, whose mail another queue plugin relays`;
      const hint = `write \`delivery: { ${name}: queue }\` into pmdf.yaml`;
      return [errorAt(span, 'tls/through', message, { hint })];
    }
    if (client === 'no') {
      const message = `\`${name}\` has \`notlsclient\`, so there is nothing to verify`;
      const hint = 'give the channel the keyword `musttlsclient`';
      return [errorAt(span, 'tls/verify-without-tls', message, { hint })];
    }
    if (client === 'must') return [];
    const message = `verifying makes TLS a must on \`${name}\`, whose keyword is \`maytlsclient\``;
    return [warningAt(span, 'tls/verify-demands', message, { hint: 'say `musttlsclient` if that is meant' })];
  });
}

function checkSwitch(channel: Channel): Diagnostic[] {
  const span = spanOfKeyword(channel, 'tlsswitchchannel');
  if (span === null || !hasKeyword(channel, 'notlsserver')) return [];
  const message = `STARTTLS is not offered on \`${channel.name}\`, so only connections under TLS from the start are switched`;
  return [warningAt(span, 'tls/switch-without-tls', message, { hint: 'add `maytlsserver`' })];
}

/** A queue plugin uses TLS as it is configured itself, whatever the channel says. */
function checkThrough(policy: Policy, channel: Channel): Diagnostic[] {
  const { name } = channel;
  if (deliveryRoute(policy, name).method !== 'through') return [];
  for (const keyword of ['musttlsclient', 'notlsclient'] as const) {
    const span = spanOfKeyword(channel, keyword);
    if (span === null) continue;
    const message = `\`${keyword}\` has no effect on \`${name}\`, whose mail another queue plugin relays`;
    const hint = `write \`delivery: { ${name}: queue }\` into pmdf.yaml`;
    const report = keyword === 'musttlsclient' ? errorAt : warningAt;
    return [report(span, 'tls/through', message, { hint })];
  }
  return [];
}

export function checkTls(settings: SettingsFile, policy: Policy): Diagnostic[] {
  const channels = [...policy.channels.channels.values()];
  return [
    ...channels.flatMap(checkSwitch),
    ...channels.flatMap((one) => checkThrough(policy, one)),
    ...checkVerification(settings, policy),
  ];
}
