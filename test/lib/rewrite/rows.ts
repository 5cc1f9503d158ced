/*
 * Addresses and rules in tables, for the tests of rewriting, and their shared channels and hosts.
 */
import assert from 'node:assert/strict';
import { it } from 'mocha';
import type { RewriteContext } from '../../../lib/rewrite/rewrite-context.js';
import { brief, channel, compiled, envelopeFrom, hostTable, rewrite, type Setting } from './fixture.js';

/** One address, its rules, and the result in the form of `brief`. */
export interface Row {
  readonly name: string;
  readonly rules: readonly string[];
  readonly address: string;
  readonly setting?: Setting;
  readonly want: string;
}

/** A test for each row. */
export function table(rows: readonly Row[]): void {
  for (const { name, rules, address, setting, want } of rows) {
    it(name, () => {
      assert.equal(brief(rewrite(compiled(...rules), address, setting)), want);
    });
  }
}

export const local = channel('l');
export const tcpLocal = channel('tcp_local');
export const inside = channel('tcp_internal');

export const header: Partial<RewriteContext> = { location: 'header', direction: 'forward' };
export const headerFrom: Partial<RewriteContext> = { location: 'header', direction: 'backward' };
export const backward: Partial<RewriteContext> = envelopeFrom;
export const decnet = ['.decnet $U%$H@decnet-mail$E$F', '.decnet $U@$H.example.com'];
export const literal = ['[192.168.] $U%[192.168.$L]@TCP-INTERNAL$E$R'];
export const acuvax = ['acuvax $U%acuvax.bitnet@BITNET$Mbn_local', 'acuvax $U%acuvax.dom.com@DNET'];
export const insideHosts = hostTable(
  ['TCP-INTERNAL', inside],
  ['TCP-DAEMON', tcpLocal],
  ['domain.com', local],
);
