/*
 * Pages for the folder `docs` of an install, where `haraka -h NAME` looks for them, and the list of hooks that
 * `haraka -o` needs there.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pluginNames } from '../../lib/decide/index.js';
import { packageFolder } from '../../runtime/files/index.js';
import type { WantedFile } from './planned-file.js';

const shownAs = 'docs/';
const purpose = 'pages for `haraka -h pmdf/access`, hooks for `haraka -o`';

function page(path: string, text: string): WantedFile {
  return { path, text, purpose, shownAs, group: null, isAnyTextGood: true };
}

/** Adapts the links of a page in docs/ of the bundle to its place in docs/plugins/pmdf/ of an install. */
function withLinks(text: string): string {
  return text.replaceAll(/\]\((?!#|[a-z]+:)([^)\s]+)\)/g, (_link, target: string) => {
    const path = target.startsWith('../') ? target.slice('../'.length) : `docs/${target}`;
    return `](../../../node_modules/haraka-plugin-pmdf/${path})`;
  });
}

/** The hooks of Haraka 3.3, in the order in which they run. */
const hooks = [
  'init_master init_child init_http init_wss connect_init lookup_rdns connect capabilities unrecognized_command',
  'helo ehlo quit vrfy noop rset mail rcpt rcpt_ok data data_post max_data_exceeded queue queue_outbound queue_ok',
  'reset_transaction deny disconnect get_mx deferred bounce delivered send_email pre_send_trans_email log',
].flatMap((line) => line.split(' '));

const hooksText = `# Plugins

\`npx haraka -o -c .\` shows which plugins run in which hook, in their order. It reads the names of the hooks from the list
below. Haraka's own page of this name is node_modules/Haraka/docs/Plugins.md.

## Available Hooks

${hooks.map((hook) => `- ${hook}`).join('\n')}

### rcpt

A recipient is rejected unless a plugin accepts it; here that is [pmdf/deliver](plugins/pmdf/deliver.md).
`;

/** All pages. */
export function helpPages(): WantedFile[] {
  return [
    page('docs/Plugins.md', hooksText),
    ...pluginNames.map((name) => {
      const text = readFileSync(join(packageFolder, 'docs', `${name}.md`), 'utf8');
      return page(`docs/plugins/pmdf/${name}.md`, withLinks(text));
    }),
  ];
}
