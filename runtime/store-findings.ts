/*
 * What is found when the servers of stores are connected to, as findings at the places of their settings in pmdf.yaml.
 */
import type { DatabaseInStore, SettingsFile } from '../lib/config/index.js';
import { type Diagnostic, errorAt, type Span, spanOfFile, warningAt } from '../lib/text/index.js';
import { hintForTrouble, type ServerTrouble, type StoreLacks } from './stores/index.js';

type Findable = Pick<SettingsFile, 'places'>;

const file = { name: 'pmdf.yaml', shortName: 'pmdf.yaml' };

function spanOf({ places }: Findable, ...paths: readonly string[]): Span {
  for (const path of paths) {
    const span = places.get(path);
    if (span !== undefined) return span;
  }
  return spanOfFile(file);
}

function withHint(hint: string | null): { readonly hint?: string } {
  return hint === null ? {} : { hint };
}

/** A server cannot be used: an error, or a warning while another server of the store can be. */
export function serverFinding(
  settings: Findable,
  store: string,
  trouble: ServerTrouble,
  isOtherUsable = false,
): Diagnostic {
  const span = spanOf(settings, `stores.${store}.hosts`, `stores.${store}.file`, `stores.${store}`);
  const message = `the store \`${store}\` cannot be used: ${trouble.message}`;
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
  const span = spanOf(
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

/** A database has no answer, for a cause that its store gives. */
export function unansweredFinding(settings: Findable, { path, title }: Stored, cause: string): Diagnostic {
  const hint = '`pmdf check --live` says what is wrong with each server';
  const span = spanOf(settings, `${path}.store`);
  return errorAt(span, 'store/server', `${title} has no answer: ${cause}`, { hint });
}

/** A database cannot do what a command needs. */
export function lacksFinding(
  settings: Findable,
  { path, title }: Stored,
  { message, hint }: StoreLacks,
): Diagnostic {
  const span = spanOf(settings, `${path}.store`);
  return errorAt(span, 'store/lacks', `${title} cannot do this: ${message}`, withHint(hint));
}
