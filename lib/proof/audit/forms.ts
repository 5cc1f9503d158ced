/*
 * The forms in which strangers hide the way to another host, each with places for hosts:
 *   far      a host outside, where the mail is to end up
 *   end      the host that the address seems to be for, one that is inside
 *   near     another host inside, to hide behind
 *   channel  the official host name of a channel
 * Whatever is no path by RFC 5321 a server answers with a syntax error; such forms are there for gateways that may
 * come to read them.
 * Ref: PMDF 29; RFC 5321 appendix C, F.2; RFC 1123 5.2.16; RFC 976
 */

/** The hosts that a form is filled with. */
export interface FormHosts {
  readonly far: string;
  readonly end: string;
  readonly near: string;
  readonly channel: string;
}

/** A form: the path without brackets. */
export type Form = (hosts: FormHosts) => string;

/** The plain address: whoever takes it relays openly. */
export const plainForm: Form = ({ far }) => `victim@${far}`;

/** One of each kind, asked of every sender. */
export const basicForms: readonly Form[] = [
  plainForm,
  ({ far, end }) => `victim%${far}@${end}`,
  ({ far, end }) => `${far}!victim@${end}`,
  ({ far, end }) => `"victim@${far}"@${end}`,
  ({ far, end }) => `@${end}:victim@${far}`,
];

/** Forms with one host inside. */
export const singleForms: readonly Form[] = [
  ({ far }) => `VICTIM@${far.toUpperCase()}`,
  ({ far }) => `victim@${far}.`,
  ({ far }) => `victim%${far}`,
  ({ far }) => `${far}!victim`,
  ({ far, end }) => `victim%${far.toUpperCase()}@${end.toUpperCase()}`,
  ({ far, end }) => `victim%${far}.@${end}`,
  ({ far, end }) => `victim%${far}@${end}.`,
  ({ far, end }) => `victim%%${far}@${end}`,
  ({ far, end }) => `victim%${far}%@${end}`,
  ({ far, end }) => `vic.tim%${far}@${end}`,
  ({ far, end }) => `victim+tag%${far}@${end}`,
  ({ far, end }) => `victim%${far}+tag@${end}`,
  ({ far, end }) => `postmaster%${far}@${end}`,
  ({ far, end }) => `${far.toUpperCase()}!victim@${end.toUpperCase()}`,
  ({ far, end }) => `${far}.!victim@${end}`,
  ({ far, end }) => `${far}!victim+tag@${end}`,
  ({ far, end }) => `${far}!postmaster@${end}`,
  ({ far, end }) => `gate!${far}!victim@${end}`,
  ({ far, end }) => `${far}!gate!victim@${end}`,
  ({ far, end }) => `one!two!${far}!victim@${end}`,
  ({ far, end }) => `"victim@${far.toUpperCase()}"@${end.toUpperCase()}`,
  ({ far, end }) => `"victim@${far}."@${end}`,
  ({ far, end }) => `"victim\\@${far}"@${end}`,
  ({ far, end }) => `"v\\ictim\\@${far}"@${end}`,
  ({ far, end }) => `"victim@${far}+tag"@${end}`,
  ({ far, end }) => `"postmaster@${far}"@${end}`,
  ({ far, end }) => `"<victim@${far}>"@${end}`,
  ({ far, end }) => `"\\"victim@${far}\\""@${end}`,
  ({ far, end }) => `"\\"victim\\"@${far}"@${end}`,
  ({ far, end }) => `"victim%${far}"@${end}`,
  ({ far, end }) => `"victim\\%${far}"@${end}`,
  ({ far, end }) => `"${far}!victim"@${end}`,
  ({ far, end }) => `"${far}\\!victim"@${end}`,
  ({ far, end }) => `"gate!${far}!victim"@${end}`,
  ({ far, end }) => `"victim"%${far}@${end}`,
  ({ far, end }) => `${far}!"victim"@${end}`,
  ({ far, end }) => `victim\\@${far}@${end}`,
  ({ far, end }) => `victim\\%${far}@${end}`,
  ({ far, end }) => `${far}\\!victim@${end}`,
  ({ far, end }) => `victim@${far}@${end}`,
  ({ far, end }) => `victim"@"${far}@${end}`,
  ({ far, end }) => `"victim"@${far}@${end}`,
  ({ far, end }) => `"@${far}:victim@${far}"@${end}`,
  ({ far, end }) => `@${far}:victim@${end}`,
  ({ far }) => `@${far}:victim@${far}`,
  ({ far, end }) => `@${end.toUpperCase()}:victim@${far.toUpperCase()}`,
  ({ far, end }) => `@${end}:postmaster@${far}`,
  ({ far, end }) => `@${end},@${far}:victim@${end}`,
  ({ far, end }) => `@${far},@${end}:victim@${end}`,
  ({ far, end }) => `@${end}:victim%${far}@${end}`,
  ({ far, end }) => `@${far}:victim%${far}@${end}`,
  ({ far, end }) => `@${end}:${far}!victim@${end}`,
  ({ far, end }) => `@${far}:${far}!victim@${end}`,
  ({ far, end }) => `@${end}:"victim@${far}"@${end}`,
  ({ far, end }) => `@${far}:"victim@${far}"@${end}`,
  ({ far, end }) => `@${far}:"victim\\@${far}"@${end}`,
];

/** Forms with two hosts inside. */
export const doubleForms: readonly Form[] = [
  ({ far, near, end }) => `victim%${far}%${near}@${end}`,
  ({ far, near, end }) => `victim%${near}%${far}@${end}`,
  ({ far, near, end }) => `victim%${far}%${near}%${end}@${end}`,
  ({ far, near, end }) => `victim%${near}%${far}%${near}@${end}`,
  ({ far, near, end }) => `victim%${near}%${near}%${far}@${end}`,
  ({ far, near, end }) => `victim%${far.toUpperCase()}%${near.toUpperCase()}@${end}`,
  ({ far, near, end }) => `${near}!${far}!victim@${end}`,
  ({ far, near, end }) => `${far}!${near}!victim@${end}`,
  ({ far, near, end }) => `${end}!${near}!${far}!victim@${end}`,
  ({ far, near, end }) => `${far}!victim%${near}@${end}`,
  ({ far, near, end }) => `${near}!victim%${far}@${end}`,
  ({ far, near, end }) => `${near}!${far}!victim%${near}@${end}`,
  ({ far, near, end }) => `${near}!victim%${far}%${near}@${end}`,
  ({ far, near, end }) => `"victim@${far}"%${near}@${end}`,
  ({ far, near, end }) => `"victim@${far}"%${near}%${end}@${end}`,
  ({ far, near, end }) => `"victim%${far}"%${near}@${end}`,
  ({ far, near, end }) => `${near}!"victim@${far}"@${end}`,
  ({ far, near, end }) => `"victim@${far}@${near}"@${end}`,
  ({ far, near, end }) => `"victim@${near}@${far}"@${end}`,
  ({ far, near, end }) => `"victim%${far}@${near}"@${end}`,
  ({ far, near, end }) => `"victim%${far}%${near}"@${end}`,
  ({ far, near, end }) => `"${far}!victim@${near}"@${end}`,
  ({ far, near, end }) => `"${near}!victim@${far}"@${end}`,
  ({ far, near, end }) => `"${near}!${far}!victim"@${end}`,
  ({ far, near, end }) => `"\\"victim@${far}\\"@${near}"@${end}`,
  ({ far, near, end }) => `"@${far}:victim@${near}"@${end}`,
  ({ far, near, end }) => `"@${near}:victim@${far}"@${end}`,
  ({ far, near, end }) => `@${near},@${end}:victim@${far}`,
  ({ far, near, end }) => `@${end},@${near},@${end}:victim@${far}`,
  ({ far, near, end }) => `@${near}:victim%${far}%${near}@${end}`,
  ({ far, near, end }) => `@${near}:${far}!victim%${near}@${end}`,
  ({ far, near, end }) => `@${near}:"victim@${far}"%${near}@${end}`,
  ({ far, near, end }) => `@${near}:"victim@${far}@${near}"@${end}`,
  ({ far, near, end }) => `victim%${far}${`%${near}`.repeat(4)}@${end}`,
  ({ far, near, end }) => `${`${near}!`.repeat(4)}${far}!victim@${end}`,
  ({ far, end }) =>
    `victim%${far}${Array.from({ length: 9 }, (_, index) => `%h${index}.${end}`).join('')}@${end}`,
];

/** Forms that name a channel. */
export const channelForms: readonly Form[] = [
  ({ channel }) => `victim@${channel}`,
  ({ far, channel }) => `victim%${far}@${channel}`,
  ({ far, channel }) => `${far}!victim@${channel}`,
  ({ far, channel }) => `"victim@${far}"@${channel}`,
  ({ far, channel }) => `victim%${far}@${channel.toLowerCase()}`,
  ({ far, channel }) => `victim%${far}@${channel}.`,
  ({ far, channel, end }) => `victim%${far}%${channel}@${end}`,
  ({ far, channel, end }) => `${far}!victim%${channel}@${end}`,
  ({ far, channel, end }) => `${channel}!${far}!victim@${end}`,
  ({ far, channel, end }) => `"victim%${far}@${channel}"@${end}`,
  ({ far, channel, end }) => `"victim%${far}%${channel}"@${end}`,
  ({ far, channel }) => `@${channel}:victim@${far}`,
  ({ far, channel, end }) => `@${channel}:victim%${far}@${end}`,
  ({ far, channel, end }) => `@${end}:victim%${far}@${channel}`,
];
