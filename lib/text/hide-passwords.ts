/*
 * A line of YAML as it may be shown: a password that was written where none may be is not shown, each of its characters in its
 * place.
 */

const passwordValue =
  /\b(pass(?:word|wd|phrase)?|bind_pw|bindpw|secret)(["']?\s*:\s*)("[^"]*"?|'[^']*'?|[^,}\]]+)/gi;

/** Hides the values of keys such as `password`. `line` has no line end. */
export function hidePasswords(line: string): string {
  return line.replace(
    passwordValue,
    (_all, key: string, colon: string, value: string) =>
      `${key}${colon}${'*'.repeat(value.trimEnd().length)}`,
  );
}
