/*
 * What is found when the servers of stores are connected to, as findings at the places of their settings in pmdf.yaml.
 */
import type { DatabaseInStore, SettingsFile } from '../lib/config/index.js';
import { type Diagnostic, errorAt, type Span, spanOfFile, warningAt } from '../lib/text/index.js';
import { hintForTrouble, type ServerTrouble, type StoreLacks } from './stores/index.js';

type Findable = Pick<SettingsFile, 'places'>;

const file = { name: 'pmdf.yaml', shortName: 'pmdf.yaml' };

/** The place of the first of these settings that is written. */
export function spanOfSetting({ places }: Findable, ...paths: readonly string[]): Span {
  for (const path of paths) {
    const span = places.get(path);
    if (span !== undefined) return span;
  }
  return spanOfFile(file);
}

function withHint(hint: string | null): { readonly hint?: string } {
  return hint === null ? {} : { hint };
}

/** The place of the servers of a store. */
export function placeOfStore(settings: Findable, store: string): Span {
  return spanOfSetting(settings, `stores.${store}.hosts`, `stores.${store}.file`, `stores.${store}`);
}

/** A server cannot be used: an error, or a warning while another one of the same can be; `what` it is a server of. */
export function serverFinding(
  span: Span,
  what: string,
  trouble: ServerTrouble,
  isOtherUsable = false,
): Diagnostic {
  const message = `${what} cannot be used: ${trouble.message}`;
  const make = isOtherUsable ? warningAt : errorAt;
  return make(span, 'store/server', message, withHint(hintForTrouble(trouble.cause)));
}

/** A database in a store, as far as findings are about it. */
type Stored = Pick<DatabaseInStore, 'path' | 'title'>;

/** A server refuses the question of a database. */
export function questionFinding(
  settings: Findable,
  { path, title }: Stored,
  trouble: ServerTrouble,
): Diagnostic {
  const span = spanOfSetting(
    settings,
    `${path}.query`,
    `${path}.table`,
    `${path}.hash`,
    `${path}.key`,
    `${path}.store`,
  );
  const message = `${title} cannot be asked: ${trouble.message}`;
  return errorAt(span, 'store/question', message, withHint(hintForTrouble(trouble.cause)));
}

/** A server refuses a search. */
export function searchFinding(span: Span, search: string, trouble: ServerTrouble): Diagnostic {
  const message = `the search \`${search}\` is refused: ${trouble.message}`;
  return errorAt(span, 'store/question', message, withHint(hintForTrouble(trouble.cause)));
}

/** What gateways count together. */
export interface Counted {
  readonly name: string;
  /** The setting that names the store. */
  readonly path: string;
  readonly keys: string;
}

export const failedLogins: Counted = {
  name: 'failed logins',
  path: 'auth.failures_store',
  keys: 'pmdf:auth-failures*',
};
export const counters: Counted = { name: 'counters', path: 'counters.store', keys: 'pmdf:counters*' };

/** A server does not let us count. */
export function countsFinding(
  settings: Findable,
  { name, path, keys }: Counted,
  store: string,
  trouble: ServerTrouble,
): Diagnostic {
  const message = `${name} cannot be counted in the store \`${store}\`: ${trouble.message}`;
  const hint = `let the account on the server use the commands that docs/many-gateways.md lists, for the keys \`${keys}\``;
  return errorAt(spanOfSetting(settings, path), 'store/question', message, { hint });
}

/** A database has no answer, for a cause that its store gives. */
export function unansweredFinding(settings: Findable, { path, title }: Stored, cause: string): Diagnostic {
  const hint = '`pmdf check --live` says what is wrong with each server';
  const span = spanOfSetting(settings, `${path}.store`);
  return errorAt(span, 'store/server', `${title} has no answer: ${cause}`, { hint });
}

/** A database cannot do what a command needs. */
export function lacksFinding(
  settings: Findable,
  { path, title }: Stored,
  { message, hint }: StoreLacks,
): Diagnostic {
  const span = spanOfSetting(settings, `${path}.store`);
  return errorAt(span, 'store/lacks', `${title} cannot do this: ${message}`, withHint(hint));
}
