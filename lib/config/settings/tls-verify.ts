/*
 * `tls_verify`: a word for all channels, or { default, ca, channels, domains }; for a channel or a domain a word, or
 * { verify, name, ca }.
 * Ref: RFC 6125 6
 */
import { type TlsVerification, type TlsVerify, tlsVerifies } from '../../tls/index.js';
import { mapOf } from '../shapes/collections.js';
import { defaulting, defaultsOf, type RecordShape, record, setting } from '../shapes/record.js';
import { choice } from '../shapes/scalars.js';
import { either, mapped, type Shape } from '../shapes/shape.js';
import { channelKey, domainKey, domainName, fileName } from './names.js';

const word = choice(tlsVerifies);

const verification: Shape<TlsVerification> = either(
  {
    scalar: mapped(word, (verify) => Object.freeze({ verify, name: null, ca: null })),
    mapping: record({
      verify: defaulting(word, 'name', 'The check: none, or name.'),
      name: setting<string | null>(
        domainName,
        null,
        'The name that the certificate must have; by default that of the server.',
      ),
      ca: setting<string | null>(fileName, null, 'A PEM file with the certificate authorities trusted here.'),
    }),
  },
  '`none`, `name` or a mapping',
);

const noVerifications: ReadonlyMap<string, TlsVerification> = new Map();

/** How the certificates of servers are checked. */
export interface TlsVerifySettings {
  /** Unless a channel or domain says something else. */
  readonly default: TlsVerify;
  /** The file of the trusted authorities, in PEM; null: those that Node trusts. */
  readonly ca: string | null;
  readonly channels: ReadonlyMap<string, TlsVerification>;
  /** By destination domain in lower case; `.domain.com` means all its subdomains. */
  readonly domains: ReadonlyMap<string, TlsVerification>;
}

const parts = record<TlsVerifySettings>({
  default: setting(
    word,
    'none',
    'How the certificate of a server is checked when mail leaves by TLS: `none` accepts any, `name` requires a trusted one for the name of the server.',
  ),
  ca: setting<string | null>(fileName, null, 'A PEM file with the trusted certificate authorities.', {
    defaultText: 'those that Node trusts',
  }),
  channels: setting(mapOf(channelKey, verification), noVerifications, 'The check for single channels.'),
  domains: setting(
    mapOf(domainKey, verification),
    noVerifications,
    'The check for single destination domains, which takes precedence over that of the channel. `.domain.com` means all subdomains of `domain.com`.',
  ),
});

const defaults = defaultsOf(parts);

/** How the certificates of servers are checked. */
export const tlsVerify: RecordShape<TlsVerifySettings> = {
  ...either<TlsVerifySettings>(
    {
      nothing: { value: defaults },
      scalar: mapped(word, (all) => Object.freeze({ ...defaults, default: all })),
      mapping: parts,
    },
    '`none`, `name` or a mapping',
  ),
  keys: parts.keys,
  defaults,
};
