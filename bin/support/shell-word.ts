/*
 * Words as they are typed in a shell, to be pasted from what a command prints.
 */

/** In single quotes, whatever is in it. */
export function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** In quotes only where the shell would read it differently without. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : shellQuoted(text);
}
