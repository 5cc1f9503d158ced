/*
 * Shadow mode: what a table in shadow does not do, what is recorded, and what it still does.
 */
import assert from 'node:assert/strict';
import { decidePort } from '../../../lib/decide/decide-connection.js';
import type { ShadowedVerdict } from '../../../lib/decide/shadow.js';
import { relayFindings } from '../../../lib/proof/audit/findings.js';
import { type PolicyText, plainEnvironment, policyOf } from '../policy/policy-of.js';
import { auditOf } from '../proof/audit/audit-of.js';
import { brief, type Databases, Site } from './decide-as.js';
import { cnf, relay } from './forwarding-site.js';
import { decideNow, sessionOf } from './session-of.js';

const shadow = (what: string) => `shadow: { ${what} }\n`;
const send = `${relay}\nSEND_ACCESS\n\n`;

function site(text: Partial<PolicyText>, databases: Databases = {}): Site {
  return new Site({ cnf: cnf({ internal: 'smtp' }), mappings: relay, ...text }, databases);
}

/** `SEND_ACCESS mappings:8 reject 550 5.7.1 text: address [hold; ...] (done)` */
function line({ table, entry, verdict, reply, cause, effects, applied }: ShadowedVerdict): string {
  const what = [reply, cause].filter((part) => part !== '').join(' ');
  const asked = effects.length === 0 ? '' : ` [${effects.join('; ')}]`;
  return `${table} ${entry} ${verdict}${what === '' ? '' : ` ${what}`}${asked}${applied ? ' (done)' : ''}`;
}

describe('shadow mode', () => {
  it('accepts what a table in shadow rejects, and records its verdict', () => {
    const mappings = `${send}  tcp_local|*|l|bob@*   $NNot$ him\n`;
    const decision = site({ mappings, yaml: shadow('tables: [SEND_ACCESS]') }).recipient('<bob@domain.com>');
    assert.equal(brief(decision), 'bob@domain.com on l');
    assert.deepEqual(decision.entries, []);
    assert.deepEqual(decision.shadowed.map(line), [
      'SEND_ACCESS mappings:7 reject 550 5.7.1 Not him: bob@domain.com',
    ]);
  });

  it('records nothing if no table is in shadow', () => {
    const mappings = `${send}  tcp_local|*|l|bob@*   $NNot$ him\n`;
    const decision = site({ mappings }).recipient('<bob@domain.com>');
    assert.equal(brief(decision), '550 5.7.1 Not him: bob@domain.com by mappings:7');
    assert.deepEqual(decision.shadowed, []);
  });

  it('consults the other tables as usual', () => {
    const mappings = `${send}  *   $NNever\n\nMAIL_ACCESS\n\n  *   $NMAIL_ACCESS$ says$ no\n`;
    const decision = site({ mappings, yaml: shadow('tables: [SEND_ACCESS]') }).recipient('<bob@domain.com>');
    assert.equal(brief(decision), '550 5.7.1 MAIL_ACCESS says no: bob@domain.com by mappings:11');
    assert.equal(decision.shadowed.length, 1);
  });

  it('does not apply flags but records them', () => {
    const mappings = `${send}  *   a$ line|30|red|X-Pmdf:$ yes$H$<$D$T$A\n`;
    const decision = site({ mappings, yaml: shadow('tables: [SEND_ACCESS]') }).recipient('<bob@domain.com>');
    assert.deepEqual(decision.effects, {
      delay: null,
      headerLines: [],
      hold: false,
      bitbucket: false,
      tag: null,
      logLines: [],
    });
    assert.deepEqual(decision.shadowed.map(line), [
      'SEND_ACCESS mappings:7 accept [hold; delay 0.3 s; header X-Pmdf: yes; tag red; log a line]',
    ]);
  });

  it('records matches without effects too', () => {
    const decision = site({ mappings: `${send}  *   $Y\n`, yaml: shadow('tables: [SEND_ACCESS]') }).recipient(
      '<bob@domain.com>',
    );
    assert.deepEqual(decision.shadowed.map(line), ['SEND_ACCESS mappings:7 accept']);
  });

  it('does not change the sender', () => {
    const mappings = 'FROM_ACCESS\n\n  *|bad@*|   $NAway\n  *|a@*|   b@domain.com$Y$J\n';
    const text = { mappings, yaml: shadow('tables: [FROM_ACCESS]') };
    const replaced = site(text).sender('<a@other.example>');
    assert.equal(replaced.envelopeFrom, 'a@other.example');
    assert.equal(replaced.replaced, false);
    assert.deepEqual(replaced.shadowed.map(line), ['FROM_ACCESS mappings:4 accept [sender <b@domain.com>]']);
    const refused = site(text).sender('<bad@other.example>');
    assert.equal(refused.verdict.kind, 'accept');
    assert.deepEqual(refused.shadowed.map(line), [
      'FROM_ACCESS mappings:3 reject 550 5.7.1 Away: bad@other.example',
    ]);
  });

  it('accepts connections', () => {
    const mappings = 'PORT_ACCESS\n\n  *   $N500$ 5.7.1$ Go$ away\n';
    for (const what of ['tables: [PORT_ACCESS]', 'channels: [tcp_local]']) {
      const { policy } = policyOf({ cnf: cnf(), mappings, yaml: shadow(what) });
      const { verdict, shadowed } = decideNow(decidePort(policy, sessionOf(), plainEnvironment()));
      assert.equal(verdict.kind, 'accept');
      assert.deepEqual(shadowed.map(line), ['PORT_ACCESS mappings:3 reject 500 5.7.1 Go away']);
    }
  });

  it('uses the source channel if a channel is in shadow', () => {
    const mappings = `${send}  *|*|l|*   $NNo\n`;
    const yaml = shadow('channels: [tcp_internal]');
    const inside = site({ mappings, yaml }).recipient('<bob@domain.com>', { source: 'tcp_internal' });
    assert.equal(brief(inside), 'bob@domain.com on l');
    assert.deepEqual(inside.shadowed.map(line), [
      'SEND_ACCESS mappings:7 reject 550 5.7.1 No: bob@domain.com',
    ]);
    const outside = site({ mappings, yaml }).recipient('<bob@domain.com>');
    assert.equal(brief(outside), '550 5.7.1 No: bob@domain.com by mappings:7');
  });

  it('does not defer mail for a failed database of a table in shadow', () => {
    const mappings = `${send}  *|*|l|*   $C\${x$0}$NNo$E\n`;
    const text = { mappings, yaml: shadow('tables: [SEND_ACCESS]') };
    const decision = site(text, { general: 'broken' }).recipient('<bob@domain.com>');
    assert.equal(brief(decision), 'bob@domain.com on l');
    assert.match(line(decision.shadowed[0] ?? assert.fail()), /^SEND_ACCESS mappings:7 defer 451 .*broken$/);
  });

  it('nor for its step limit', () => {
    const mappings = `${send}  tcp_local|*|l|*%*$2**%*$5**@domain.com   $NTwo$ letters$ twice\n`;
    const to = '<abcdefghijklmnopqrstuvwxyz0123456789@domain.com>';
    const limits = 'limits: { steps: 1000 }\n';
    const decision = site({ mappings, yaml: `${shadow('tables: [SEND_ACCESS]')}${limits}` }).recipient(to);
    assert.equal(decision.verdict.kind, 'accept');
    assert.match(decision.shadowed.map(line).join(), /SEND_ACCESS null defer .*step limit reached/);
  });

  it('names an entry once for a list', () => {
    const mappings = `${send}  *|*|tcp_internal|*   $NNo\n`;
    const aliases = 'list: a@x.domain.com, b@x.domain.com\n';
    const decision = site({ mappings, aliases, yaml: shadow('tables: [SEND_ACCESS]') }).recipient(
      '<list@domain.com>',
    );
    assert.equal(decision.deliveries.length, 2);
    assert.equal(decision.shadowed.length, 1);
  });

  it('reports to the trace', () => {
    const mappings = `${send}  *   $NNo\n`;
    const one = site({ mappings, yaml: shadow('tables: [SEND_ACCESS]') });
    const { shadowed } = one.recipient('<bob@domain.com>');
    assert.deepEqual(
      one.events.filter(({ kind }) => kind === 'shadowed'),
      shadowed.map((verdict) => ({ kind: 'shadowed', ...verdict })),
    );
  });
});

describe('what keeps strangers from relaying', () => {
  const both = ['tables: [ORIG_SEND_ACCESS]', 'channels: [tcp_local]'];

  for (const what of both) {
    it(`is done in shadow too: ${what}`, () => {
      const decision = site({ yaml: shadow(what) }).recipient('<bob@other.example>');
      assert.equal(brief(decision), '550 5.7.1 Relaying not permitted: bob@other.example by mappings:3');
      assert.deepEqual(decision.shadowed.map(line), [
        'ORIG_SEND_ACCESS mappings:3 reject 550 5.7.1 Relaying not permitted: bob@other.example (done)',
      ]);
    });

    it(`the built-in entries are in no shadow: ${what}`, () => {
      const decision = site({ yaml: shadow(what) }).recipient('<victim%evil@domain.com>');
      assert.equal(
        brief(decision),
        '550 5.7.1 Relaying not permitted: victim%evil@domain.com by built-in:strict-1',
      );
    });
  }

  for (const [flag, effect] of [
    ['$B', 'bitbucket'],
    ['$H', 'hold'],
  ] as const) {
    it(`${flag} for mail from outside to outside takes effect`, () => {
      const mappings = `ORIG_SEND_ACCESS\n\n  tcp_local|*|tcp_local|*   ${flag}\n`;
      const decision = site({ mappings, yaml: shadow('tables: [ORIG_SEND_ACCESS]') }).recipient(
        '<b@other.example>',
      );
      assert.equal(decision.effects[effect], true);
      assert.equal(decision.shadowed[0]?.applied, true);
    });
  }

  it('takes effect if a table cannot decide', () => {
    const mappings = 'ORIG_SEND_ACCESS\n\n  tcp_local|*|tcp_local|*   $C${x$0}$NNo$E\n';
    const text = { mappings, yaml: shadow('tables: [ORIG_SEND_ACCESS]') };
    const decision = site(text, { general: 'broken' }).recipient('<b@other.example>');
    assert.equal(decision.verdict.kind, 'defer');
    assert.equal(decision.shadowed[0]?.applied, true);
  });

  it('does not apply to internal clients', () => {
    const mappings = 'ORIG_SEND_ACCESS\n\n  *|*|tcp_local|*   $NNobody\n';
    const one = site({ mappings, yaml: shadow('tables: [ORIG_SEND_ACCESS]') });
    assert.equal(
      brief(one.recipient('<b@other.example>', { source: 'tcp_internal' })),
      'b@other.example on tcp_local',
    );
    assert.equal(one.recipient('<b@other.example>').verdict.kind, 'reject');
  });

  it('applies to the channel of a listener, unless the client authenticated', () => {
    const submit = `${cnf()}\ntcp_submit smtp\nSUBMIT-DAEMON\n`;
    const mappings = 'ORIG_SEND_ACCESS\n\n  tcp_*|*|tcp_local|*   $NNobody\n';
    const yaml = `listeners: { 587: tcp_submit }\n${shadow('tables: [ORIG_SEND_ACCESS]')}`;
    const decision = site({ cnf: submit, mappings, yaml }).recipient('<b@other.example>', {
      source: 'tcp_submit',
    });
    assert.equal(decision.verdict.kind, 'reject');
  });

  it('applies to mail that leaves by a channel that nothing comes in on', () => {
    const out = `${cnf().replace(/^\.( .*)TCP-DAEMON/m, '.$1TCP-OUT')}\ntcp_out smtp\nTCP-OUT\n`;
    const mappings = 'ORIG_SEND_ACCESS\n\n  tcp_local|*|*|*   $NNobody\n';
    const one = site({ cnf: out, mappings, yaml: shadow('tables: [ORIG_SEND_ACCESS]') });
    assert.equal(
      brief(one.recipient('<b@other.example>')),
      '550 5.7.1 Nobody: b@other.example by mappings:3',
    );
    assert.equal(brief(one.recipient('<bob@domain.com>')), 'bob@domain.com on l');
  });

  for (const [what, rule] of [
    ['go nowhere', ''],
    ['count as ours', '.   $U@domain.com\n'],
  ] as const) {
    it(`does not apply to local mail if unknown hosts ${what}`, () => {
      const closed = cnf().replace(/^\. .*\n/m, rule);
      const mappings = 'SEND_ACCESS\n\n  tcp_local|*|l|*   $NNobody\n';
      const one = site({ cnf: closed, mappings, yaml: shadow('tables: [SEND_ACCESS]') });
      assert.equal(brief(one.recipient('<bob@domain.com>')), 'bob@domain.com on l');
    });
  }

  describe('applies to a channel that every stranger can reach by STARTTLS', () => {
    const byTls = `${cnf().replace(/^tcp_local .*$/m, '$& tlsswitchchannel tcp_tls')}\ntcp_tls smtp\nTLS-DAEMON\n`;
    const mappings = 'ORIG_SEND_ACCESS\n\n  tcp_*|*|tcp_local|*   $NNobody\n';
    const one = site({ cnf: byTls, mappings, yaml: shadow('tables: [ORIG_SEND_ACCESS]') });

    it('as long as they do not authenticate', () => {
      const decision = one.recipient('<b@other.example>', { source: 'tcp_tls' });
      assert.equal(brief(decision), '550 5.7.1 Nobody: b@other.example by mappings:3');
      assert.equal(decision.shadowed[0]?.applied, true);
    });

    it('and to no channel that TLS does not lead to', () => {
      const decision = one.recipient('<b@other.example>', { source: 'tcp_internal' });
      assert.equal(brief(decision), 'b@other.example on tcp_local');
    });
  });

  it('is audited as in effect', () => {
    for (const what of both) {
      const compiled = policyOf({ cnf: cnf(), mappings: relay, yaml: shadow(what) });
      assert.deepEqual(relayFindings(compiled.policy, auditOf(compiled)), []);
    }
    // A site's own table against hidden routing must not be in shadow.
    const mappings = `${relay}  tcp_local|*|*|*$%*@*   $NNo$ hops\n  tcp_local|*|*|*!*@*   $NNo$ hops\n  tcp_local|*|*|"*@*   $NNo$ hops\n`;
    const off = 'built_in_source_routes: off\n';
    const compiled = policyOf({
      cnf: cnf(),
      mappings,
      yaml: `${off}${shadow('tables: [ORIG_SEND_ACCESS]')}`,
    });
    const [finding] = relayFindings(compiled.policy, auditOf(compiled));
    assert.equal(
      finding?.hint,
      '`mappings:4` would stop it, and its table is in shadow: take it out of `shadow`',
    );
    assert.deepEqual(
      relayFindings(compiled.policy, auditOf(policyOf({ cnf: cnf(), mappings, yaml: off }))),
      [],
    );
  });
});

describe('the setting `shadow`', () => {
  it('does not prevent the start if it names a missing table', () => {
    assert.equal(
      site({ yaml: shadow('tables: [MAIL_ACCESS]') }).recipient('<b@domain.com>').verdict.kind,
      'accept',
    );
  });
});
