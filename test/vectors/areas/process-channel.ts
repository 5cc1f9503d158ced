/*
 * Forwarding by the general database, with and without the process channel between, and what ORIG_SEND_ACCESS sees.
 *   input     generalDatabase, rcpt, source, from
 *   expected  probe, verdict, text, channel, address, thenProbe, thenVerdict, thenChannel, thenAddress
 * The site: the domain of `rcpt` asks the general database first; relaying is blocked by the one entry of a site.
 */
import { decideRecipient } from '../../../lib/policy/decide-recipient.js';
import { type Area, computed } from '../area.js';
import { verdictWord } from '../engine/access-answer.js';
import { EngineRun, readOutsideWorld } from '../engine/engine-run.js';
import { mappingFileText, policyOf } from '../engine/policy-text.js';
import { relayBlock } from '../engine/relay-table.js';
import { seedConfiguration } from '../engine/seed-configuration.js';
import { requestFor, sessionOn } from '../engine/session.js';
import { VectorProblem } from '../vector.js';

const table = 'ORIG_SEND_ACCESS';

export const processChannel: Area = (input) => {
  const request = requestFor(input.text('rcpt'));
  const domain = request.to.kind === 'address' ? request.to.address.domain : null;
  if (domain === null) throw new VectorProblem('`input.rcpt` must have a domain');
  const source = input.textOr('source', 'tcp_local');
  const policy = policyOf({
    cnf: seedConfiguration({ networks: [], domains: [domain] }, new Map([[source, []]]), [
      `${domain}  $($U)`,
    ]),
    mappings: mappingFileText(new Map([[table, [relayBlock]]])),
  });
  const run = new EngineRun(readOutsideWorld(input));
  const options = { tables: true, bothPasses: true };
  const from = input.textOr('from', 'FROM');
  const decision = run.drive(
    decideRecipient(policy, sessionOn(source), from, request, options, run.environment),
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
    thenProbe,
    thenVerdict: thenVerdict === undefined ? null : verdictWord({ kind: thenVerdict }),
    thenAddress: then?.address ?? null,
    thenChannel: then?.channel ?? null,
  });
};
