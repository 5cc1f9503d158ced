/*
 * Decisions that wait for answers at the same time do not disturb each other: each gives what it gives when every question
 * is answered at once, in whatever order the answers come.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { parsePath } from '../../../lib/address/parse-path.js';
import { decideRecipient } from '../../../lib/decide/decide-recipient.js';
import { decideSender } from '../../../lib/decide/decide-sender.js';
import {
  absent,
  drive,
  driveNow,
  failed,
  found,
  type Lookup,
  type LookupAnswer,
  type LookupRequest,
} from '../../../lib/engine/lookup.js';
import type { Session } from '../../../lib/policy/session.js';
import { plainEnvironment, policyOf } from '../policy/policy-of.js';
import { cnf } from './forwarding-site.js';

const mappings = `
ORIG_SEND_ACCESS

  tcp_local|*|tcp_local|*   $NRelaying$ not$ permitted
  *|*|*|*@slow.example      $N\${$3}

FORWARD

  *@mapped.example          $D$Y\${$0}
`.trimStart();

const { policy } = policyOf({
  cnf: cnf({}, '$*    $E$F$U@$($H)\n'),
  mappings,
  aliases: 'team: bob, carol@sub.domain.com\n',
  yaml: `databases:
  general: general.txt
  alias: alias.txt
  forward: forward.txt
  domain: domain.txt
  reverse: reverse.txt
`,
});

const databases = new Map<string, string>([
  ['general old.example', 'domain.com'],
  ['general jane', 'jane@home.example'],
  ['general bob', 'the reason'],
  ['alias jane', 'jane.doe@domain.com, list'],
  ['alias list', 'bob@sub.domain.com, x@old.example, team'],
  ['forward bob@domain.com', 'bob@mapped.example'],
  ['forward carol@sub.domain.com', 'carol@db.example'],
  ['domain .db.example', '$U%$H$D@TCP-INTERNAL'],
  ['domain db.example', '$U@domain.com'],
  ['reverse a@ext.org', 'alice@ext.org'],
]);

function answer(request: LookupRequest): LookupAnswer {
  if (request.kind !== 'database') return absent;
  if (request.key.startsWith('broken')) return failed('the database is broken');
  const value = databases.get(`${request.database} ${request.key.toLowerCase()}`);
  return value === undefined ? absent : found(value);
}

function session(sourceChannel: string): Session {
  return {
    client: { address: '192.0.2.7', port: 40_000 },
    server: { address: '192.0.2.25', port: 25 },
    reverseName: { kind: 'none', cause: 'not looked up' },
    sourceChannel,
    helo: 'client.example',
    esmtp: true,
    tls: false,
    authUser: null,
  };
}

function pathOf(text: string) {
  const parsed = parsePath(text);
  if (parsed.kind !== 'path') throw new Error(`not a path: ${text}`);
  return parsed.path;
}

/** The two decisions of one message. */
function* decisions(source: string, to: string): Lookup<readonly unknown[]> {
  const context = () => ({ policy, session: session(source), environment: plainEnvironment(1_000_000) });
  const sender = yield* decideSender(context(), pathOf('a@ext.org'), { tables: true });
  const request = { to: pathOf(to), originalRecipient: null, notify: new Set<never>(), earlierRecipients: 0 };
  const options = { tables: true, bothPasses: true };
  const recipient = yield* decideRecipient(context(), 'a@ext.org', request, options);
  return [sender, recipient];
}

/** Answers that wait until one of them is let through. */
class LateAnswers {
  readonly #waiting: (() => void)[] = [];
  asked = 0;

  readonly answer = (request: LookupRequest): Promise<LookupAnswer> => {
    this.asked += 1;
    return new Promise((resolve) => this.#waiting.push(() => resolve(answer(request))));
  };

  get size(): number {
    return this.#waiting.length;
  }

  letThrough(which: number): void {
    const [one] = this.#waiting.splice(which % this.#waiting.length, 1);
    one?.();
  }
}

const locals = ['jane', 'bob', 'list', 'team', 'carol', 'x', 'broken', 'nobody'];
const domains = [
  'domain.com',
  'sub.domain.com',
  'old.example',
  'mapped.example',
  'db.example',
  'a.db.example',
];
const to = fc.tuple(fc.constantFrom(...locals), fc.constantFrom(...domains)).map((parts) => parts.join('@'));
const source = fc.constantFrom('tcp_local', 'tcp_internal');

describe('decisions that wait at the same time', () => {
  it('give what they give one after the other, in whatever order answers come', async () => {
    const messages = fc.array(fc.tuple(source, to), { minLength: 2, maxLength: 6 });
    const order = fc.infiniteStream(fc.nat(1_000));
    let most = 0;
    await fc.assert(
      fc.asyncProperty(messages, order, async (asked, turns) => {
        const wanted = asked.map(([from, recipient]) => driveNow(decisions(from, recipient), answer));
        const late = new LateAnswers();
        const running = asked.map(([from, recipient]) => drive(decisions(from, recipient), late.answer));
        const all = Promise.all(running);
        let isOver = false;
        void all.finally(() => {
          isOver = true;
        });
        while (!isOver) {
          most = Math.max(most, late.size);
          if (late.size > 0) late.letThrough(turns.next().value);
          await new Promise<void>((resolve) => setImmediate(resolve));
        }
        assert.deepEqual(await all, wanted);
        assert.ok(late.asked >= asked.length);
      }),
      { numRuns: 150 },
    );
    assert.ok(most >= 4, `${most} questions waited at once`);
  });
});
