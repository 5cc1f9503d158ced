/*
 * Text that may be shown: a password that was written where none may be is not shown, each of its characters in its place. A
 * text may be as long as a stranger likes, so no expression here begins with a repetition without a limit.
 */

/** What names of something secret end with; those of files and variables with secrets have further letters. */
const secretName =
  '(?:pass(?:w(?:or[dt]|d)|phrase|code)?|pwd|pw|secret|token|credentials?|bindcred|requirepass|masterauth)';

const afterName = new RegExp(
  `(${secretName}["']?[^\\S\\n]*[:=][^\\S\\n]*)("(?:[^"\\\\]|\\\\.)*"?|'(?:[^']|'')*'?|[^\\s"'].*)`,
  'gi',
);
const ofVariable = /(\bpassword_env["']?[^\S\n]*:[^\S\n]*)("[^"]*"?|'[^']*'?|[^\s,}]+)/gi;
const assigned = new RegExp(`(${secretName}=)([^\\s\`]+)`, 'gi');
const nameAtEnd = new RegExp(`${secretName}["']?[^\\S\\n]*:[^\\S\\n]*(?:[|>][-+0-9]*)?[^\\S\\n]*$`, 'i');

/** The beginning of `scheme://user:password@host`. No scheme is longer. */
const scheme = /[a-z][a-z0-9+.-]{0,31}:\/\/(?!\/)/i;

function stars(text: string): string {
  return '*'.repeat(text.length);
}

/** Hides the login of a URL in a text without spaces. */
function hideLogin(word: string): string {
  const end = word.lastIndexOf('@');
  const found = end === -1 ? null : scheme.exec(word);
  if (found === null) return word;
  const start = found.index + found[0].length;
  const secret = word.slice(start, end);
  if (start >= end) return word;
  // An at sign further on is a part of what an LDAP URL searches for.
  if (/^ldap/i.test(found[0]) && /[/?]/.test(secret)) return word;
  return word.slice(0, start) + stars(secret) + word.slice(end);
}

function hideLogins(text: string): string {
  return text.includes('://') ? text.replace(/\S+/g, hideLogin) : text;
}

/** A value without quotes: outside of braces it ends with the line, inside of them it may be followed by another key. */
function hidePlain(value: string, isInBraces: boolean): string {
  const end = isInBraces ? value.search(/,\s+["']?[\w.-]+["']?\s*:|[}\]]/) : -1;
  const secret = (end === -1 ? value : value.slice(0, end)).trimEnd();
  return stars(secret) + value.slice(secret.length);
}

/** Hides what is in the place of the name of a variable, and cannot be one. */
function hideVariable(text: string): string {
  return text.replace(ofVariable, (all, name: string, value: string) =>
    /^(["']?)\w+\1$/.test(value) ? all : name + stars(value),
  );
}

/** Hides passwords in a line of a file: in URLs, and after names such as `password`. `line` has no line end. */
export function hidePasswords(line: string): string {
  const text = hideVariable(hideLogins(line));
  return text.replace(afterName, (_all, name: string, value: string, offset: number) => {
    if (/^["']/.test(value)) return name + stars(value);
    // Each value further in has its own name.
    if (/^[{[]/.test(value)) return name + hidePasswords(value);
    return name + hidePlain(value, text.slice(0, offset).includes('{'));
  });
}

/** Hides them in a message, in which a colon has other meanings. */
export function hideInMessage(message: string): string {
  return hideLogins(message).replace(assigned, (_all, name: string, secret: string) => name + stars(secret));
}

/** Hides all of a line that goes on with the value of a password. */
export function hideLine(line: string): string {
  return line.replace(/\S+/g, stars);
}

/** Whether the value of a name such as `password` begins on the next line. */
export function endsWithPasswordName(line: string): boolean {
  return nameAtEnd.test(line);
}
