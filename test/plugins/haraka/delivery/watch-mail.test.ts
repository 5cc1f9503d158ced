/*
 * Servers that are tried a second time, in another way, but not a third time.
 */
import assert from 'node:assert/strict';
import type { OutboundMail } from '../../../../plugins/haraka/delivery/outbound-mail.js';
import { tryOnceMore } from '../../../../plugins/haraka/delivery/watch-mail.js';
import type { Exchange } from '../../../../plugins/haraka/queue/exchange.js';

const nobody = { user: '', host: '', original: '<>', address: '', format: () => '<>' };

function fakeMail(mxlist: Exchange[]): OutboundMail {
  const nothing = (): void => undefined;
  return {
    todo: { notes: { get: nothing, set: nothing }, mail_from: nobody, rcpt_to: [], domain: 'other.com' },
    mxlist,
    try_deliver_host_on_socket: nothing,
    temp_fail: nothing,
    bounce: nothing,
    extend_rcpt_with_dsn: nothing,
    get_force_tls: () => false,
    loginfo: nothing,
    lognotice: nothing,
    logerror: nothing,
  };
}

describe('a server that fails', () => {
  it('is tried once more before the others, and not again', () => {
    const [mx, other] = [{ exchange: 'mx.example' }, { exchange: 'other.example' }];
    const mail = fakeMail([other]);
    const marked = new WeakSet<Exchange>();
    assert.equal(tryOnceMore({ mail, mx }, marked), true);
    assert.deepEqual(mail.mxlist, [mx, other]);
    mail.mxlist.shift();
    assert.equal(tryOnceMore({ mail, mx }, marked), false);
    assert.deepEqual(mail.mxlist, [other]);
  });
});
