/*
 * What is assumed of databases on servers and of routines of the site, which are not asked, so that all else can be compared. A source
 * that is the same for both policies answers that it has nothing. So does a database that is on a server under one of them only, for
 * both. A session that depends on any other source is not decided.
 */
import {
  type AnyAnswer,
  absent,
  type DatabaseName,
  databaseNames,
  failed,
  type Lookup,
  type LookupRequest,
} from '../../engine/index.js';
import { canonicalText } from './canonical.js';
import type { Side } from './policy-difference.js';

/** What a side answers in place of a server. */
export const notAsked = failed('the database is on a server, which is not asked');

function storeOf({ compiled: { policy } }: Side, database: DatabaseName): string | null {
  const { databases } = policy.settings;
  const setting = databases[database];
  return setting?.kind === 'store' ? setting.store : null;
}

/** Whether both policies ask one server for a database in the same way: what it has is the same for both. */
export function isOneServer(before: Side, now: Side, database: DatabaseName): boolean {
  const [store, storeNow] = [storeOf(before, database), storeOf(now, database)];
  if (store === null || storeNow === null) return false;
  const [asked, askedNow] = [before, now].map(({ compiled: { policy } }) => {
    const { databases, stores } = policy.settings;
    return canonicalText([databases[database], stores.get(store) ?? null]);
  });
  return asked === askedNow;
}

/** All that says which server is asked for a directory. */
function directoryText({ compiled: { policy } }: Side): string {
  const { ldap, ldapServers, stores } = policy.settings;
  return canonicalText([ldap, ldapServers, stores, policy.directories]);
}

/** The name of the part with the text of a file of routines. */
export function routinePart(image: string): string {
  return `routine ${image}`;
}

class UnaskedSources {
  readonly #before: Side;
  readonly #now: Side;
  /** Databases that are on a server under either policy. */
  readonly #databases: ReadonlySet<DatabaseName>;
  readonly #isSameDirectory: boolean;

  constructor(before: Side, now: Side) {
    this.#before = before;
    this.#now = now;
    this.#databases = new Set(
      databaseNames.filter((name) => [before, now].some((side) => storeOf(side, name) !== null)),
    );
    this.#isSameDirectory = directoryText(before) === directoryText(now);
  }

  #isSameRoutine(image: string): boolean {
    const [text, textNow] = [this.#before, this.#now].map(({ otherParts }) =>
      otherParts.get(routinePart(image)),
    );
    return text !== undefined && text === textNow;
  }

  /** The answer to a request that no side is asked; undefined for others. */
  assumed(request: LookupRequest): AnyAnswer | undefined {
    if (request.kind === 'database') return this.#databases.has(request.database) ? absent : undefined;
    if (request.kind !== 'site-routine') return undefined;
    if (this.#isSameRoutine(request.image)) return absent;
    throw new Error(`it depends on the routine \`${request.image}\`, which differs`);
  }

  /** The answer in place of one that a server would give. */
  instead(): AnyAnswer {
    if (this.#isSameDirectory) return absent;
    throw new Error('it depends on a directory that is not asked, and differs');
  }
}

function* answered<T>(work: Lookup<T>, sources: UnaskedSources): Lookup<T> {
  let step = work.next();
  while (step.done !== true) {
    const given = sources.assumed(step.value) ?? (yield step.value);
    step = work.next(given === notAsked ? sources.instead() : given);
  }
  return step.value;
}

/** The sides with the answers that are assumed. */
export function withUnaskedSources(before: Side, now: Side): readonly [before: Side, now: Side] {
  const sources = new UnaskedSources(before, now);
  const made = (side: Side): Side => ({
    ...side,
    run: (work) => side.run((newEnvironment) => answered(work(newEnvironment), sources)),
  });
  return [made(before), made(now)];
}
