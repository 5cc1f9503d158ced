/*
 * Who may send where: for each channel that sessions come in on and each channel that mail leaves by whether mail is accepted, decided
 * for all sessions at once.
 *   yes        some mail is accepted, and no entry stops any
 *   part       some mail is accepted; an entry stops other mail, or may do so
 *   no         none is accepted
 *   none       no address leads there
 *   undecided  no mail is known to be accepted, and it is not certain that none is
 * Mail counts that the sender addresses: what the site's own aliases and databases make of an address does not. PORT_ACCESS is
 * not asked, since it decides about connections; what the built-in entries refuse is left out.
 */
import type { Environment, Lookup } from '../../engine/index.js';
import {
  type CompiledPolicy,
  isReprocessing,
  type Policy,
  type Session,
  sessionTls,
  strangerAt,
} from '../../policy/index.js';
import { AddressLanguages } from '../language/address-languages.js';
import { findText } from '../language/find-text.js';
import { Languages } from '../language/language.js';
import { WorkLimitReached } from '../language/work-limit-reached.js';
import { noNotes } from '../relay/allowed-notes.js';
import { type DatabaseContents, nothingRead } from '../relay/database-contents.js';
import { mayBeStopped, type SearchSetting, searchPath } from '../relay/path-search.js';
import { relayPaths } from '../relay/paths.js';
import type { RelayPath } from '../relay/relay-path.js';
import type { Witness } from '../relay/relay-proof.js';
import { RouteFinder } from '../relay/routes.js';
import {
  isStrict,
  type ProofSetting,
  pathQuestion,
  type SharedLanguages,
  searchSetting,
} from '../relay/search-ground.js';
import { type Trial, tryEnvelope } from '../relay/try-session.js';
import { type MatrixSource, matrixSources } from './matrix-sources.js';

export type MatrixAnswer = 'yes' | 'part' | 'no' | 'none' | 'undecided';

/** Mail that is accepted. */
export interface MatrixExample {
  readonly from: string;
  readonly to: string;
}

export interface MatrixCell {
  readonly source: string;
  readonly destination: string;
  readonly answer: MatrixAnswer;
  /** Null where none is known. */
  readonly example: MatrixExample | null;
}

export interface MatrixRow {
  readonly channel: string;
  /** Whether its clients have to authenticate. */
  readonly authenticated: boolean;
  /** One for each destination, in their order. */
  readonly cells: readonly MatrixCell[];
  /** What could not be followed, one sentence each. */
  readonly doubts: readonly string[];
}

/** The whole matrix. */
export interface SendingMatrix {
  /** The channels that mail leaves by, in the order of the file. */
  readonly destinations: readonly string[];
  readonly rows: readonly MatrixRow[];
}

/** The work for each row. */
const rowWork = 2_000_000;

function destinationsOf({ channels }: Policy): string[] {
  return [...channels.channels.keys()].filter((name) => !isReprocessing(name));
}

/** One row in the making. */
class RowSearch {
  readonly #setting: ProofSetting;
  readonly #source: MatrixSource;
  readonly #shared: SharedLanguages;
  readonly doubts: string[] = [];
  readonly cells = new Map<string, MatrixCell>();

  constructor(setting: ProofSetting, source: MatrixSource, shared: SharedLanguages) {
    this.#setting = setting;
    this.#source = source;
    this.#shared = shared;
  }

  *run(): Lookup<void> {
    const { policy } = this.#setting.compiled;
    const byChannel = new Map<string, RelayPath[]>(destinationsOf(policy).map((name) => [name, []]));
    const paths = yield* this.#paths();
    for (const path of paths) byChannel.get(path.channel)?.push(path);
    const search = this.#search();
    for (const [destination, found] of byChannel) {
      const cell = yield* this.#cell(destination, found, search);
      this.cells.set(destination, cell);
    }
  }

  /** The paths to every channel, and not only to those that lead outside. */
  *#paths(): Lookup<readonly RelayPath[]> {
    const { policy } = this.#setting.compiled;
    const { channel } = this.#source;
    const { languages } = this.#shared.addresses;
    const strict = policy.outside.facing.has(channel) && isStrict(policy);
    const question = yield* pathQuestion(this.#setting, this.#shared, channel, strict);
    const every = new Set(policy.channels.channels.keys());
    const hosts = { ...question.hosts, ours: languages.nothing, leaving: every, forAll: every };
    const { paths, doubts } = relayPaths({ ...question, hosts });
    for (const { cause, assumed } of doubts) this.doubts.push(`${cause}; assumed: ${assumed}`);
    return paths;
  }

  #session(tls: boolean): Session {
    const { authenticated, clients } = this.#source;
    const { policy } = this.#setting.compiled;
    const session = strangerAt(policy, { ...this.#source, tls });
    const { languages } = this.#shared.addresses;
    const address = clients === null ? null : findText(languages, clients, this.#setting.work);
    return {
      ...session,
      client: address === null ? session.client : { ...session.client, address },
      authUser: authenticated ? 'user' : null,
    };
  }

  #search(): SearchSetting {
    const { compiled, newEnvironment } = this.#setting;
    const { policy } = compiled;
    const { channel, tls, authenticated } = this.#source;
    const { address } = this.#session(tls).client;
    const search = searchSetting(this.#setting, this.#shared, this.#source, { address, name: null });
    const attempt = (trial: Trial) => {
      const session = this.#session(trial.witness.tls);
      const { witness } = trial;
      const client = { address: witness.client, port: trial.clientPort };
      const server = { address: trial.server, port: witness.port };
      const own = { ...session, client, server, helo: witness.helo, esmtp: witness.esmtp };
      return tryEnvelope(policy, own, trial, newEnvironment);
    };
    return {
      ...search,
      // What FROM_ACCESS says about users is not modelled.
      before: authenticated ? [] : search.before.filter(({ table }) => table === 'FROM_ACCESS'),
      tls: tls || sessionTls(policy, channel, false).awaited ? [true] : [false, true],
      attempt,
      mostWays: 1,
      anyAddress: true,
    };
  }

  *#cell(destination: string, paths: readonly RelayPath[], search: SearchSetting): Lookup<MatrixCell> {
    const source = this.#source.channel;
    let witness: Witness | null = null;
    let firstUnsettled: string | null = null;
    for (const path of paths) {
      const { ways, unsettled } = yield* searchPath(path, search);
      witness ??= ways[0]?.witness ?? null;
      if (witness !== null) break;
      firstUnsettled ??= unsettled[0] ?? null;
    }
    const cell = { source, destination };
    if (witness === null) {
      if (firstUnsettled === null)
        return { ...cell, answer: paths.length === 0 ? 'none' : 'no', example: null };
      this.doubts.push(`some mail for \`${destination}\`, the first ${firstUnsettled}`);
      return { ...cell, answer: 'undecided', example: null };
    }
    const example = { from: witness.from, to: witness.to };
    return { ...cell, answer: this.#isStopped(paths, search) ? 'part' : 'yes', example };
  }

  /** Whether an entry may stop some mail on one of these paths. */
  #isStopped(paths: readonly RelayPath[], search: SearchSetting): boolean {
    const { authenticated } = this.#source;
    if (authenticated && search.tables.has('FROM_ACCESS')) return true;
    return paths.some((path) => mayBeStopped(path, search));
  }
}

function* rowOf(setting: ProofSetting, source: MatrixSource, shared: SharedLanguages): Lookup<MatrixRow> {
  const search = new RowSearch(setting, source, shared);
  const { channel, authenticated } = source;
  try {
    yield* search.run();
  } catch (error) {
    if (!(error instanceof WorkLimitReached)) throw error;
    search.doubts.push('the limit of work was reached');
  }
  const cells = destinationsOf(setting.compiled.policy).map(
    (destination): MatrixCell =>
      search.cells.get(destination) ?? { source: channel, destination, answer: 'undecided', example: null },
  );
  return { channel, authenticated, cells, doubts: search.doubts };
}

/** Decides every cell. What is not decided within the limit of work for its row is `undecided`. */
export function* sendingMatrix(
  compiled: CompiledPolicy,
  newEnvironment: () => Environment,
  contents: DatabaseContents = nothingRead,
): Lookup<SendingMatrix> {
  const { policy } = compiled;
  const work = { left: rowWork };
  const setting = { compiled, newEnvironment, contents, ports: null, notes: noNotes, work };
  const addresses = new AddressLanguages(new Languages(work));
  const shared = { addresses, finder: new RouteFinder(compiled, addresses, contents, noNotes) };
  const rows: MatrixRow[] = [];
  for (const source of matrixSources(policy, shared)) {
    work.left = rowWork;
    rows.push(yield* rowOf(setting, source, shared));
  }
  return { destinations: destinationsOf(policy), rows };
}
