/*
 * The configuration of the example, one rewrite for each of its rows.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { RewriteContext } from '../../../lib/rewrite/rewrite-context.js';
import { brief, channel, compiled, envelopeFrom, hostTable, rewrite } from './fixture.js';

const rules = compiled(
  'domain.com    $($U)$E$F',
  'domain.com    $U@domain.com',
  '.domain.com   $U%$H$D@TCP-INTERNAL',
  '[127.0.1.]    $U%[127.0.1.$L]@TCP-INTERNAL$E$R',
  '.             $U%$H@TCP-DAEMON',
);
const hosts = hostTable(
  ['domain.com', channel('l')],
  ['TCP-DAEMON', channel('tcp_local')],
  ['TCP-INTERNAL', channel('tcp_internal')],
  ['PROCESS-DAEMON', channel('process')],
);
const general = new Map([['jane.doe', 'jdoe%other.com@PROCESS-DAEMON']]);
const fromProcess: Partial<RewriteContext> = { sourceChannel: channel('process') };

describe('the example configuration', () => {
  const rows: readonly (readonly [string, Partial<RewriteContext>, string])[] = [
    ['bob@domain.com', {}, 'bob@domain.com via domain.com on l'],
    ['jane.doe@domain.com', {}, 'jdoe@other.com via PROCESS-DAEMON on process'],
    ['Jane.Doe@DOMAIN.com', {}, 'jdoe@other.com via PROCESS-DAEMON on process'],
    ['jdoe@other.com', fromProcess, 'jdoe@other.com via TCP-DAEMON on tcp_local'],
    ['jane.doe@domain.com', envelopeFrom, 'jane.doe@domain.com via domain.com on l'],
    ['bob@other.com', {}, 'bob@other.com via TCP-DAEMON on tcp_local'],
    ['user@[127.0.1.5]', envelopeFrom, 'user@[127.0.1.5] via TCP-INTERNAL on tcp_internal'],
    ['user@[127.0.1.5]', {}, 'user@[127.0.1.5] via TCP-DAEMON on tcp_local'],
    ['user@[127.0.0.1]', envelopeFrom, 'user@[127.0.0.1] via TCP-DAEMON on tcp_local'],
    ['victim%evil.example@domain.com', {}, 'victim@evil.example via TCP-DAEMON on tcp_local'],
    ['evil.example!victim@domain.com', {}, 'victim@evil.example via TCP-DAEMON on tcp_local'],
    ['@domain.com:victim@evil.example', {}, 'victim@evil.example via TCP-DAEMON on tcp_local'],
    ['"victim@evil.example"@domain.com', {}, '"victim@evil.example"@domain.com via domain.com on l'],
    ['x%host.domain.com@domain.com', {}, 'x@host.domain.com via TCP-INTERNAL on tcp_internal'],
    ['x@sub.domain.com', {}, 'x@sub.domain.com via TCP-INTERNAL on tcp_internal'],
    ['v@process-daemon', {}, 'v@process-daemon via process-daemon on process'],
    ['postmaster', {}, 'postmaster@domain.com via domain.com on l'],
  ];
  for (const [address, context, wanted] of rows) {
    const direction = context.direction ?? 'forward';
    const source = context.sourceChannel?.name ?? 'tcp_local';
    it(`sends ${address}, ${direction} from ${source}, to ${wanted}`, () => {
      const result = rewrite(rules, address, { hosts, general, localHost: 'domain.com', context });
      assert.equal(brief(result), wanted);
    });
  }
});
