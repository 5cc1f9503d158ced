/*
 * Keywords about addresses: how they are written, routed, completed and looked up.
 * Ref: PMDF 2.3.4
 */
import { alone, integer, type Keyword, lacks, oneOf } from './keyword.js';

export const addressKeywords: readonly Keyword[] = [
  ...oneOf('envelope address style', 'yes', [
    [
      '822',
      'Routes in envelope addresses are source routes, `@a:u@b`.',
      { aliases: ['sourceroute'], isDefault: true },
    ],
    ['733', 'Routes in envelope addresses are percent hacks, `u%b@a`.', { aliases: ['percents'] }],
    ['uucp', 'Envelope addresses are bang paths, `a!b!u`.', { aliases: ['bangstyle'] }],
  ]),
  ...oneOf('header address style', 'no', [
    ['header_822', 'Routes in header addresses are source routes.', { isDefault: true }],
    ['header_733', 'Routes in header addresses are percent hacks.'],
    ['header_uucp', 'Header addresses are bang paths.'],
  ]),
  ...oneOf('bang and percent', 'yes', [
    ['bangoverpercent', 'Groups `A!B%C` as `A!(B%C)`.'],
    ['nobangoverpercent', 'Groups `A!B%C` as `(A!B)%C`.', { isDefault: true }],
  ]),
  ...lacks(
    'addresses',
    oneOf('bang and percent', 'no', [
      ['percentonly', 'Bang paths are ignored; only percent signs separate.'],
    ]),
  ),
  ...oneOf('explicit routing', 'no', [
    ['exproute', 'Addresses of this channel are given to others with an explicit route through us.'],
    ['noexproute', 'Addresses of this channel get no explicit route.', { isDefault: true }],
  ]),
  ...oneOf('implicit routing', 'no', [
    ['improute', 'Addresses of others are given to this channel with a route through us.'],
    ['noimproute', 'Addresses of others get no route through us.', { isDefault: true }],
  ]),
  ...oneOf('recipient acceptance', 'no', [
    ['acceptalladdresses', 'Every recipient is accepted during the SMTP dialogue.', { isDefault: true }],
    ['acceptvalidaddresses', 'Only valid recipients are accepted during the SMTP dialogue.'],
  ]),
  ...oneOf('bare addresses', 'yes', [
    ['remotehost', 'Bare backward-pointing addresses are completed with the name that the client gave.'],
    ['noremotehost', 'Bare addresses are completed with the local host name.', { isDefault: true }],
  ]),
  ...oneOf('default host', 'yes', [
    [
      'defaulthost',
      'Bare backward-pointing addresses are completed with the first domain, envelope To with the second.',
      { arguments: { kind: 'hosts' } },
    ],
    ['nodefaulthost', 'No domain of its own completes bare addresses.', { isDefault: true }],
  ]),
  ...oneOf('restricted encoding', 'no', [
    ['restricted', 'Addresses are encoded as in RFC 1137.'],
    ['unrestricted', 'Addresses are not encoded.', { aliases: ['norestricted'], isDefault: true }],
  ]),
  ...oneOf('address reversal', 'yes', [
    ['reverse', 'The reverse database and the REVERSE mapping are applied.', { isDefault: true }],
    ['noreverse', 'Addresses are not reversed.'],
  ]),
  ...oneOf('channel-specific rules', 'yes', [
    ['rules', 'Rewrite rules may test for this channel with `$M`, `$N`, `$Q` and `$C`.', { isDefault: true }],
    ['norules', 'Such tests of rewrite rules are skipped for this channel.'],
  ]),
  ...oneOf('subaddress', 'yes', [
    ['subaddressexact', 'An alias entry must match the subaddress too.', { isDefault: true }],
    ['subaddressrelaxed', 'An alias entry without the subaddress is tried next.'],
    ['subaddresswild', 'An alias entry with any subaddress is tried next.'],
  ]),
  ...oneOf('directory look-up', 'yes', [
    ['inline', 'What a directory channel finds replaces the recipient at once, like an alias.'],
    ['noinline', 'A directory channel sends on what it finds, in a second pass.', { isDefault: true }],
  ]),
  ...oneOf('domain order', 'no', [
    ['grey', 'Domains are written in inverted order, as in the Grey Book.'],
    ['nogrey', 'Domains are written in the usual order.', { isDefault: true }],
  ]),
  ...oneOf('alias requirement', 'yes', [
    ['viaaliasoptional', 'A recipient of this channel need not come from an alias.', { isDefault: true }],
    ['viaaliasrequired', 'A recipient of this channel must come from an alias.'],
  ]),
  ...oneOf('rewriting at dequeue', 'no', [
    ['connectalias', 'Mail is delivered to the host that the address names.', { isDefault: true }],
    ['connectcanonical', 'Addresses are rewritten again when mail leaves the queue.'],
  ]),
  ...oneOf('inner headers', 'no', [
    ['inner', 'Headers of messages inside messages are rewritten.'],
    ['noinner', 'Headers of messages inside messages stay as they are.', { isDefault: true }],
  ]),
  ...alone('yes', [['holdlimit', 'Mail with more recipients than this is held.', { arguments: integer() }]]),
  ...oneOf('return path', 'no', [
    ['addreturnpath', 'A Return-path header line is added.'],
    ['noaddreturnpath', 'No Return-path header line is added.', { isDefault: true }],
  ]),
  ...alone('yes', [
    ['routelocal', 'A route through this channel is removed, as for the local channel.'],
    ['aliaslocal', 'Addresses of this channel are looked up in the alias database and file.'],
  ]),
  ...alone('no', [
    [
      'missingrecipientpolicy',
      'What is done with a message that has no recipient header line.',
      { arguments: integer(0, 6) },
    ],
    ['innertrim', 'Headers of messages inside messages are trimmed.'],
    ['dequeue_removeroute', 'Source routes are removed when mail leaves the queue.'],
    ['addlineaddrs', 'Addresses of OpenVMS MAIL lines are added to the headers.'],
  ]),
];
