import { driveNow } from '../../../../lib/engine/lookup.js';
import { auditRelaying } from '../../../../lib/proof/audit/relay-audit.js';
import { plainEnvironment } from '../../policy/policy-of.js';
import { bruteForce } from './brute-force.js';
import { randomParts, siteOfParts } from './random-site.js';
import { compileSite } from './site.js';
import { judgeSession } from './verdict.js';

const [from = '1', to = '20', signs = '1', verbose] = process.argv.slice(2);
const counts = { failed: 0, open: 0, closed: 0, tried: 0, auditLeaks: 0, auditOpen: 0, auditMissed: 0, wrong: 0 };
const start = process.cpuUsage();
for (let seed = Number(from); seed <= Number(to); seed += 1) {
  const site = siteOfParts(randomParts(seed));
  let compiled;
  try {
    compiled = compileSite(site);
  } catch (error) {
    counts.failed += 1;
    if (verbose) console.log(seed, String(error).slice(0, 300));
    continue;
  }
  const at = process.cpuUsage();
  const found = bruteForce(compiled, { tokens: 2, signs: Number(signs) });
  const took = Math.round(process.cpuUsage(at).user / 1000);
  counts.tried += found.tried;
  if (found.relays.size > 0) counts.open += 1;
  else counts.closed += 1;
  const audit = driveNow(auditRelaying(compiled.compiled, () => plainEnvironment(1e6)), compiled.answer);
  for (const { channel, leaks } of audit.channels) {
    if (leaks.length > 0) counts.auditOpen += 1;
    if (leaks.length === 0 && found.relays.has(channel)) counts.auditMissed += 1;
    for (const leak of leaks) {
      if (leak.conditions.length > 0) continue;
      counts.auditLeaks += 1;
      const judged = judgeSession(compiled, { client: '192.0.2.1', port: leak.source === 'tcp_submit' ? 587 : 25, name: null, helo: 'sender.invalid', esmtp: true, tls: leak.source === 'tcp_tls' || /musttls/.test(site.text.cnf ?? ''), from: leak.from, to: leak.address, originalRecipient: null, notify: [] });
      if (judged?.kind !== 'relays') {
        if (judged?.kind !== 'unclear') { counts.wrong += 1; console.log('WRONG?', seed, leak.from, leak.address, leak.channel, leak.reading, JSON.stringify(judged)); }
      }
      if (judged?.kind === 'relays' && !found.relays.has(channel)) console.log('BRUTE MISSED', seed, channel, leak.from, leak.address, leak.reading);
    }
  }
  if (verbose)
    console.log(seed, took, found.tried, [...found.channels].join(), [...found.unclear].join(), JSON.stringify([...found.relays.values()].map(([one]) => [one?.session.from, one?.session.to, one?.judgement.left])));
}
console.log(counts, process.cpuUsage(start).user / 1e6);
