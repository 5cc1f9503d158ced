/*
 * Domains beyond ASCII in decisions: both spellings are one domain everywhere, and none becomes syntax.
 */
import assert from 'node:assert/strict';
import { wireDomain } from '../../../lib/address/domain.js';
import { parsePath } from '../../../lib/address/parse-path.js';
import { decideRecipient } from '../../../lib/decide/decide-recipient.js';
import { decideSender } from '../../../lib/decide/decide-sender.js';
import { plainEnvironment, policyOf } from '../policy/policy-of.js';
import { decideNow, exampleFile, pathOf, requestOf, sessionOf } from './session-of.js';

const names = { u: 'bücher', a: 'xn--bcher-kva' };

function cnfWith(label: string): string {
  return `${label}.example  $U@${label}.example
.${label}.example  $U%$H$D@TCP-INTERNAL
domain.com  $U@domain.com
.  $U%$H@TCP-DAEMON

defaults noswitchchannel

l
${label}.example
domain.com ${label}.example
Österreich.example

tcp_local smtp mx switchchannel
TCP-DAEMON

tcp_internal smtp mx allowswitchchannel
TCP-INTERNAL
`;
}

const relaying = 'ORIG_SEND_ACCESS\n\n  tcp_local|*|tcp_local|*   $NRelaying$ not$ permitted\n';

function decide(to: string, text: Parameters<typeof policyOf>[0], from = 'a@client.example'): string {
  const { policy } = policyOf(text);
  const work = decideRecipient(
    policy,
    sessionOf(),
    from,
    requestOf(to),
    { tables: true, bothPasses: false },
    plainEnvironment(),
  );
  const { verdict, deliveries } = decideNow(work);
  if (verdict.kind !== 'accept') return `${verdict.reply.code} ${verdict.reply.enhanced}`;
  return deliveries.map(({ channel, address }) => `${channel}: ${address}`).join(', ');
}

describe('a domain with an umlaut', () => {
  for (const [written, label] of Object.entries(names)) {
    const site = { cnf: cnfWith(label), mappings: relaying };
    const rows: readonly (readonly [string, string])[] = [
      ['j@bücher.example', 'l: j@xn--bcher-kva.example'],
      ['j@BÜCHER.Example', 'l: j@xn--bcher-kva.example'],
      ['j@bu\u0308cher.example', 'l: j@xn--bcher-kva.example'],
      ['j@xn--bcher-kva.example', 'l: j@xn--bcher-kva.example'],
      ['j@XN--BCHER-KVA.EXAMPLE', 'l: j@xn--bcher-kva.example'],
      ['j@domain.com', 'l: j@xn--bcher-kva.example'],
      ['j@ü.bücher.example', 'tcp_internal: j@xn--tda.xn--bcher-kva.example'],
      ['j@österreich.example', 'l: j@xn--bcher-kva.example'],
      ['j@ÖSTERREICH.example', 'l: j@xn--bcher-kva.example'],
      ['@bücher.example:j@bücher.example', 'l: j@xn--bcher-kva.example'],
      ['j%xn--bcher-kva.example@domain.com', 'l: j@xn--bcher-kva.example'],
      ['j%bücher.example@domain.com', 'l: j@xn--bcher-kva.example'],
    ];
    for (const [to, expected] of rows) {
      it(`${to}, rules in ${written.toUpperCase()}-labels: ${expected}`, () =>
        assert.equal(decide(to, site), expected));
    }

    it(`aliases in ${written.toUpperCase()}-labels are found`, () => {
      const aliases = `info@${label}.example: k@bücher.example\n`;
      assert.equal(decide('info@bücher.example', { ...site, aliases }), 'l: k@xn--bcher-kva.example');
      assert.equal(decide('info@xn--bcher-kva.example', { ...site, aliases }), 'l: k@xn--bcher-kva.example');
    });

    it(`access tables in ${written.toUpperCase()}-labels match`, () => {
      const mappings = `ORIG_SEND_ACCESS

  tcp_local|*@${label}.test|*|*   $NNo
  tcp_local|*|tcp_local|*@*.${label}.test   $Y
  tcp_local|*|tcp_local|*   $NRelaying$ not$ permitted
`;
      const blocked = { ...site, mappings };
      assert.equal(decide('j@bücher.example', blocked, `x@${names.a}.test`), '550 5.7.1');
      assert.equal(decide('j@x.bücher.test', blocked), `tcp_local: j@x.${names.a}.test`);
      assert.equal(decide(`j@x.${names.a}.test`, blocked), `tcp_local: j@x.${names.a}.test`);
      assert.equal(decide('j@bücher.test', blocked), '550 5.7.1');
    });

    it(`a FORWARD entry in ${written.toUpperCase()}-labels matches, and its output has one form`, () => {
      const mappings = `FORWARD\n\n  fwd@${label}.example   k@BÜCHER.example$Y\n`;
      assert.equal(decide('fwd@bücher.example', { ...site, mappings }), 'l: k@xn--bcher-kva.example');
    });
  }
});

/** Every character that a compatibility mapping turns into an ASCII sign. */
function lookAlikes(): readonly string[] {
  const found: string[] = [];
  for (let point = 0x80; point < 0x2_0000; point++) {
    if (point >= 0xd800 && point <= 0xdfff) continue;
    const character = String.fromCodePoint(point);
    const mapped = character.normalize('NFKC');
    if (/[\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]/.test(mapped)) found.push(character);
  }
  return found;
}

describe('a look-alike of a sign', () => {
  const site = { cnf: exampleFile('pmdf.cnf'), mappings: exampleFile('mappings') };
  const { policy } = policyOf(site);

  function recipient(to: string) {
    const options = { tables: true, bothPasses: false };
    const request = requestOf(to);
    const work = decideRecipient(policy, sessionOf(), '', request, options, plainEnvironment());
    return decideNow(work);
  }

  it('is not part of a domain, a route or a routed local part', () => {
    const characters = lookAlikes();
    assert.ok(characters.length > 250, `only ${characters.length}`);
    for (const one of characters) {
      for (const to of [
        `victim@evil.example${one}.domain.com`,
        `victim@evil.example${one}domain.com`,
        `victim@${one}evil.example${one}.domain.com`,
        `@evil.example${one}.domain.com:victim@domain.com`,
        `victim%evil.example${one}.domain.com@domain.com`,
        `evil.example${one}.domain.com!victim@domain.com`,
        `"victim@evil.example${one}.domain.com"@domain.com`,
      ]) {
        if (parsePath(`<${to}>`).kind !== 'path') continue;
        const { verdict, deliveries } = recipient(to);
        // A blank or an accent in some spelling may be a separate name; then it contains no sign.
        if (verdict.kind === 'accept') {
          for (const { address } of deliveries) {
            assert.notEqual(wireDomain(address.slice(address.lastIndexOf('@') + 1)), null, to);
            assert.doesNotMatch(address, /evil\.example(?![-.0-9a-z])/, to);
          }
          continue;
        }
        assert.ok(verdict.reply.code === 550, `${to}: ${verdict.reply.text}`);
      }
    }
  });

  it('does not route in a local part', () => {
    for (const one of lookAlikes()) {
      const mapped = one.normalize('NFKC');
      if (!/[%!@]|::/.test(mapped)) continue;
      for (const to of [`victim${one}evil.example@domain.com`, `evil.example${one}victim@domain.com`]) {
        assert.notEqual(recipient(to).verdict.kind, 'accept', to);
      }
    }
  });

  it('is refused in a sender with 5.1.7, in a recipient with 5.1.3', () => {
    const address = 'victim@evil.example（.domain.com';
    const { verdict } = recipient(address);
    assert.ok(verdict.kind === 'reject');
    assert.equal(`${verdict.reply.code} ${verdict.reply.enhanced}`, '550 5.1.3');
    const work = decideSender(policy, sessionOf(), pathOf(address), { tables: true }, plainEnvironment());
    const sender = decideNow(work).verdict;
    assert.ok(sender.kind === 'reject');
    assert.equal(`${sender.reply.code} ${sender.reply.enhanced}`, '550 5.1.7');
  });

  it('gives no probe a bar', () => {
    const probes: string[] = [];
    const environment = plainEnvironment();
    const trace: NonNullable<typeof environment.trace> = (event) => {
      if (event.kind === 'table-probed') probes.push(event.probe);
    };
    const request = requestOf('a｜l｜x@domain.com');
    const options = { tables: true, bothPasses: false };
    decideNow(
      decideRecipient(policy, sessionOf({ helo: 'x｜y（z' }), 's｜@b.example', request, options, {
        ...environment,
        trace,
      }),
    );
    assert.ok(probes.length > 0);
    for (const probe of probes) assert.equal(probe.split('|').length, 4, probe);
  });
});
