/*
 * What to do about a server that cannot be used, by the code or the first word of the error.
 */
import { PackageMissing } from './load-package.js';

const certificate =
  'name the authority that signed it with `tls_ca`; `hosts` must have the name in the certificate';
const login = 'correct the name to log in with, and `password_file` or `password_env`';
const address = 'correct `hosts`';

const hints: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'start the server, or correct `hosts`: nothing listens there'],
  ['ENOENT', 'start the server, or correct the path of its socket in `hosts`'],
  ['EACCES', 'let this account use the socket'],
  ['ENOTFOUND', address],
  ['EAI_AGAIN', 'look at the name servers of this host'],
  ['EHOSTUNREACH', address],
  ['ENETUNREACH', address],
  ['ECONNRESET', 'look whether the server has TLS on this port, and at its log'],
  [
    'EPROTO',
    'the server may not speak TLS on this port: correct the port, or set `tls: off` if the way to it is safe',
  ],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'the server does not speak TLS on this port: correct the port or `tls`'],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', 'the server does not speak TLS on this port: correct the port or `tls`'],
  ['SELF_SIGNED_CERT_IN_CHAIN', certificate],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', certificate],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', certificate],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', certificate],
  ['ERR_TLS_CERT_ALTNAME_INVALID', certificate],
  ['CERT_HAS_EXPIRED', 'renew the certificate of the server'],
  ['WRONGPASS', login],
  ['NOAUTH', 'the server wants a password: set `password_file` or `password_env`'],
  ['NOPERM', 'let the account on the server read these keys'],
]);

/** By the name of an LDAP result code. */
const ldapHints: ReadonlyMap<string, string> = new Map([
  ['invalid credentials', 'correct `bind_dn`, and `password_file` or `password_env`'],
  [
    'no such object',
    'correct the base DN: the directory has no such entry, or does not show it to this account',
  ],
  ['confidentiality required', 'the server wants TLS: set `tls`, or `TLS_MODE` of a directory channel'],
  ['strong auth required', 'the server wants TLS or a login: describe it as a store'],
  ['inappropriate authentication', 'the server wants a login: describe it as a store'],
  ['insufficient access', 'let the account on the server search here'],
]);

function ldapHintFor(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const [name = ''] = error.message.split(' (code ', 1);
  return ldapHints.get(name) ?? null;
}

function codeOf(error: unknown): string {
  const one = error instanceof AggregateError ? error.errors[0] : error;
  if (!(one instanceof Error)) return '';
  if ('code' in one && typeof one.code === 'string' && hints.has(one.code)) return one.code;
  return /^[A-Z]+\b/.exec(one.message)?.[0] ?? '';
}

/** What to do about an error of a client; null if only its own words help. */
export function hintForTrouble(error: unknown): string | null {
  if (error instanceof PackageMissing) return 'run that beside the plugins of Haraka, then restart it';
  return hints.get(codeOf(error)) ?? ldapHintFor(error);
}
