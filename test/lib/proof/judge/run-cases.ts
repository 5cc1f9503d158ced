/*
 * Brute force on the cases, against their expected answers.
 */
import { bruteForce } from './brute-force.js';
import { readCases } from './read-cases.js';
import { compileSite } from './site.js';

const [pattern = '', signs = '1'] = process.argv.slice(2);
for (const { name, site, answers } of readCases()) {
  if (!name.includes(pattern)) continue;
  const found = bruteForce(compileSite(site), { tokens: 2, signs: Number(signs) });
  const shown = [...found.relays].map(
    ([channel, [one]]) =>
      `${channel}: <${one?.session.from}> <${one?.session.to}> ${one?.session.client} ${JSON.stringify(one?.judgement.left)}`,
  );
  const wrong = [...answers].filter(
    ([channel, right]) => right[0] === (found.relays.has(channel) ? 'proved' : 'relays'),
  );
  const strange = [...found.channels].filter((channel) => !answers.has(channel));
  console.log(
    wrong.length + strange.length > 0 ? 'WRONG' : 'ok',
    name,
    found.tried,
    [...found.channels].join(),
    [...found.unclear].join(),
    shown.join('; '),
  );
}
