/*
 * A complete lab: a front, an MTA behind it, a sink for the mail that the MTA sends on, and a sink for the mail that
 * the front itself sends.
 */

import path from 'node:path';
import { type HarakaOptions, startHaraka } from '../support/haraka-install.js';
import type { RunningHaraka } from '../support/haraka-process.js';
import { filesBelow, type Mta, type MtaOptions } from '../support/mta.js';
import { startExim } from '../support/mta-exim.js';
import { startPostfix } from '../support/mta-postfix.js';
import { startSendmail } from '../support/mta-sendmail.js';
import { type Sink, startSink } from '../support/sink.js';
import { until } from '../support/until.js';
import { type Behind, type FrontSettings, frontConfig, frontPlugins } from './front.js';

/** The available MTAs. */
export const mtaNames = ['postfix', 'exim', 'sendmail'] as const;

const starters: Readonly<Record<Mta['name'], (options: MtaOptions) => Promise<Mta>>> = {
  postfix: startPostfix,
  exim: startExim,
  sendmail: startSendmail,
};

/** Hosts whose mail the MTA keeps. */
export const keptDomains: readonly string[] = ['domain.com', 'host.domain.com'];

/** Starts an MTA as installed that keeps the mail of our domain and of one host below it. */
export function startMta(
  name: Mta['name'],
  sinkPort: number,
  more: Pick<MtaOptions, 'smtputf8'> = {},
): Promise<Mta> {
  return starters[name]({ sinkPort, localDomains: keptDomains, ...more });
}

/** A running lab. */
export interface Lab {
  readonly mta: Mta;
  /** Gets everything that the MTA sends on. */
  readonly sentOn: Sink;
  /** Gets what the front sends out on `tcp_local`. */
  readonly outside: Sink;
  /** Starts a front of the product before the MTA. */
  startFront(front?: FrontSettings): Promise<RunningHaraka>;
  /** Starts a stock Haraka before the MTA, for comparison with the product. */
  startStock(): Promise<RunningHaraka>;
  /** Resolves when the front and the MTA have sent everything they accepted; rejects after `timeoutMs`. */
  idle(front: RunningHaraka, timeoutMs: number): Promise<void>;
  /** Ends everything. */
  stop(): Promise<void>;
}

function stockOptions(behind: Behind): HarakaOptions {
  return {
    plugins: ['rcpt_to.in_host_list', 'queue/smtp_forward'],
    config: {
      me: 'domain.com\n',
      host_list: 'domain.com\n',
      'smtp_forward.ini': `host=127.0.0.1\nport=${behind.mta}\n`,
    },
  };
}

/** Starts a lab without a front. */
export async function startLab(name: Mta['name'], more: Pick<MtaOptions, 'smtputf8'> = {}): Promise<Lab> {
  const sentOn = await startSink();
  const outside = await startSink();
  const mta = await startMta(name, sentOn.port, more);
  const behind = { mta: mta.port, outside: outside.port };
  const fronts: RunningHaraka[] = [];
  const start = async (options: HarakaOptions): Promise<RunningHaraka> => {
    const haraka = await startHaraka({ ...options, rdns: new Map() });
    fronts.push(haraka);
    return haraka;
  };
  return {
    mta,
    sentOn,
    outside,
    startFront: (front) => start({ plugins: frontPlugins, config: frontConfig(behind, front) }),
    startStock: () => start(stockOptions(behind)),
    idle: async (front, timeoutMs) => {
      const queue = path.join(front.dir, 'queue');
      await until(
        () => filesBelow([queue]).length === 0,
        timeoutMs,
        () => `the queue of the front empty\n${front.log().slice(-4_000)}`,
      );
      await mta.idle(timeoutMs);
    },
    stop: async () => {
      for (const front of fronts) await front.stop();
      await mta.stop();
      await sentOn.stop();
      await outside.stop();
    },
  };
}
