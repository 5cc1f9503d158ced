/*
 * The files with the texts of notices: which are read, which count, and what is reported.
 */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { findTexts, type TextQuestion } from '../../lib/policy/index.js';
import { decideUnder, OpenConfiguration } from '../../runtime/open-configuration.js';
import { exampleFile } from '../lib/decide/session-of.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const MAPPINGS = `NOTIFICATION_LANGUAGE

  timedout|*                $Ilate
  *|tcp_local|fr*|*|*       $IIMTA_TABLE:french/
  *|*|*|*@*.de|*            $Igerman/
  *|*|*|x@*|*               $I$1/
  *|*|*|y@*|*               $IIMTA_LANG:
  *|*|*|z@*|*               french
`;

describe('the texts of notices', () => {
  const folder = temporaryFolder();

  function open(files: Readonly<Record<string, string | Uint8Array>>) {
    for (const [name, text] of Object.entries({ mappings: MAPPINGS, ...files })) folder.write(name, text);
    folder.write('pmdf.cnf', exampleFile('pmdf.cnf'));
    folder.write('general.txt', '');
    const opened = new OpenConfiguration(folder.path());
    opened.close();
    return opened;
  }

  function failedText(opened: OpenConfiguration, more: Partial<TextQuestion>): string | undefined {
    const question: TextQuestion = {
      type: 'failed',
      channel: 'tcp_local',
      languages: '',
      envelopeFrom: 'ann@domain.com',
      firstRecipient: 'bob@other.com',
      ...more,
    };
    const { configuration } = opened;
    return decideUnder(configuration, (newEnvironment) =>
      findTexts(configuration.policy, question, newEnvironment()),
    ).texts.get('failed');
  }

  const files = {
    'return_failed.txt': 'usual',
    'french/return_failed.txt': 'french',
    'german/return_failed.txt': 'german',
    'late/return_suffix.txt': 'late',
  };

  for (const [what, question, text] of [
    ['the usual ones', {}, 'usual'],
    ['those of a language', { languages: 'fr-FR,en' }, 'french'],
    ['the usual ones on another channel', { languages: 'fr', channel: 'l' }, 'usual'],
    ['those of the country of the sender', { envelopeFrom: 'a@b.de' }, 'german'],
    ['none of the folder for another type', { type: 'timedout' }, undefined],
    ['the usual ones where the folder comes from a wildcard', { envelopeFrom: 'x@y' }, 'usual'],
    ['the usual ones by the name of their folder', { envelopeFrom: 'y@y' }, 'usual'],
    ['the usual ones without $I', { envelopeFrom: 'z@y' }, 'usual'],
    ['the usual ones for addresses with bars', { envelopeFrom: 'a|b|fr@c' }, 'usual'],
  ] as const) {
    it(`are ${what}`, () => {
      const opened = open(files);
      assert.deepEqual(opened.diagnostics, []);
      assert.equal(failedText(opened, question), text);
    });
  }

  it('are the built-in ones without files and table', () => {
    const opened = open({ mappings: '' });
    assert.equal(failedText(opened, {}), undefined);
  });

  it('of a folder that does not exist are reported, once for each', () => {
    const twice = `${MAPPINGS}  *|*|it*|*|*   $Iitalian/\n  *|*|*|*@*.it|*   $Iitalian\n`;
    const opened = open({ ...files, mappings: twice });
    assert.deepEqual(
      opened.diagnostics.map(({ severity, code, message }) => `${severity} ${code} ${message}`),
      ['warning policy/notice-folder there are no texts of notices in `italian`'],
    );
    assert.equal(failedText(opened, { languages: 'it' }), 'usual');
    assert.deepEqual(
      open({ ...files, mappings: twice, 'italian/return_option.dat': 'DAY=giorno\n' }).diagnostics,
      [],
    );
  });

  it('have options in return_option.dat, whose other lines are reported', () => {
    const option = '! comment\n\nREASON=Grund:\nREASN=x\nwithout sign\n5.1.1=unbekannt\n';
    const opened = open({ ...files, 'german/return_option.dat': option });
    assert.deepEqual(
      opened.diagnostics.map(({ code, span, hint }) => [
        code,
        span.source.text.slice(span.offset, span.offset + span.length),
        hint,
      ]),
      [
        ['policy/notice-option', 'REASN=x', 'did you mean `REASON`?'],
        ['policy/notice-option', 'without sign', 'write `NAME=text`'],
      ],
    );
  });

  it('that cannot be read are reported, and the built-in ones are used', () => {
    const opened = open({ ...files, 'return_failed.txt': Uint8Array.of(0x45, 0xe9, 0x0a) });
    assert.deepEqual(
      opened.diagnostics.map(({ severity, span }) => [severity, span.source.shortName]),
      [['warning', 'return_failed.txt']],
    );
    assert.equal(failedText(opened, {}), undefined);
    rmSync(join(folder.path(), 'return_failed.txt'));
  });
});
