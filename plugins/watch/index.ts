/*
 * pmdf/watch: metrics for Prometheus, and a page that shows what the policy does now. It decides nothing, and no mail waits for it.
 */
import { AggregatorRegistry, Registry } from 'prom-client';
import { systemClock } from '../../runtime/time/index.js';
import {
  addHttpHandler,
  type HarakaPlugin,
  hasHttpServer,
  type Next,
  type QueueItem,
  queueFolder,
} from '../haraka/index.js';
import {
  type Delivered,
  gateway,
  joinGateway,
  knownChannel,
  observer,
  observeWith,
} from '../support/index.js';
import type { WatchSource } from './answer-request.js';
import { SessionExplainer } from './explain-session.js';
import { handlerFor, startServer as startOwnServer } from './http-server.js';
import { LiveEvents } from './live-events.js';
import { ProcessWatch } from './process-watch.js';
import { Processes } from './processes.js';
import { QueueReader } from './queue-state.js';
import { sharedMetrics } from './shared-metrics.js';
import { watchState } from './watch-state.js';

let source: WatchSource | undefined;

function makeSource(plugin: HarakaPlugin, processes: Processes): WatchSource {
  const queue = new QueueReader(queueFolder(plugin), () => gateway().heldFolder(gateway().policy));
  const state = async (): Promise<object> =>
    watchState(await processes.collect(), await queue.state(), {
      at: Date.now(),
      channels: [...gateway().policy.channels.channels.keys()],
    });
  const explainer = new SessionExplainer(gateway().configFolder);
  const logError = (message: string): void => plugin.logerror(message);
  const events = new LiveEvents(state, logError);
  return {
    state,
    metrics: async () => {
      const snapshots = await processes.collect();
      const shared = await sharedMetrics(await queue.state(), Date.now());
      const sum = AggregatorRegistry.aggregate([...snapshots.map(({ metrics }) => metrics), shared]);
      return { text: await sum.metrics(), type: Registry.PROMETHEUS_CONTENT_TYPE };
    },
    explain: (query) => explainer.explain(query),
    follow: (response) => events.add(response),
    logError,
  };
}

/** Registers the hooks; throws when the configuration is broken. */
export function register(this: HarakaPlugin): void {
  joinGateway(this, 'watch');
  const watch = new ProcessWatch({
    policyHash: () => gateway().policyHash,
    loads: () => gateway().loads,
    mostRecent: () => gateway().policy.settings.watch.decisions,
    logError: (message) => this.logerror(message),
  });
  observeWith(watch);
  gateway().observeAnswers(watch.answered);
  const processes = new Processes(
    () => watch.snapshot(),
    systemClock,
    (message) => this.logerror(message),
  );
  processes.listen();
  source = makeSource(this, processes);
  this.register_hook('init_master', 'startServer');
  this.register_hook('init_http', 'addPage');
  this.register_hook('delivered', 'noteDelivered', -200);
  this.register_hook('deferred', 'noteDeferred', -200);
  this.register_hook('bounce', 'noteBounced', -200);
}

/** Starts a server of our own, unless Haraka has one. */
export function startServer(this: HarakaPlugin, next: Next): void {
  const { listen } = gateway().policy.settings.watch;
  if (source !== undefined && !hasHttpServer(this)) {
    startOwnServer(source, listen, {
      listening: (url) =>
        this.lognotice(`the page is at ${url}, the metrics are at ${new URL('/metrics', url)}`),
      failed: (message) => this.logerror(`no page and no metrics: ${message}`),
    });
  }
  next();
}

/** Adds the page and the metrics to Haraka's HTTP server. */
export function addPage(this: HarakaPlugin, next: Next, server: unknown): void {
  try {
    if (source !== undefined) addHttpHandler(server, handlerFor(source));
    this.lognotice('the page is at /pmdf/ of the HTTP server, the metrics are at /metrics');
  } catch (error) {
    this.logerror(`no page and no metrics: ${String(error)}`);
  }
  next();
}

function note(outcome: Delivered): (this: HarakaPlugin, next: Next, file: QueueItem) => void {
  return function (next, file) {
    try {
      observer()?.delivered(knownChannel(file) ?? 'unknown', outcome, file.todo.rcpt_to.length);
    } catch (error) {
      this.logerror(`a delivery could not be counted: ${String(error)}`);
    }
    next();
  };
}

export const noteDelivered = note('delivered');
export const noteDeferred = note('deferred');
export const noteBounced = note('bounced');
