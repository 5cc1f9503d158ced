/*
 * Pages in the folder `docs` of an install, where `haraka -h NAME` looks for them, and the list of hooks that
 * `haraka -o` needs there.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pluginNames } from '../../runtime/haraka-install/index.js';
import { bundleFolder } from './bundle.js';
import type { WantedFile } from './planned-file.js';

const shownAs = 'docs/';
const purpose = 'pages for `haraka -h pmdf/access`, hooks for `haraka -o`';

function page(path: string, text: string): WantedFile {
  return { path, text, purpose, shownAs, group: null, isAnyTextGood: true };
}

/** Links of a page in docs/ of the bundle, as they are from docs/plugins/pmdf/ of an install. */
function withLinks(text: string): string {
  return text.replaceAll(/\]\((?!#|[a-z]+:)([^)\s]+)\)/g, (_link, target: string) => {
    const way = target.startsWith('../') ? target.slice('../'.length) : `docs/${target}`;
    return `](../../../node_modules/haraka-plugin-pmdf/${way})`;
  });
}

/** The hooks of Haraka 3.3, in the order in which it runs them, in the form that `haraka -o` reads. */
const hooks = [
  'init_master init_child init_http init_wss connect_init lookup_rdns connect capabilities unrecognized_command',
  'helo ehlo quit vrfy noop rset mail rcpt rcpt_ok data data_post max_data_exceeded queue queue_outbound queue_ok',
  'reset_transaction deny disconnect get_mx deferred bounce delivered send_email pre_send_trans_email log',
].flatMap((line) => line.split(' '));

const hooksText = `# Plugins

\`npx haraka -o -c .\` shows which plugin is asked in which hook, in their order. It takes the names of the hooks from the
list below. Haraka's own page of this name comes with it: node_modules/Haraka/docs/Plugins.md.

## Available Hooks

${hooks.map((hook) => `- ${hook}`).join('\n')}

### rcpt

A recipient is refused unless a plugin vouches for it; here that is [pmdf/deliver](plugins/pmdf/deliver.md).
`;

/** Gives the pages. */
export function helpPages(): WantedFile[] {
  return [
    page('docs/Plugins.md', hooksText),
    ...pluginNames.map((name) => {
      const text = readFileSync(join(bundleFolder, 'docs', `${name}.md`), 'utf8');
      return page(`docs/plugins/pmdf/${name}.md`, withLinks(text));
    }),
  ];
}
