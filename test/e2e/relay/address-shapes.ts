/*
 * Ways to hide a host in a local part. Each takes the text of a local part, unquoted, and a host, and returns another
 * local part that some mail server might unwrap towards the host.
 */

/** One way; the result still has to be quoted where its characters ask for it. */
export type Shape = (user: string, host: string) => string;

/** Writes every character that is not a letter or digit as `+HH`, as Exchange does. */
function encapsulated(text: string): string {
  return Array.from(Buffer.from(text), (octet) => {
    const character = String.fromCharCode(octet);
    return /[0-9A-Za-z]/.test(character)
      ? character
      : `+${octet.toString(16).padStart(2, '0').toUpperCase()}`;
  }).join('');
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** The routing characters: percent, bang, at, and DECnet's two colons. */
export const routingShapes: readonly Shape[] = [
  (user, host) => `${user}%${host}`,
  (user, host) => `${host}!${user}`,
  (user, host) => `${user}@${host}`,
  (user, host) => `${host}::${user}`,
  (user, host) => `@${host}:${user}`,
];

/** The same with doubled, missing and extra parts. */
export const crookedShapes: readonly Shape[] = [
  (user, host) => `${user}%%${host}`,
  (user, host) => `${host}!!${user}`,
  (user, host) => `${user}@@${host}`,
  (user, host) => `${user}%${host}%`,
  (user, host) => `%${host}%${user}`,
  (user, host) => `!${host}!${user}`,
  (user, host) => `${user}%${host}@`,
  (user, host) => `${user}!${host}`,
  (user, host) => `${user}%.${host}`,
  (user, host) => `${user}%${host}.`,
  (user, host) => `${host}.!${user}`,
  (user, host) => `${host}%!${user}`,
  (user, host) => `${host}:${user}`,
  (user, host) => `@${host},@domain.com:${user}`,
  (user, host) => `@domain.com,@${host}:${user}`,
  (user, host) => `@${host}:${user}@domain.com`,
  (user, host) => `@${host},${user}`,
  (user, host) => `@${host} ${user}`,
  (user, host) => `bob,${user}%${host}`,
  (user, host) => `${user}%${host},bob`,
  (user, host) => `bob;${user}@${host}`,
  (user, host) => `friends:${user}@${host};`,
  (user, host) => `${user}@${host}:25`,
  (user, host) => `${user}%[${host}]`,
  (user, host) => `${user}%[${host}`,
  (user, host) => `${user}%${host}]`,
  (user, host) => `${user}%${host}/domain.com`,
  (user, host) => `${user}%${host}#.domain.com`,
  (user, host) => `${user}%${host}/.domain.com`,
  (user, host) => `${user}%${host}+.domain.com`,
  (user, host) => `${user}%${host}^.domain.com`,
  (user, host) => `${user}%${host}|.domain.com`,
  (user, host) => `${user}%${host}\\.domain.com`,
  (user, host) => `${user}%${host}].domain.com`,
  (user, host) => `${user}%${host}[.domain.com]`,
  (user, host) => `${user}%${host}?.domain.com`,
  (user, host) => `${user}%${host}=.domain.com`,
  (user, host) => `${user}%domain.com.${host}`,
  (user, host) => `domain.com/${host}!${user}`,
  (user, host) => `.domain.com${host}!${user}`,
];

/** Characters that do not route today, but look like it or once did. */
export const strangeShapes: readonly Shape[] = [
  (user, host) => `${user}^${host}`,
  (user, host) => `${host}^${user}`,
  (user, host) => `${user}/${host}`,
  (user, host) => `${user}|${host}`,
  (user, host) => `${user}=${host}`,
  (user, host) => `${user}+${host}`,
  (user, host) => `${user}#${host}`,
  (user, host) => `${user} at ${host}`,
  (user, host) => `${user}.${host}`,
  (user, host) => `/C=US/S=${user}/DD.RFC-822=${user}(a)${host}/`,
  (user, host) => `${user}+40${host}`,
  (user, host) => `${user}=40${host}`,
  (user, host) => `${user}%40${host}`,
  (user, host) => `=?utf-8?q?${user}=40${host}?=`,
  (user, host) => `&#64;${user}&#64;${host}`,
];

/** Nested forms: encapsulation, quotes within quotes, angle brackets, comments, blanks. */
export const wrappingShapes: readonly Shape[] = [
  (user, host) => `IMCEASMTP-${encapsulated(user)}+40${encapsulated(host)}`,
  (user, host) => `IMCEASMTP-${user}+40${host}`,
  (user, host) => `imceasmtp-IMCEASMTP-${encapsulated(user)}+2B40${host}`,
  (user, host) => `IMCEAUUCP-${host}+21${user}`,
  (user, host) => quoted(`${user}@${host}`),
  (user, host) => `${quoted(`${user}@${host}`)}@domain.com`,
  (user, host) => `${quoted(user)}@${host}`,
  (user, host) => `${quoted(user)}%${host}`,
  (user, host) => `${host}!${quoted(user)}`,
  (user, host) => `${user}"@"${host}`,
  (user, host) => `${user}"%"${host}`,
  (user, host) => `"${user}@${host}`,
  (user, host) => `${user}"@${host}`,
  (user, host) => `${user}\\@${host}`,
  (user, host) => `${user}\\\\@${host}`,
  (user, host) => `${user}\\%${host}`,
  (user, host) => `${host}\\!${user}`,
  (user, host) => `${user}@${host}\\`,
  (user, host) => `<${user}@${host}>`,
  (user, host) => `<${user}%${host}`,
  (user, host) => `${user}@${host}>`,
  (user, host) => `bob> <${user}@${host}`,
  (user, host) => `Bob <${user}@${host}> bob`,
  (user, host) => `<@${host}:${user}@domain.com>`,
  (user, host) => `${user}(bob)@${host}`,
  (user, host) => `${user}@(bob)${host}`,
  (user, host) => `${user}%${host}(.domain.com)`,
  (user, host) => `${user}%(domain.com)${host}`,
  (user, host) => `${user}%(${host})domain.com`,
  (user, host) => `(${user}@${host})`,
  (user, host) => `(${user}%${host}`,
  (user, host) => `${user})%${host}`,
  (user, host) => `(\\)${user})%${host}`,
  (user, host) => `${user} @ ${host}`,
  (user, host) => `${user} %${host} `,
  (user, host) => ` ${user}@${host}`,
  (user, host) => `${host}! ${user}`,
  (user, host) => `${user}\t%${host}`,
];

/** Characters that Unicode folds to routing characters and dots. */
export const lookAlikeShapes: readonly Shape[] = [
  (user, host) => `${user}＠${host}`,
  (user, host) => `${user}﹫${host}`,
  (user, host) => `${user}％${host}`,
  (user, host) => `${user}﹪${host}`,
  (user, host) => `${user}٪${host}`,
  (user, host) => `${host}！${user}`,
  (user, host) => `${host}︕${user}`,
  (user, host) => `${host}：：${user}`,
  (user, host) => `${user}%${host.replaceAll('.', '．')}`,
  (user, host) => `${user}%${host.replaceAll('.', '。')}`,
  (user, host) => `${user}%${host}\u00ad`,
  (user, host) => `${user}\u200b%${host}`,
  (user, host) => `＂${user}@${host}＂`,
];

/** All of them. */
export const shapes: readonly Shape[] = [
  ...routingShapes,
  ...crookedShapes,
  ...strangeShapes,
  ...wrappingShapes,
  ...lookAlikeShapes,
];
