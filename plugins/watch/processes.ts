/*
 * All processes of one Haraka. With `nodes` in smtp.ini the main process asks its workers what they have seen, and a worker asks the
 * main process for what all have seen. What a worker that has ended had seen, as it told last, still counts.
 */
import cluster, { type Worker } from 'node:cluster';
import { AggregatorRegistry } from 'prom-client';
import { type Clock, within } from '../../runtime/time/index.js';
import { sumOfCounts } from './decision-counts.js';
import type { ProcessMetrics } from './process-registry.js';
import type { Snapshot } from './process-watch.js';

/** The page is brought up to date each second, and has no use for metrics. */
export type Wanted = 'with metrics' | 'without metrics';

/** What the processes say to each other; nobody else uses the name. */
type Message =
  | { readonly pmdfWatch: 'tell'; readonly id: number; readonly wanted: Wanted }
  | { readonly pmdfWatch: 'told'; readonly id: number; readonly snapshot: Snapshot }
  | { readonly pmdfWatch: 'collect'; readonly id: number; readonly wanted: Wanted }
  | { readonly pmdfWatch: 'collected'; readonly id: number; readonly snapshots: readonly Snapshot[] };

function isMessage(value: unknown): value is Message {
  return typeof value === 'object' && value !== null && 'pmdfWatch' in value;
}

/** How long a worker may take to tell, and the main process to collect, in milliseconds. */
const tellMs = 1_000;
const collectMs = 2_000;

/** What still counts of a process that has ended: what only ever grows. */
function ended({ metrics, ...rest }: Snapshot): Snapshot {
  const growing = (metrics ?? []).filter(
    ({ name }) => /_total$|_seconds$/.test(name) && !/timestamp/.test(name),
  );
  return { ...rest, metrics: growing, recent: [], shadowed: [], refusedClients: [] };
}

/** Adds up the metrics of several processes. */
async function sumOfMetrics(all: readonly ProcessMetrics[]): Promise<ProcessMetrics> {
  return await AggregatorRegistry.aggregate([...all]).getMetricsAsJSON();
}

export class Processes {
  readonly #own: (wanted: Wanted) => Promise<Snapshot>;
  readonly #clock: Clock;
  readonly #logError: (message: string) => void;
  readonly #waiting = new Map<number, (value: Message) => void>();
  /** What each worker told last. */
  readonly #last = new Map<number, Snapshot>();
  #ended: Snapshot | null = null;
  #count = 0;

  constructor(own: (wanted: Wanted) => Promise<Snapshot>, clock: Clock, logError: (message: string) => void) {
    this.#own = own;
    this.#clock = clock;
    this.#logError = logError;
  }

  /** Begins to listen to the other processes. */
  listen(): void {
    const failed = (error: unknown): void =>
      this.#logError(`the processes could not be asked: ${String(error)}`);
    const hear = (message: unknown, from: Worker | null): void =>
      void this.#hear(message, from).catch(failed);
    if (cluster.isWorker) process.on('message', (message: unknown) => hear(message, null));
    else cluster.on('message', (worker, message: unknown) => hear(message, worker));
    cluster.on('exit', ({ id }) => void this.#bury(id).catch(failed));
  }

  /** What all processes have seen; a worker that does not answer in time is left out. */
  async collect(wanted: Wanted): Promise<readonly Snapshot[]> {
    if (cluster.isWorker) {
      const message = await this.#ask(
        (id) => void process.send?.({ pmdfWatch: 'collect', id, wanted }),
        collectMs,
      );
      return message?.pmdfWatch === 'collected' ? message.snapshots : [];
    }
    const workers = Object.values(cluster.workers ?? {}).filter((one) => one !== undefined);
    if (workers.length === 0 && this.#ended === null) return [await this.#own(wanted)];
    const told = await Promise.all(
      workers.map(async (worker) => {
        if (!worker.isConnected()) return null;
        const message = await this.#ask((id) => void worker.send({ pmdfWatch: 'tell', id, wanted }), tellMs);
        if (message?.pmdfWatch !== 'told') return null;
        this.#keep(worker.id, message.snapshot);
        return message.snapshot;
      }),
    );
    return [...told, this.#ended].filter((one) => one !== null);
  }

  /** Metrics that were not asked for stay as they were told before. */
  #keep(id: number, told: Snapshot): void {
    const metrics = told.metrics ?? this.#last.get(id)?.metrics ?? null;
    this.#last.set(id, { ...told, metrics });
  }

  /** Sends a question with a new number; the answer, or null if none comes in time. */
  async #ask(send: (id: number) => void, limitMs: number): Promise<Message | null> {
    this.#count += 1;
    const id = this.#count;
    const answer = new Promise<Message>((resolve) => this.#waiting.set(id, resolve));
    try {
      send(id);
      const came = await within(this.#clock, limitMs, answer);
      return came.kind === 'in-time' ? came.value : null;
    } catch {
      // The other process has just ended.
      return null;
    } finally {
      this.#waiting.delete(id);
    }
  }

  async #hear(message: unknown, from: Worker | null): Promise<void> {
    if (!isMessage(message)) return;
    switch (message.pmdfWatch) {
      case 'tell':
        process.send?.({ pmdfWatch: 'told', id: message.id, snapshot: await this.#own(message.wanted) });
        return;
      case 'collect': {
        const snapshots = await this.collect(message.wanted);
        if (from?.isConnected() === true) from.send({ pmdfWatch: 'collected', id: message.id, snapshots });
        return;
      }
      case 'told':
      case 'collected':
        this.#waiting.get(message.id)?.(message);
        return;
    }
  }

  async #bury(id: number): Promise<void> {
    const last = this.#last.get(id);
    this.#last.delete(id);
    if (last === undefined) return;
    const gone = ended(last);
    const before = this.#ended;
    this.#ended =
      before === null
        ? gone
        : {
            ...gone,
            decisions: sumOfCounts([before.decisions, gone.decisions]),
            metrics: await sumOfMetrics([before.metrics ?? [], gone.metrics ?? []]),
          };
  }
}
