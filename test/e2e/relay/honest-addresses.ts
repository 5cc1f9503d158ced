/*
 * Legitimate addresses that any stranger may write to. They show that the policy does not simply refuse everything.
 */

import type { HandedOn } from './decide-as-stranger.js';

/** An address, and the form that the final server gets; the channel is the last one. */
export interface HonestAddress extends HandedOn {
  /** The address in RCPT TO, without brackets. */
  readonly asked: string;
}

/** Addresses that the next-hop server gets unchanged. */
function asTheyAre(channel: string, addresses: readonly string[]): HonestAddress[] {
  return addresses.map((address) => ({ asked: address, address, channel }));
}

const localParts: readonly string[] = [
  'user',
  'us.er',
  'us.er+tag',
  'user+tag+more',
  'User',
  'USER',
  'u',
  'user-owner',
  'owner-list',
  'list-request',
  'user_name',
  'user1234567890',
  '12345',
  "o'neill",
  'user=other.example',
  'bounces+1234-user=other.example',
  'prvs=1234abcdef=user',
  'SRS0=HHH=TT=other.example=user',
  'SRS1=HHH=first.example==HHH=TT=other.example=user',
  'btv1==0123456789==user',
  'user/detail',
  'user#1',
  'user&partner',
  'user?',
  'user*',
  'user^1',
  'user~',
  'user|1',
  '{user}',
  '`user`',
  '$user',
  'user-',
  '_',
  '/C=NL/O=Org/S=Name/',
  'x400',
  'postmaster',
  'Postmaster',
  'abuse',
  'MAILER-DAEMON',
  'jane.doe+news',
  'IMCEAEX-_O=ORG_OU=SITE_CN=JANE+2Edoe',
  `${'long.'.repeat(12)}user`,
  '"us er"',
  '"us.er."',
  '"us..er"',
  '"us,er"',
  '"us:er"',
  '"User (Sales)"',
  '"us\\"er"',
  '"us\\\\er"',
  '"<user>"',
];

const utf8LocalParts: readonly string[] = [
  'é',
  'jürgen.müller',
  'пользователь',
  '用户',
  'ｕｓｅｒ',
  'u\u0301ser',
];

const subdomains: readonly string[] = [
  'sub.domain.com',
  'a.b.c.domain.com',
  'x-1.domain.com',
  '1.domain.com',
];

/** Addresses that every mode accepts. */
export const honestAddresses: readonly HonestAddress[] = [
  ...asTheyAre(
    'l',
    localParts.map((localPart) => `${localPart}@domain.com`),
  ),
  ...asTheyAre(
    'l',
    utf8LocalParts.map((localPart) => `${localPart}@domain.com`),
  ),
  ...asTheyAre(
    'tcp_internal',
    subdomains.map((domain) => `user@${domain}`),
  ),
  ...asTheyAre('tcp_internal', ['us.er+tag@sub.domain.com', '"us er"@sub.domain.com', 'é@sub.domain.com']),
  { asked: 'postmaster', address: 'postmaster@domain.com', channel: 'l' },
  { asked: 'Postmaster', address: 'Postmaster@domain.com', channel: 'l' },
  { asked: 'user@DOMAIN.COM', address: 'user@domain.com', channel: 'l' },
  { asked: 'user@Domain.Com', address: 'user@domain.com', channel: 'l' },
  { asked: 'user@SUB.Domain.Com', address: 'user@sub.domain.com', channel: 'tcp_internal' },
  { asked: '@domain.com:user@domain.com', address: 'user@domain.com', channel: 'l' },
  { asked: '@relay.example:user@domain.com', address: 'user@domain.com', channel: 'l' },
  { asked: '@relay.example,@other.example:user@domain.com', address: 'user@domain.com', channel: 'l' },
  {
    asked: '@relay.example:user@sub.domain.com',
    address: 'user@sub.domain.com',
    channel: 'tcp_internal',
  },
  { asked: 'jane.doe@domain.com', address: 'jdoe@other.com', channel: 'tcp_local' },
  { asked: 'Jane.Doe@DOMAIN.COM', address: 'jdoe@other.com', channel: 'tcp_local' },
];

/** Hops through our own hosts, which every mode accepts too. */
export const honestHops: readonly HonestAddress[] = [
  { asked: 'x%host.domain.com@domain.com', address: 'x@host.domain.com', channel: 'tcp_internal' },
  { asked: 'x%HOST.Domain.Com@DOMAIN.COM', address: 'x@HOST.Domain.Com', channel: 'tcp_internal' },
  {
    asked: 'us.er+tag%sub.domain.com@domain.com',
    address: 'us.er+tag@sub.domain.com',
    channel: 'tcp_internal',
  },
  { asked: 'x%domain.com@domain.com', address: 'x@domain.com', channel: 'l' },
  {
    asked: 'x%host.domain.com%domain.com@domain.com',
    address: 'x@host.domain.com',
    channel: 'tcp_internal',
  },
  {
    asked: 'x%a.domain.com%b.domain.com@domain.com',
    address: 'x%a.domain.com@b.domain.com',
    channel: 'tcp_internal',
  },
  {
    asked: 'x%host.domain.com@sub.domain.com',
    address: 'x%host.domain.com@sub.domain.com',
    channel: 'tcp_internal',
  },
  { asked: 'x%domain.com@host.domain.com', address: 'x%domain.com@host.domain.com', channel: 'tcp_internal' },
];
