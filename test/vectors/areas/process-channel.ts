/*
 * Forwarding by the general database, with and without the process channel between, and what ORIG_SEND_ACCESS sees.
 *   input     rcpt, source, from, and a site that forwards (see forwarding-site.ts)
 *   expected  probe, verdict, text, channel, address, finalAddress, finalChannel, thenProbe, thenVerdict, thenChannel,
 *             thenAddress
 * The domain of `rcpt` is local; relaying is blocked by the one entry of a site.
 */
import { decideRecipient } from '../../../lib/decide/decide-recipient.js';
import { type Area, computed } from '../area.js';
import { verdictWord } from '../engine/access-answer.js';
import { EngineRun } from '../engine/engine-run.js';
import { readForwardingSite } from '../engine/forwarding-site.js';
import { relayBlock } from '../engine/relay-table.js';
import { requestFor, sessionOn } from '../engine/session.js';
import { VectorProblem } from '../vector.js';

const table = 'ORIG_SEND_ACCESS';

export const processChannel: Area = (input) => {
  const request = requestFor(input.text('rcpt'));
  const domain = request.to.kind === 'address' ? request.to.address.domain : null;
  if (domain === null) throw new VectorProblem('`input.rcpt` must have a domain');
  const source = input.textOr('source', 'tcp_local');
  const { policy, world } = readForwardingSite(input, {
    to: input.text('rcpt'),
    source,
    tables: new Map([[table, [relayBlock]]]),
  });
  const run = new EngineRun(world);
  const options = { tables: true, bothPasses: true };
  const from = input.textOr('from', 'FROM');
  const decision = run.drive(
    decideRecipient(
      { policy, session: sessionOn(source), environment: run.environment },
      from,
      request,
      options,
    ),
  );
  const [probe = null, thenProbe = null] = run.probesOf(table);
  const verdicts = run.events.flatMap((event) =>
    event.kind === 'decided' && event.what === table ? [event.verdict] : [],
  );
  const [first] = decision.deliveries;
  const [then] = first?.then ?? [];
  const thenVerdict = verdicts[1];
  return computed({
    probe,
    verdict: verdictWord(decision.verdict),
    text: decision.verdict.kind === 'accept' ? null : decision.verdict.reply.text,
    code: decision.verdict.kind === 'accept' ? null : decision.verdict.reply.code,
    address: decision.address,
    channel: decision.channel,
    finalAddress: first?.address ?? null,
    finalChannel: first?.channel ?? null,
    thenProbe,
    thenVerdict: thenVerdict === undefined ? null : verdictWord({ kind: thenVerdict }),
    thenAddress: then?.address ?? null,
    thenChannel: then?.channel ?? null,
  });
};
