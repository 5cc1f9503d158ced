/*
 * Haraka's own files as `pmdf init` writes them: complete where Haraka has no defaults, with the settings from
 * dispatcher.cnf.
 */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type HarakaSettings, noHarakaSettings } from '../../../bin/init/dispatcher/haraka-settings.js';
import { smtpForwardText, smtpIniText } from '../../../bin/init/haraka-files.js';
import { projectRoot } from '../../support/project-root.js';

const nothing: HarakaSettings = noHarakaSettings;

/** The settings of an ini file, by `section.name`. */
function settingsIn(text: string): Map<string, string> {
  const settings = new Map<string, string>();
  let section = 'main';
  for (const line of text.split('\n').map((one) => one.trim())) {
    if (/^[;#]/.test(line)) continue;
    section = /^\[(\w+)\]$/.exec(line)?.[1] ?? section;
    if (line.startsWith('[')) settings.set(section, '');
    const equals = line.indexOf('=');
    if (equals !== -1)
      settings.set(`${section}.${line.slice(0, equals).trim()}`, line.slice(equals + 1).trim());
  }
  return settings;
}

function ownFile(name: string): string {
  return readFileSync(join(projectRoot, 'config', 'haraka', name), 'utf8');
}

describe("Haraka's files by pmdf init", () => {
  it('have every section and setting of connection.ini, with the values of Haraka where they are numbers', () => {
    const theirs = settingsIn(
      readFileSync(join(projectRoot, 'node_modules', 'Haraka', 'config', 'connection.ini'), 'utf8'),
    );
    const ours = settingsIn(ownFile('connection.ini'));
    assert.deepEqual(
      [...theirs.keys()].filter((name) => !ours.has(name)),
      [],
    );
    // RCPT with ORCPT is longer than Haraka's 512 octets. Ref: RFC 3461 4
    theirs.set('max.line_length', '2048');
    for (const [name, value] of theirs) if (/^\d+$/.test(value)) assert.equal(ours.get(name), value, name);
  });

  it('have a connection.ini for a proxy that differs from the usual one only in its hosts', () => {
    const behindProxy = readFileSync(join(projectRoot, 'config', 'proxy', 'connection.ini'), 'utf8');
    const expected = settingsIn(ownFile('connection.ini')).set('haproxy.hosts[]', '127.0.0.1');
    assert.deepEqual(settingsIn(behindProxy), expected);
  });

  it('set listeners, TLS, workers and account', () => {
    const text = smtpIniText({
      ...nothing,
      listeners: [
        { address: null, port: 25, isTls: false },
        { address: '2001:db8::1', port: 4650, isTls: true },
      ],
      nodes: 4,
      user: 'mail',
      blockLists: [],
      backlog: 1000,
    });
    assert.ok(
      text.includes("; PMDF's listen queue had room for 1000 connections, Haraka's has room for 511."),
    );
    assert.ok(
      text.includes("\n; PMDF's listen queue had room for 1000 connections, Haraka's has room for 511.\n"),
    );
    assert.deepEqual(
      [...settingsIn(text)],
      [
        ['main.listen', '[::0]:25,[2001:db8::1]:4650'],
        ['main.smtps_port', '4650'],
        ['main.nodes', '4'],
        ['main.user', 'mail'],
      ],
    );
  });

  it('have few settings by default', () => {
    assert.deepEqual([...settingsIn(smtpIniText(nothing))], [['main.nodes', '1']]);
  });

  it('can name the internal mail server by its address', () => {
    const settings = settingsIn(smtpForwardText({ host: '2001:db8::25', port: 2525 }));
    assert.deepEqual(
      [...settings],
      [
        ['main.host', '2001:db8::25'],
        ['main.port', '2525'],
      ],
    );
  });
});
