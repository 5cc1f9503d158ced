/*
 * The forms of addresses by which strangers hide where their mail is to go, each with places for hosts:
 *   target   a host outside, where the mail is to end up
 *   local    the host that the address seems to be for, one inside
 *   hop      another host inside, between the two
 *   channel  the official host name of a channel
 * A form that is not a path by RFC 5321 gets a syntax error today; it is here in case the parser ever accepts it.
 * Ref: PMDF 29; RFC 5321 appendix C, F.2; RFC 1123 5.2.16; RFC 976
 */

/** The hosts that a form is filled with. */
export interface FormHosts {
  readonly target: string;
  readonly local: string;
  readonly hop: string;
  readonly channel: string;
}

/** A form: the path without brackets. */
export type Form = (hosts: FormHosts) => string;

/** The plain address: a gateway that accepts it is an open relay. */
export const plainForm: Form = ({ target }) => `victim@${target}`;

/** One form of each kind, tried with every sender. */
export const basicForms: readonly Form[] = [
  plainForm,
  ({ target, local }) => `victim%${target}@${local}`,
  ({ target, local }) => `${target}!victim@${local}`,
  ({ target, local }) => `"victim@${target}"@${local}`,
  ({ target, local }) => `@${local}:victim@${target}`,
];

/** Forms with one host inside. */
export const singleForms: readonly Form[] = [
  ({ target }) => `VICTIM@${target.toUpperCase()}`,
  ({ target }) => `victim@${target}.`,
  ({ target }) => `victim%${target}`,
  ({ target }) => `${target}!victim`,
  ({ target, local }) => `victim%${target.toUpperCase()}@${local.toUpperCase()}`,
  ({ target, local }) => `victim%${target}.@${local}`,
  ({ target, local }) => `victim%${target}@${local}.`,
  ({ target, local }) => `victim%%${target}@${local}`,
  ({ target, local }) => `victim%${target}%@${local}`,
  ({ target, local }) => `vic.tim%${target}@${local}`,
  ({ target, local }) => `victim+tag%${target}@${local}`,
  ({ target, local }) => `victim%${target}+tag@${local}`,
  ({ target, local }) => `postmaster%${target}@${local}`,
  ({ target, local }) => `${target.toUpperCase()}!victim@${local.toUpperCase()}`,
  ({ target, local }) => `${target}.!victim@${local}`,
  ({ target, local }) => `${target}!victim+tag@${local}`,
  ({ target, local }) => `${target}!postmaster@${local}`,
  ({ target, local }) => `gate!${target}!victim@${local}`,
  ({ target, local }) => `${target}!gate!victim@${local}`,
  ({ target, local }) => `one!two!${target}!victim@${local}`,
  ({ target, local }) => `"victim@${target.toUpperCase()}"@${local.toUpperCase()}`,
  ({ target, local }) => `"victim@${target}."@${local}`,
  ({ target, local }) => `"victim\\@${target}"@${local}`,
  ({ target, local }) => `"v\\ictim\\@${target}"@${local}`,
  ({ target, local }) => `"victim@${target}+tag"@${local}`,
  ({ target, local }) => `"postmaster@${target}"@${local}`,
  ({ target, local }) => `"<victim@${target}>"@${local}`,
  ({ target, local }) => `"\\"victim@${target}\\""@${local}`,
  ({ target, local }) => `"\\"victim\\"@${target}"@${local}`,
  ({ target, local }) => `"victim%${target}"@${local}`,
  ({ target, local }) => `"victim\\%${target}"@${local}`,
  ({ target, local }) => `"${target}!victim"@${local}`,
  ({ target, local }) => `"${target}\\!victim"@${local}`,
  ({ target, local }) => `"gate!${target}!victim"@${local}`,
  ({ target, local }) => `"victim"%${target}@${local}`,
  ({ target, local }) => `${target}!"victim"@${local}`,
  ({ target, local }) => `victim\\@${target}@${local}`,
  ({ target, local }) => `victim\\%${target}@${local}`,
  ({ target, local }) => `${target}\\!victim@${local}`,
  ({ target, local }) => `victim@${target}@${local}`,
  ({ target, local }) => `victim"@"${target}@${local}`,
  ({ target, local }) => `"victim"@${target}@${local}`,
  ({ target, local }) => `"@${target}:victim@${target}"@${local}`,
  ({ target, local }) => `@${target}:victim@${local}`,
  ({ target }) => `@${target}:victim@${target}`,
  ({ target, local }) => `@${local.toUpperCase()}:victim@${target.toUpperCase()}`,
  ({ target, local }) => `@${local}:postmaster@${target}`,
  ({ target, local }) => `@${local},@${target}:victim@${local}`,
  ({ target, local }) => `@${target},@${local}:victim@${local}`,
  ({ target, local }) => `@${local}:victim%${target}@${local}`,
  ({ target, local }) => `@${target}:victim%${target}@${local}`,
  ({ target, local }) => `@${local}:${target}!victim@${local}`,
  ({ target, local }) => `@${target}:${target}!victim@${local}`,
  ({ target, local }) => `@${local}:"victim@${target}"@${local}`,
  ({ target, local }) => `@${target}:"victim@${target}"@${local}`,
  ({ target, local }) => `@${target}:"victim\\@${target}"@${local}`,
];

/** Forms with two hosts inside. */
export const doubleForms: readonly Form[] = [
  ({ target, hop, local }) => `victim%${target}%${hop}@${local}`,
  ({ target, hop, local }) => `victim%${hop}%${target}@${local}`,
  ({ target, hop, local }) => `victim%${target}%${hop}%${local}@${local}`,
  ({ target, hop, local }) => `victim%${hop}%${target}%${hop}@${local}`,
  ({ target, hop, local }) => `victim%${hop}%${hop}%${target}@${local}`,
  ({ target, hop, local }) => `victim%${target.toUpperCase()}%${hop.toUpperCase()}@${local}`,
  ({ target, hop, local }) => `${hop}!${target}!victim@${local}`,
  ({ target, hop, local }) => `${target}!${hop}!victim@${local}`,
  ({ target, hop, local }) => `${local}!${hop}!${target}!victim@${local}`,
  ({ target, hop, local }) => `${target}!victim%${hop}@${local}`,
  ({ target, hop, local }) => `${hop}!victim%${target}@${local}`,
  ({ target, hop, local }) => `${hop}!${target}!victim%${hop}@${local}`,
  ({ target, hop, local }) => `${hop}!victim%${target}%${hop}@${local}`,
  ({ target, hop, local }) => `"victim@${target}"%${hop}@${local}`,
  ({ target, hop, local }) => `"victim@${target}"%${hop}%${local}@${local}`,
  ({ target, hop, local }) => `"victim%${target}"%${hop}@${local}`,
  ({ target, hop, local }) => `${hop}!"victim@${target}"@${local}`,
  ({ target, hop, local }) => `"victim@${target}@${hop}"@${local}`,
  ({ target, hop, local }) => `"victim@${hop}@${target}"@${local}`,
  ({ target, hop, local }) => `"victim%${target}@${hop}"@${local}`,
  ({ target, hop, local }) => `"victim%${target}%${hop}"@${local}`,
  ({ target, hop, local }) => `"${target}!victim@${hop}"@${local}`,
  ({ target, hop, local }) => `"${hop}!victim@${target}"@${local}`,
  ({ target, hop, local }) => `"${hop}!${target}!victim"@${local}`,
  ({ target, hop, local }) => `"\\"victim@${target}\\"@${hop}"@${local}`,
  ({ target, hop, local }) => `"@${target}:victim@${hop}"@${local}`,
  ({ target, hop, local }) => `"@${hop}:victim@${target}"@${local}`,
  ({ target, hop, local }) => `@${hop},@${local}:victim@${target}`,
  ({ target, hop, local }) => `@${local},@${hop},@${local}:victim@${target}`,
  ({ target, hop, local }) => `@${hop}:victim%${target}%${hop}@${local}`,
  ({ target, hop, local }) => `@${hop}:${target}!victim%${hop}@${local}`,
  ({ target, hop, local }) => `@${hop}:"victim@${target}"%${hop}@${local}`,
  ({ target, hop, local }) => `@${hop}:"victim@${target}@${hop}"@${local}`,
  ({ target, hop, local }) => `victim%${target}${`%${hop}`.repeat(4)}@${local}`,
  ({ target, hop, local }) => `${`${hop}!`.repeat(4)}${target}!victim@${local}`,
  ({ target, local }) =>
    `victim%${target}${Array.from({ length: 9 }, (_, index) => `%h${index}.${local}`).join('')}@${local}`,
];

export const channelForms: readonly Form[] = [
  ({ channel }) => `victim@${channel}`,
  ({ target, channel }) => `victim%${target}@${channel}`,
  ({ target, channel }) => `${target}!victim@${channel}`,
  ({ target, channel }) => `"victim@${target}"@${channel}`,
  ({ target, channel }) => `victim%${target}@${channel.toLowerCase()}`,
  ({ target, channel }) => `victim%${target}@${channel}.`,
  ({ target, channel, local }) => `victim%${target}%${channel}@${local}`,
  ({ target, channel, local }) => `${target}!victim%${channel}@${local}`,
  ({ target, channel, local }) => `${channel}!${target}!victim@${local}`,
  ({ target, channel, local }) => `"victim%${target}@${channel}"@${local}`,
  ({ target, channel, local }) => `"victim%${target}%${channel}"@${local}`,
  ({ target, channel }) => `@${channel}:victim@${target}`,
  ({ target, channel, local }) => `@${channel}:victim%${target}@${local}`,
  ({ target, channel, local }) => `@${local}:victim%${target}@${channel}`,
];
