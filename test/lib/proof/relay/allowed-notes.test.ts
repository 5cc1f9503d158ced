/*
 * Relaying that the site allows, by comments and in pmdf.yaml: what is listed as allowed, what is still found, and which notes are
 * not used.
 */
import assert from 'node:assert/strict';
import { isSettled } from '../../../../lib/proof/relay/relay-proof.js';
import { exampleFile } from '../../decide/session-of.js';
import { type PolicyText, policyOf } from '../../policy/policy-of.js';
import { proofOf } from './proof-of.js';

const cnf = exampleFile('pmdf.cnf');
const note = '! prove: allowed WHY\n';
const partner = '  tcp_local|*@partner.example|tcp_local|*  $Y\n';
const customer = '  tcp_local|*|tcp_local|*@customer.example  $Y\n';
const block = '  tcp_local|*|tcp_local|*   $NRelaying$ not$ permitted\n';
const send = (entries: string): string => `ORIG_SEND_ACCESS\n\n${entries}${block}`;
const rule = 'f.example  $U%f.example@OTHER-DAEMON';
const again = '.f.example  $U%$H$D@PROCESS-DAEMON$Nprocess';

function withRules(rules: string): string {
  const other = '\ntcp_other smtp mx switchchannel\nOTHER-DAEMON\n';
  return cnf.replace(/^\.domain\.com /m, `${rules}\n.domain.com `) + other;
}

function yaml(from: string, to: string): string {
  return `prove:\n  allowed:\n    - { channel: tcp_local, from: '${from}', to: '${to}', reason: WHY }\n`;
}

interface Row extends Partial<PolicyText> {
  readonly name: string;
  /** The senders and recipients of the ways that are not allowed, and of those that are. */
  readonly open?: readonly string[];
  readonly allowed?: readonly string[];
  /** The places of notes without use. */
  readonly unused?: readonly string[];
  /** Whether there is a doubt, so that the run fails. */
  readonly doubted?: boolean;
}

const toPartner = 'from *@partner.example to any recipient outside';
const toCustomer = 'from any sender to *@customer.example';
const rows: readonly Row[] = [
  { name: 'an entry with a note', mappings: send(note + partner), allowed: [toPartner] },
  { name: 'one without', mappings: send(partner), open: [toPartner] },
  {
    name: 'an entry without a note before one with a note that covers it',
    mappings: send(`  tcp_local|*@partner.example|tcp_local|*@x.example  $Y\n${note}${partner}`),
    open: ['from *@partner.example to *@x.example'],
    allowed: [toPartner],
  },
  {
    name: 'an entry without a note after one with a note',
    mappings: send(note + partner + customer),
    open: [toCustomer],
    allowed: [toPartner],
  },
  {
    name: 'an entry with a note that only chance ends the table with',
    mappings: send(`${note}  tcp_local|*@partner.example|tcp_local|*  $C$?50?$Y$E\n${customer}`),
    open: [toCustomer],
    allowed: [toPartner],
    doubted: true,
  },
  {
    name: 'two tables, one note',
    mappings: `${send(note + partner)}\nSEND_ACCESS\n\n${customer}${block}`,
    open: ['from *@partner.example to *@customer.example'],
  },
  {
    name: 'two tables, two notes',
    mappings: `${send(note + partner)}\nSEND_ACCESS\n\n${note}${customer}${block}`,
    allowed: ['from *@partner.example to *@customer.example'],
  },
  {
    name: 'an entry of the other table that changes nothing',
    mappings: `${send(note + partner)}\nSEND_ACCESS\n\n  tcp_local|a@*|*  $N\n  tcp_local|*  $Y\n`,
    allowed: [toPartner],
  },
  {
    name: 'a rule with a note',
    cnf: withRules(`${note}${rule}`),
    mappings: send(''),
    allowed: ['from any sender to any recipient outside'],
  },
  {
    name: 'a rule with a note, and another to the same channel',
    cnf: withRules(`${note}${rule}\n${rule.replaceAll('f.', 'g.')}`),
    mappings: send(''),
    open: ['from any sender to any recipient outside'],
    allowed: ['from any sender to any recipient outside'],
  },
  {
    name: 'two rules that make the same of addresses, one with a note',
    cnf: withRules(`${note}f.example  $U%old.example@OTHER-DAEMON\ng.example  $U%old.example@OTHER-DAEMON`),
    mappings: send(''),
    open: ['from any sender to any recipient outside'],
    allowed: ['from any sender to any recipient outside'],
  },
  {
    name: 'a rule with a note whose mail is processed again',
    cnf: withRules(`${note}${again}`),
    mappings: send(''),
    // Another way is for the same hosts in the local part, after a percent sign.
    allowed: ['from any sender to any recipient outside', 'from any sender to any recipient outside'],
  },
  {
    name: 'an entry of FORWARD with a note',
    mappings: `${send('')}\nFORWARD\n\n${note}  *@domain.com  $Y$D$0@other.example\n`,
    allowed: ['from any sender to *@domain.com'],
  },
  {
    name: 'mail by its addresses',
    yaml: yaml('*@partner.example', '*'),
    mappings: send(partner),
    allowed: ['from *@partner.example to *'],
  },
  {
    name: 'mail by its addresses, and more gets out by the same entry',
    yaml: yaml('ann@partner.example', '*'),
    mappings: send(partner),
    open: [toPartner],
    allowed: ['from ann@partner.example to *'],
  },
  {
    name: 'mail by its addresses that does not get out',
    yaml: yaml('*', '*@nobody.example'),
    mappings: send(''),
    unused: ['pmdf.yaml:3'],
  },
  {
    name: 'a note above an entry that refuses',
    mappings: send('').replace(block, note + block),
    unused: ['mappings:4'],
  },
  {
    name: 'a note that is not in the line right above',
    mappings: send(`${note}! the partner\n${partner}`),
    open: [toPartner],
  },
];

describe('relaying that the site allows', () => {
  for (const { name, open = [], allowed = [], unused = [], doubted = false, ...text } of rows) {
    it(name, () => {
      const proof = proofOf(policyOf({ cnf, ...text }));
      const [channel] = proof.channels;
      assert.ok(channel !== undefined);
      const words = (isAllowed: boolean): string[] =>
        channel.ways
          .filter((way) => (way.allowed === 'WHY') === isAllowed)
          .map(({ senders, recipients }) => `from ${senders} to ${recipients}`);
      assert.deepEqual(words(false), open, JSON.stringify(channel.doubts.map(({ cause }) => cause)));
      assert.deepEqual(words(true), allowed);
      assert.deepEqual(
        proof.unusedNotes.map(({ place }) => place),
        unused,
      );
      assert.equal(channel.doubts.length > 0, doubted, JSON.stringify(channel.doubts));
      assert.equal(isSettled(channel), open.length === 0 && !doubted);
    });
  }
});
