/*
 * The form for one session: `pmdf explain` with its fields. It decides by the files as they are at that moment, which the policy in
 * force may differ from.
 */
import type { CommandRunner } from './run-command.js';

/** What an explanation came to; `wrong` are fields that nothing can be asked with. */
export interface Explained {
  readonly kind: 'explained' | 'wrong' | 'busy';
  readonly text: string;
}

/** The fields, each an option of the command. */
const fields = ['client', 'port', 'name', 'helo', 'auth', 'from', 'to'] as const;
/** A field may have so many characters. */
const longestField = 1_000;

function argumentsFor(query: URLSearchParams): readonly string[] | null {
  const given: string[] = [];
  for (const field of fields) {
    const value = query.get(field) ?? '';
    if (value.length > longestField || value.includes('\0')) return null;
    if (value !== '') given.push(`--${field}=${value}`);
    else if (field === 'from') given.push('--from=<>');
  }
  return query.get('tls') === 'on' ? [...given, '--tls'] : given;
}

/** Gives what the command prints, whatever it says of the session; never rejects. */
export async function explainSession(runner: CommandRunner, query: URLSearchParams): Promise<Explained> {
  const given = argumentsFor(query);
  if (given === null)
    return { kind: 'wrong', text: `a field has NUL, or more than ${longestField} characters` };
  const printed = await runner.run(['explain'], given);
  return printed.kind === 'busy'
    ? { kind: 'busy', text: 'other commands are running' }
    : { kind: 'explained', text: printed.text };
}
