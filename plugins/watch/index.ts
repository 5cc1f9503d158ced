/*
 * pmdf/watch: metrics for Prometheus, and a page that shows what the policy does now. It decides nothing, and no mail waits for it.
 */
import { AggregatorRegistry, Registry } from 'prom-client';
import { printHostPort } from '../../lib/address/index.js';
import type { ListenAddress } from '../../lib/config/index.js';
import { systemClock } from '../../runtime/time/index.js';
import {
  addHttpHandler,
  type HarakaPlugin,
  hasHttpServer,
  type Next,
  objectionToHttpServer,
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
import { entryLines } from './entry-lines.js';
import { explainSession } from './explain-session.js';
import { handlerFor, isOnlyHere, startServer as startOwnServer } from './http-server.js';
import { LiveEvents } from './live-events.js';
import type { Login } from './login.js';
import { hasUsers, openLogin } from './open-login.js';
import { ProcessWatch } from './process-watch.js';
import { Processes } from './processes.js';
import { QueueReader } from './queue-state.js';
import { CommandRunner } from './run-command.js';
import { sharedMetrics } from './shared-metrics.js';
import { WaitingMail } from './waiting-mail.js';
import { watchState } from './watch-state.js';

let source: WatchSource | undefined;

function makeSource(plugin: HarakaPlugin, processes: Processes, login: Login): WatchSource {
  const queue = new QueueReader(queueFolder(plugin), () => gateway().heldFolder(gateway().policy));
  const state = async (): Promise<object> =>
    watchState(await processes.collect('without metrics'), await queue.state(), {
      at: Date.now(),
      channels: [...gateway().policy.channels.channels.keys()],
    });
  const runner = new CommandRunner(gateway().configFolder);
  const logError = (message: string): void => plugin.logerror(message);
  const events = new LiveEvents(state, logError);
  return {
    state,
    metrics: async () => {
      const snapshots = await processes.collect('with metrics');
      const shared = await sharedMetrics(await queue.state(), Date.now());
      const sum = AggregatorRegistry.aggregate([
        ...snapshots.flatMap(({ metrics }) => (metrics === null ? [] : [metrics])),
        shared,
      ]);
      return { text: await sum.metrics(), type: Registry.PROMETHEUS_CONTENT_TYPE };
    },
    explain: (query) => explainSession(runner, query),
    draw: (form) => runner.run(['show'], ['--as', form]),
    mail: new WaitingMail(runner),
    entry: (place) => entryLines(gateway().policy, place),
    follow: (response) => events.add(response),
    admit: (address, authorization) => login.admit(address, authorization),
    logNotice: (message) => plugin.lognotice(message),
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
    (wanted) => watch.snapshot(wanted === 'with metrics'),
    systemClock,
    (message) => this.logerror(message),
  );
  processes.listen();
  source = makeSource(this, processes, openLogin(this));
  this.register_hook('init_master', 'startServer');
  // Haraka adds its page for unknown paths without waiting for this hook.
  this.register_hook('init_http', 'addPage', -100);
  this.register_hook('delivered', 'noteDelivered', -200);
  this.register_hook('deferred', 'noteDeferred', -200);
  this.register_hook('bounce', 'noteBounced', -200);
}

/** Where everybody on the way can read them. */
const inClear =
  'over HTTP without TLS the password and the page can be read on the way; put a server with TLS in front of it, or use `ssh -L`';

/** Why a server of our own may not listen where it is to; null if it may. */
function objectionTo(listen: ListenAddress): string | null {
  if (isOnlyHere(listen) || hasUsers()) return null;
  return [
    `${printHostPort(listen.address, listen.port)} is reached from other hosts, and nobody has a password for the service HTTP`,
    'set one with `pmdf password set --service HTTP USER`, or write `listen: 127.0.0.1:8925` in the section `watch`',
  ].join('; ');
}

/** Starts a server of our own, unless Haraka has one. */
export function startServer(this: HarakaPlugin, next: Next): void {
  const { listen } = gateway().policy.settings.watch;
  const refuse = (why: string): void => this.logerror(`no page and no metrics: ${why}`);
  if (source !== undefined) {
    const objection = hasHttpServer(this) ? objectionToHttpServer(this) : objectionTo(listen);
    if (objection !== null) refuse(objection);
    else if (!hasHttpServer(this)) {
      startOwnServer(source, listen, {
        listening: (url) => {
          this.lognotice(`the page is at ${url}, the metrics are at ${new URL('/metrics', url)}`);
          if (!isOnlyHere(listen)) this.logwarn(`other hosts need user and password: ${inClear}`);
        },
        failed: refuse,
      });
    }
  }
  next();
}

/** Adds the page and the metrics to Haraka's HTTP server. */
export function addPage(this: HarakaPlugin, next: Next, server: unknown): void {
  try {
    if (source !== undefined) {
      addHttpHandler(server, handlerFor(source));
      this.lognotice('the page is at /pmdf/ of the HTTP server, the metrics are at /metrics');
      if (hasUsers()) this.logwarn(`other hosts need user and password: ${inClear}`);
    }
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
