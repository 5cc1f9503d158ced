/*
 * A store with addresses in it, and the ways to ask it: with our pool as pmdf.yaml describes it, with its client alone, and with
 * Postfix.
 */
import { parseSettings, type StoreQuery, type StoreSetting, storeQuery } from '../../../lib/config/index.js';
import type { Eventual } from '../../../lib/engine/index.js';
import { missing, type ProgramName } from '../../support/programs.js';
import { MissingPeer } from '../measure.js';

/** A client without a pool; `place`, from 0, tells the questions apart that are asked at the same time. */
export interface BareClient {
  ask(key: string, place: number): Eventual<string | null>;
  close(): void;
}

/** A running store that holds the first addresses. */
export interface FilledStore {
  readonly name: string;
  /** The store and the question of a database, as in pmdf.yaml. */
  readonly store: string;
  readonly question: string;
  /** Environment variables that the settings name. */
  readonly env: Readonly<Record<string, string>>;
  /** How many questions at a time are measured. */
  readonly atOnce: readonly number[];
  readonly bareName: string;
  /** Opens the client alone for so many questions at a time. */
  bare(atOnce: number): Promise<BareClient>;
  /** The type and the name of the table for postmap, and what its file says if it has one. */
  readonly table: {
    readonly type: string;
    readonly name?: string;
    readonly lines?: readonly string[];
  } | null;
  stop(): Promise<void>;
}

/** Starts a store with so many addresses. Throws MissingPeer if what it needs is not installed. */
export type StartStore = (count: number) => Promise<FilledStore>;

/** Throws MissingPeer if something is not installed. */
export function need(program: ProgramName, install: string): void {
  if (missing([program]) !== undefined) throw new MissingPeer(install);
}

/** pmdf.yaml for a store that keeps no answers. */
export function settingsText({ store, question }: Pick<FilledStore, 'store' | 'question'>): string {
  return `databases:
  general: { store: addresses, ${question} }
stores:
  addresses: { ${store}, timeout: 10, cache: { found: 0, absent: 0 } }
`;
}

/** The same as values. */
export function settingsOf(filled: Pick<FilledStore, 'store' | 'question'>): {
  readonly setting: StoreSetting;
  readonly query: StoreQuery;
} {
  const text = settingsText(filled);
  const { value, diagnostics } = parseSettings({ name: 'pmdf.yaml', shortName: 'pmdf.yaml', text });
  const setting = value.stores.get('addresses');
  const { general } = value.databases;
  const query =
    setting === undefined || general?.kind !== 'store' ? null : storeQuery(setting.kind, general.question);
  if (setting === undefined || query === null || diagnostics.length > 0) {
    throw new Error(`wrong settings: ${text}${diagnostics.map(({ message }) => message).join('\n')}`);
  }
  return { setting, query };
}
