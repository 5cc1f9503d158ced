/*
 * The hosts that relay attempts name: our own, those of the channel table, and third parties'.
 */

/** Our hosts: they are routed to `l` or to `tcp_internal`. */
export const ownHosts: readonly string[] = [
  'domain.com',
  'DOMAIN.COM',
  'Domain.Com',
  'host.domain.com',
  'HOST.DOMAIN.COM',
  'sub.domain.com',
  'a.b.sub.domain.com',
  'mail.domain.com',
];

/** Names that a mail server may consider its own, and that the policy does not know. */
export const selfHosts: readonly string[] = [
  'localhost',
  'LOCALHOST',
  'localhost.localdomain',
  '[127.0.0.1]',
  '[IPv6:::1]',
  '[IPv6:0:0:0:0:0:0:0:1]',
  '[IPv6:::ffff:127.0.0.1]',
  '[127.0.1.5]',
  '127.0.0.1',
];

/** The channel table: official host names, and also the names of the channels, in upper and lower case. */
export const channelHosts: readonly string[] = [
  'domain.com',
  'tcp-daemon',
  'tcp-internal',
  'process-daemon',
  'l',
  'tcp_local',
  'tcp_internal',
  'process',
].flatMap((name) => [name, name.toUpperCase()]);

/** Hosts of third parties. Mail for any of them, sent for a stranger, is a leak. */
export const foreignHosts: readonly string[] = [
  'evil.example',
  'EVIL.Example',
  'evil',
  'intranet',
  'other.com',
  'evil_host.example',
  'evildomain.com',
  'domain.com.evil.example',
  'domain.co',
  'com',
  'evil.uucp',
  'domain.com.uucp',
  '[192.0.2.1]',
  '[IPv6:2001:db8::1]',
  '192.0.2.1',
  '3221225985',
  'xn--vil-9la.example',
  'évil.example',
  'ｅvil.example',
  'domain．com.evil.example',
];

const ownDomain = 'domain.com';

function isOwnName(name: string): boolean {
  return name === ownDomain || name.endsWith(`.${ownDomain}`);
}

/**
 * Tells whether a host is ours: the domain itself or a host below it. A text that a server treats as a host, but which
 * cannot be the name of a host, is ours if every name in it is.
 */
export function isOwnHost(host: string): boolean {
  const names = host.toLowerCase().split(/[^-.\w\u0080-\uffff]+/);
  return names.every((name) => name === '' || isOwnName(name.replace(/\.$/, '')));
}
