/*
 * Makes the policy's decisions on a stranger's recipients without running Haraka, thousands in a second. The recipient
 * for the next mail server is printed as Haraka prints it.
 */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Address as HarakaAddress } from '@haraka/email-address';
import { parsePath } from '../../../lib/address/parse-path.js';
import { isDirectoryChannelName } from '../../../lib/channel/channel-names.js';
import { decideConnection } from '../../../lib/decide/decide-connection.js';
import { decideRecipient } from '../../../lib/decide/decide-recipient.js';
import { decideSender } from '../../../lib/decide/decide-sender.js';
import type { Delivery, RecipientDecision } from '../../../lib/decide/decision.js';
import type { Environment } from '../../../lib/engine/environment.js';
import type { Lookup } from '../../../lib/engine/lookup.js';
import type { Connection, Session } from '../../../lib/policy/session.js';
import { World } from '../../../runtime/world.js';
import { leaveNothingBehind } from '../support/last-will.js';
import { type FrontSettings, frontConfig } from './front.js';

/** A recipient as the next-hop server would get it, and its channel. */
export interface HandedOn {
  readonly address: string;
  readonly channel: string;
}

/** The policy's decision on one recipient. */
export interface StrangersDecision {
  readonly asked: string;
  readonly decision: RecipientDecision;
  readonly handedOn: readonly HandedOn[];
}

/** A policy, evaluated for a client outside. */
export interface StrangersPolicy {
  /** Null for a path that Haraka or our parser answers with a syntax error. */
  decide(address: string): Promise<StrangersDecision | null>;
  close(): void;
}

/** A client outside, with no name. */
const stranger: Connection = {
  client: { address: '127.0.0.2', port: 40_000 },
  server: { address: '127.0.0.1', port: 25 },
  reverseName: { kind: 'none', cause: 'no name in this test' },
};
const strangersAddress = 'stranger@stranger.example';

/** Haraka's reading of the text between the brackets, printed again; null if it refuses. */
function throughHaraka(address: string): string | null {
  try {
    return new HarakaAddress(`<${address}>`).format().slice(1, -1);
  } catch {
    return null;
  }
}

/** What a directory channel sends on in place of what it got. */
function afterDirectories(delivery: Delivery): readonly Delivery[] {
  return isDirectoryChannelName(delivery.channel) ? (delivery.then ?? []) : [delivery];
}

/** Opens the example's policy. */
export async function openStrangersPolicy(front: FrontSettings = {}): Promise<StrangersPolicy> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'pmdf-relay-'));
  const will = leaveNothingBehind(folder);
  for (const [name, text] of Object.entries(frontConfig({ mta: 1, outside: 1 }, front))) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  const world = new World({ configFolder: folder, watch: false, log: () => undefined });
  const policy = world.policy();
  const run = async <T>(work: (environment: Environment) => Lookup<T>): Promise<T> =>
    await world.decide(policy, work);

  const { channel } = await run((environment) => decideConnection(policy, stranger, environment));
  const session: Session = {
    ...stranger,
    sourceChannel: channel,
    helo: 'stranger.example',
    esmtp: true,
    tls: false,
    authUser: null,
  };
  const options = { tables: true, bothPasses: true };
  const sender = parsePath(strangersAddress);
  if (sender.kind !== 'path') throw new Error('the sender of the test is not a path');
  const { envelopeFrom } = await run((environment) =>
    decideSender({ policy, session, environment }, sender.path, options),
  );
  return {
    decide: async (asked) => {
      const parsed = parsePath(`<${asked}>`);
      if (parsed.kind !== 'path' || throughHaraka(asked) === null) return null;
      const request = { to: parsed.path, originalRecipient: null, notify: new Set<string>() };
      const decision = await run((environment) =>
        decideRecipient({ policy, session, environment }, envelopeFrom, request, options),
      );
      const handedOn = decision.deliveries.flatMap(afterDirectories).map(({ address, channel: way }) => {
        const printed = throughHaraka(address);
        if (printed === null) throw new Error(`Haraka cannot send to \`${address}\`, made of \`${asked}\``);
        return { address: printed, channel: way };
      });
      return { asked, decision, handedOn };
    },
    close: () => {
      world.close();
      rmSync(folder, { recursive: true, force: true });
      will.cancel();
    },
  };
}
