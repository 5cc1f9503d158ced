/*
 * The image dns_verify.
 *   input     table, probe, dns: for each name `NXDOMAIN`, `SERVFAIL`, or its records TXT and A
 *   expected  output, flags, output_prefix, text_contains, verdict, matched
 */
import { absent, failed, found, type LookupAnswer } from '../../../lib/engine/lookup.js';
import { type Area, computed } from '../area.js';
import { answerOfTable } from '../engine/asked-table.js';
import { isObject, type Json } from '../json.js';

/** What the records of a name answer; `of` are the types of records that give the text, in order. */
function answerOf(records: Json, of: readonly string[]): LookupAnswer {
  if (records === 'SERVFAIL') return failed('SERVFAIL');
  if (!isObject(records)) return absent;
  const texts = of.flatMap((type) => {
    const text = records[type];
    return typeof text === 'string' ? [text] : [];
  });
  return found(texts[0] ?? '');
}

export const calloutDns: Area = (input, expected) => {
  const dns = input.value('dns') ?? null;
  const records = (name: string): Json => (isObject(dns) ? (dns[name] ?? null) : null);
  return computed(
    answerOfTable(input, expected, {
      routine: (request) => {
        switch (request.kind) {
          case 'dns-list': {
            const reversed = request.address.split('.').reverse().join('.');
            return answerOf(records(`${reversed}.${request.list}`), ['TXT']);
          }
          case 'host':
          case 'mail-domain':
            return answerOf(records(request.name), ['A', 'AAAA']);
          case 'counter':
          case 'spf':
            return failed('the vector says nothing of it');
        }
      },
    }),
  );
};
