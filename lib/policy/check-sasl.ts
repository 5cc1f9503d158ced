/*
 * Checks what the channels say about AUTH to servers against the rest: credentials that are not there or cannot be used,
 * passwords that would go to anybody or in clear.
 * Ref: PMDF 2.3.4.43
 */
import { argumentOf, type Channel, hasKeyword, spanOfKeyword } from '../channel/index.js';
import type { SettingsFile } from '../config/index.js';
import { type Diagnostic, errorAt, nearest, type Span, warningAt } from '../text/index.js';
import { type ClientSasl, sendsPassword } from '../tls/index.js';
import { deliveryRoute } from './delivery-route.js';
import type { Policy } from './policy.js';
import { deliverySasl } from './sasl-decisions.js';

/** The place of the first of these keywords that was written, or that of the channel. */
function placeOf(channel: Channel, keywords: readonly string[]): Span {
  return keywords.flatMap((keyword) => spanOfKeyword(channel, keyword) ?? [])[0] ?? channel.span;
}

const demanding = ['mustsaslclient', 'mustsasl', 'maysaslclient', 'maysasl'] as const;

function checkMissing(policy: Policy, channel: Channel, sasl: ClientSasl): Diagnostic[] {
  const { section, demand } = sasl;
  if (argumentOf(channel, 'client_auth') !== undefined) {
    const meant = nearest(section, policy.credentials.keys());
    const message = `there is no section \`[CLIENT_AUTH=${section}]\` in \`${policy.settings.files.security}\``;
    const hint = meant === undefined ? 'write it, with USER and PASSWORD' : `did you mean \`${meant}\`?`;
    return [errorAt(placeOf(channel, ['client_auth']), 'auth/no-credentials', message, { hint })];
  }
  if (demand !== 'must') return [];
  const message = `\`${channel.name}\` requires AUTH of servers, and there are no credentials, so no mail can leave on it`;
  const hint = `write \`[CLIENT_AUTH=${section}]\` into \`${policy.settings.files.security}\`, or say \`mustsaslserver\` if only the server half is meant`;
  return [warningAt(placeOf(channel, demanding), 'auth/no-credentials', message, { hint })];
}

/** Credentials that are there, and what keeps them from being used or spreads them. */
function checkUse(
  policy: Policy,
  channel: Channel,
  { section, credentials, inClear }: ClientSasl,
): Diagnostic[] {
  if (credentials === null) return [];
  const { name } = channel;
  const diagnostics: Diagnostic[] = [];
  const route = deliveryRoute(policy, name);
  const needsTls = credentials.mechanisms.every(sendsPassword);
  if (hasKeyword(channel, 'notlsclient') && !inClear) {
    const what = needsTls ? 'nobody can authenticate' : 'only CRAM-MD5 can be used';
    const message = `\`${name}\` never uses TLS as client, so ${what}`;
    const hint = 'add `maytlsclient` or `musttlsclient`';
    diagnostics.push(warningAt(placeOf(channel, demanding), 'auth/needs-tls', message, { hint }));
  }
  if (route.method === 'queue' && route.nextHop === null) {
    const message = `the credentials \`${section}\` are shown to every server that mail on \`${name}\` goes to`;
    diagnostics.push(
      warningAt(placeOf(channel, ['client_auth', ...demanding]), 'auth/to-anybody', message, {
        hint: `use a channel of its own with the keyword \`daemon\` or \`delivery: { ${name}: { next_hop: ... } }\``,
      }),
    );
  }
  return diagnostics;
}

function checkChannel(policy: Policy, channel: Channel): Diagnostic[] {
  const { method } = deliveryRoute(policy, channel.name);
  if (method === 'discard') return [];
  const sasl = deliverySasl(policy, channel.name);
  const named = argumentOf(channel, 'client_auth');
  if (sasl.demand === 'no') {
    if (named === undefined) return [];
    const message = `\`${channel.name}\` names the credentials \`${named}\` and has \`nosaslclient\``;
    const place = placeOf(channel, ['client_auth']);
    const hint = 'add `maysaslclient` or `mustsaslclient`';
    return [warningAt(place, 'auth/not-as-client', message, { hint })];
  }
  if (method === 'through' && (sasl.demand === 'must' || named !== undefined)) {
    const message = `this host cannot authenticate on \`${channel.name}\`, whose mail another queue plugin relays`;
    const hint = `write \`delivery: { ${channel.name}: queue }\` into pmdf.yaml`;
    return [errorAt(placeOf(channel, [...demanding, 'client_auth']), 'auth/through', message, { hint })];
  }
  if (method === 'through') return [];
  return sasl.credentials === null ? checkMissing(policy, channel, sasl) : checkUse(policy, channel, sasl);
}

function checkClear({ auth, places }: SettingsFile, policy: Policy): Diagnostic[] {
  return auth.clientWithoutTls.flatMap((name) => {
    const span = places.get(`auth.client_without_tls.${name}`);
    const channel = policy.channels.channels.get(name);
    if (span === undefined || channel === undefined || deliverySasl(policy, name).demand === 'no') return [];
    const message = `this host sends its password in clear on \`${name}\``;
    const hint = 'leave the channel out once its servers speak TLS';
    return [warningAt(span, 'auth/sent-in-clear', message, { hint })];
  });
}

/** Checks all that the channels and settings say about AUTH to servers. */
export function checkSasl(settings: SettingsFile, policy: Policy): Diagnostic[] {
  const channels = [...policy.channels.channels.values()];
  return [...channels.flatMap((one) => checkChannel(policy, one)), ...checkClear(settings, policy)];
}
