/*
 * The name of a client: the name of its address, if that name has this address. All look-ups for one client
 * share one time limit; when it is over, what is known by then counts. Of several names five at most are
 * checked, in alphabetical order, since name servers rotate their answers; the first confirmed one counts. Names
 * that cannot be host names are ignored. Never rejects: a failure is the absence of a name, with its cause.
 * Ref: RFC 1912 2.1
 */
import { addressBytes, isLoopback } from '../../lib/address/index.js';
import type { ReverseName } from '../../lib/channel/index.js';
import { errorName } from '../files/index.js';
import { type Clock, RecentAnswers, SharedQuestions, within } from '../time/index.js';
import { plausibleHostName } from './host-name.js';
import { isDenial, type NameResolver } from './name-resolver.js';

/** How the name of one client is found. */
export interface ReverseOptions {
  readonly timeoutMs: number;
  readonly resolver: NameResolver;
  readonly clock: Clock;
}

/** What is known so far; `isFirm` becomes false when something failed that may succeed later. */
interface Progress {
  names: readonly string[] | null;
  readonly confirmed: Set<string>;
  readonly causes: Map<string, string>;
  cause: string;
  isFirm: boolean;
  /** Names whose look-up failed. */
  readonly failed: Set<string>;
}

interface Outcome {
  readonly result: ReverseName;
  readonly isFirm: boolean;
}

const mostNames = 5;

/** No name server can be reached at all. */
const unreachable = 'ECONNREFUSED';

/** Compares addresses, not their spellings. */
function isAmong(client: Uint8Array, candidates: readonly string[]): boolean {
  const wanted = client.join('.');
  return candidates.some((one) => addressBytes(one)?.join('.') === wanted);
}

async function findNames(client: Uint8Array, resolver: NameResolver, progress: Progress): Promise<void> {
  try {
    const written = await resolver.names(client);
    const plausible = new Set(written.flatMap((one) => plausibleHostName(one) ?? []));
    progress.names = [...plausible].sort().slice(0, mostNames);
    progress.cause = written.length === 0 ? 'the address has no name' : 'the address has no usable name';
  } catch (error) {
    const code = errorName(error);
    // A client on this host has its name in the hosts file, so it needs no name server.
    const isDenied = isDenial(error);
    const isFirm = isDenied || (code === unreachable && isLoopback(client));
    progress.isFirm &&= isFirm;
    // Without a firm answer the names stay unknown.
    if (isFirm) progress.names = [];
    progress.cause = isDenied ? 'the address has no name' : `the look-up of the address failed: ${code}`;
  }
}

async function confirm(
  client: Uint8Array,
  name: string,
  resolver: NameResolver,
  progress: Progress,
): Promise<void> {
  try {
    const addresses = await resolver.addresses(name, client.length === 4 ? 4 : 6);
    if (isAmong(client, addresses)) progress.confirmed.add(name);
    else progress.causes.set(name, 'the name has other addresses');
  } catch (error) {
    const code = errorName(error);
    const isDenied = isDenial(error);
    progress.isFirm &&= isDenied;
    if (!isDenied) progress.failed.add(name);
    progress.causes.set(
      name,
      isDenied ? 'the name has no address' : `the look-up of the name failed: ${code}`,
    );
  }
}

async function search(client: Uint8Array, resolver: NameResolver, progress: Progress): Promise<void> {
  await findNames(client, resolver, progress);
  await Promise.all((progress.names ?? []).map((name) => confirm(client, name, resolver, progress)));
}

function conclude(progress: Progress, late: string): ReverseName {
  if (progress.names === null) return { kind: 'none', cause: progress.cause || late, unanswered: 'any' };
  const confirmed = progress.names.find((name) => progress.confirmed.has(name));
  if (confirmed !== undefined) return { kind: 'confirmed', name: confirmed };
  const [name] = progress.names;
  if (name === undefined) return { kind: 'none', cause: progress.cause };
  const cause = progress.causes.get(name) ?? late;
  const unanswered = progress.names.filter((one) => progress.failed.has(one) || !progress.causes.has(one));
  return { kind: 'unconfirmed', name, cause, ...(unanswered.length === 0 ? {} : { unanswered }) };
}

async function resolve(address: string, options: ReverseOptions): Promise<Outcome> {
  const { timeoutMs, resolver, clock } = options;
  const client = addressBytes(address);
  if (client === null) {
    return { result: { kind: 'none', cause: 'the client has no IP address' }, isFirm: true };
  }
  const progress: Progress = {
    names: null,
    confirmed: new Set(),
    causes: new Map(),
    cause: '',
    isFirm: true,
    failed: new Set(),
  };
  const outcome = await within(clock, timeoutMs, search(client, resolver, progress));
  const result = conclude(progress, `no answer within ${timeoutMs} ms`);
  return { result, isFirm: progress.isFirm && outcome.kind === 'in-time' };
}

/** Finds the name of an address, within the time limit. Never rejects. */
export async function findReverseName(address: string, options: ReverseOptions): Promise<ReverseName> {
  return (await resolve(address, options)).result;
}

const cacheSize = 10_000;
const firmMs = 60_000;
const shakyMs = 5_000;

/** Finds the names of clients, and caches them for a minute; failures for five seconds. */
export class ReverseNames {
  readonly #options: ReverseOptions;
  readonly #recent: RecentAnswers<ReverseName>;
  readonly #underWay = new SharedQuestions<ReverseName>();

  constructor(options: ReverseOptions) {
    this.#options = options;
    this.#recent = new RecentAnswers(options.clock, cacheSize);
  }

  /** Finds the name of a client by its IPv4 or IPv6 address: at once when it is known. Never rejects. */
  resolve(address: string): ReverseName | Promise<ReverseName> {
    return (
      this.#recent.get(address) ??
      this.#underWay.ask(address, async () => {
        const { result, isFirm } = await resolve(address, this.#options);
        this.#recent.keep(address, result, isFirm ? firmMs : shakyMs);
        return result;
      })
    );
  }
}
