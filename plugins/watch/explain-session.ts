/*
 * The form for one session: `pmdf explain` with its fields, in a process of its own, so that no mail waits for it. It decides by the
 * files as they are at that moment, which the policy in force may differ from.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { packageFolder } from '../../runtime/files/index.js';

/** What an explanation came to; `wrong` are fields that nothing can be asked with. */
export interface Explained {
  readonly kind: 'explained' | 'wrong' | 'busy';
  readonly text: string;
}

const command = join(packageFolder, 'dist', 'bin', 'pmdf.js');
/** The fields, each an option of the command. */
const fields = ['client', 'port', 'name', 'helo', 'auth', 'from', 'to'] as const;
/** A field may have so many characters. */
const longestField = 1_000;
const mostAtOnce = 2;
const limitMs = 20_000;
const mostOctets = 1_048_576;

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

/** Explains sessions, a few at once. */
export class SessionExplainer {
  readonly #configFolder: string;
  #running = 0;

  constructor(configFolder: string) {
    this.#configFolder = configFolder;
  }

  /** Gives what the command prints, whatever it says of the session; never rejects. */
  async explain(query: URLSearchParams): Promise<Explained> {
    const given = argumentsFor(query);
    if (given === null)
      return { kind: 'wrong', text: `a field has NUL, or more than ${longestField} characters` };
    if (this.#running === mostAtOnce) return { kind: 'busy', text: 'other sessions are being explained' };
    this.#running += 1;
    try {
      return { kind: 'explained', text: await this.#run(given) };
    } finally {
      this.#running -= 1;
    }
  }

  #run(given: readonly string[]): Promise<string> {
    const all = [command, 'explain', '--config', this.#configFolder, ...given];
    const limits = { timeout: limitMs, maxBuffer: mostOctets };
    return new Promise((resolve) => {
      execFile(process.execPath, all, limits, (error, printed, complaint) => {
        const ended = error?.killed === true ? `ended after ${limitMs / 1_000} seconds\n` : '';
        resolve(`${printed}${complaint}${ended}`);
      });
    });
  }
}
