import assert from 'node:assert/strict';
import { brief } from './decide-as.js';
import { cnf, relay, site } from './forwarding-site.js';

describe('the second pass', () => {
  const aliases = [
    'staff: stafflist@process-daemon',
    'stafflist: bob, jdoe@other.com, more@process-daemon',
    'more: bob, carol@sub.domain.com',
    'loop: loop2@process-daemon',
    'loop2: loop@process-daemon',
    'again: again@reprocess-daemon',
    'out: o%other.com@process-daemon',
    'tricky: o%other.com@reprocess-daemon',
  ].join('\n');

  it('expands reprocessed recipients until none is left', () => {
    const here = site({ aliases });
    assert.equal(
      brief(here.recipient('staff@domain.com')),
      'stafflist@process-daemon on process > bob@domain.com on l > jdoe@other.com on tcp_local > ' +
        'bob@domain.com on l > carol@sub.domain.com on tcp_internal',
    );
  });

  it('refuses a loop through the process channel', () => {
    assert.equal(
      brief(site({ aliases }).reprocessed('loop@domain.com')),
      '550 5.4.6 forwarding loop: loop@domain.com -> loop2 -> loop -> loop2 by aliases:4',
    );
    const general = { jane: 'jane%domain.com@PROCESS-DAEMON' };
    const first = site({ cnf: cnf({}, 'domain.com    $($U)$E$F\n') }, { general });
    assert.equal(brief(first.recipient('jane@domain.com')), 'jane@domain.com on process');
    assert.equal(
      brief(first.reprocessed('jane@domain.com')),
      '550 5.4.6 forwarding loop: jane@domain.com -> jane@domain.com',
    );
  });

  it('shows as source channel, unless it is that of reprocess', () => {
    const here = site({ aliases });
    assert.equal(
      brief(here.recipient('out@domain.com')),
      'o%other.com@process-daemon on process > o@other.com on tcp_local',
    );
    assert.deepEqual(here.probes('ORIG_SEND_ACCESS').slice(1), ['process|a@ext.org|tcp_local|o@other.com']);
    here.recipient('tricky@domain.com');
    assert.deepEqual(here.probes('ORIG_SEND_ACCESS').slice(1), ['tcp_local|a@ext.org|tcp_local|o@other.com']);
    assert.match(
      brief(here.reprocessed('o%other.com@reprocess-daemon', 'tcp_local')),
      /^550 5\.7\.1 Relaying/,
    );
  });

  it('does not show `reprocess` to the tables, which see its result at once', () => {
    const general = { jane: 'jdoe%other.com@REPROCESS-DAEMON', joe: 'joe%sub.domain.com@REPROCESS-DAEMON' };
    const here = site({ cnf: cnf({}, 'domain.com    $($U)$E$F\n') }, { general });
    assert.match(brief(here.recipient('jane@domain.com')), /^550 5\.7\.1 Relaying/);
    assert.deepEqual(here.probes('ORIG_SEND_ACCESS'), ['tcp_local|a@ext.org|tcp_local|jdoe@other.com']);
    assert.equal(
      brief(here.recipient('joe@domain.com')),
      'joe@sub.domain.com on reprocess > joe@sub.domain.com on tcp_internal',
    );
    assert.deepEqual(here.probes('ORIG_SEND_ACCESS'), [
      'tcp_local|a@ext.org|tcp_internal|joe@sub.domain.com',
    ]);
    assert.equal(
      brief(here.recipient('jane@domain.com', { tables: false })),
      'jdoe@other.com on reprocess > jdoe@other.com on tcp_local',
    );
  });

  it('keeps the source channel through `reprocess` twice', () => {
    const twice = site({ aliases: 'one: two@reprocess-daemon\ntwo: o%other.com@reprocess-daemon\n' });
    assert.match(brief(twice.recipient('one@domain.com')), /^550 5\.7\.1 Relaying/);
    assert.match(brief(twice.reprocessed('two@reprocess-daemon', 'tcp_local')), /^550 5\.7\.1 Relaying/);
  });

  it('consults no tables if none are wanted', () => {
    assert.match(brief(site({ aliases }).reprocessed('jdoe@other.com', 'tcp_local')), /^550 5\.7\.1/);
    assert.equal(
      brief(site({ aliases }).reprocessed('jdoe@other.com', 'tcp_local', false)),
      'jdoe@other.com on tcp_local',
    );
  });

  it('refuses its host names to strangers', () => {
    assert.match(brief(site({ aliases }).recipient('bob@process-daemon')), /^550 5\.1\.2 no such host/);
  });
});

describe('expandlimit', () => {
  const aliases = 'team: bob, jdoe@other.com\n';
  const limited = () => site({ cnf: cnf({ outside: 'expandlimit 2' }), aliases });

  it('leaves recipients beyond it to the channel reprocess', () => {
    assert.equal(
      brief(limited().recipient('team@domain.com', { earlier: 1 })),
      'bob@domain.com on l; jdoe@other.com on tcp_local',
    );
    assert.equal(
      brief(limited().recipient('team@domain.com', { earlier: 2 })),
      'team@domain.com on reprocess > bob@domain.com on l > jdoe@other.com on tcp_local',
    );
  });

  it('leaves all of them with 0, to the channel that expandchannel names', () => {
    const all = site({ cnf: cnf({ outside: 'expandlimit 0 expandchannel process' }), aliases });
    assert.equal(
      brief(all.recipient('team@domain.com')),
      'team@domain.com on process > bob@domain.com on l > jdoe@other.com on tcp_local',
    );
  });

  it('does not permit relaying', () => {
    assert.match(brief(limited().recipient('bob@other.com', { earlier: 5 })), /^550 5\.7\.1 Relaying/);
  });

  it('consults SEND_ACCESS in the second pass, with the channel that the message came in on', () => {
    const mappings = `${relay}\nSEND_ACCESS\n\n  tcp_local|*|*|bob@domain.com   $NNot$ bob\n`;
    const here = site({ cnf: cnf({ outside: 'expandlimit 0' }), aliases, mappings });
    const decision = here.recipient('team@domain.com');
    assert.equal(brief(decision), 'team@domain.com on reprocess');
    assert.match(brief(here.reprocessed('team@domain.com', 'tcp_local')), /^550 5\.7\.1 Not bob/);
  });
});
