/*
 * The content of a database whose errors name the server that they come from.
 */
import type { StoreServer } from '../../../lib/config/index.js';
import type { NewContent } from '../../databases/index.js';
import { ServerTrouble } from '../reach-servers.js';
import { type StoreContents, StoreLacks } from './store-contents.js';

/** What is not possible at all is not the server's fault. */
function named(server: StoreServer, error: unknown): unknown {
  return error instanceof StoreLacks || error instanceof ServerTrouble
    ? error
    : new ServerTrouble(server, error);
}

async function tried<T>(server: StoreServer, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw named(server, error);
  }
}

async function* triedEach<T>(server: StoreServer, all: AsyncIterable<T>): AsyncGenerator<T> {
  const reading = all[Symbol.asyncIterator]();
  try {
    // Not `for await`, which would take an error of the reader for one of the server.
    for (;;) {
      const step = await tried(server, reading.next());
      if (step.done === true) return;
      yield step.value;
    }
  } finally {
    await reading.return?.();
  }
}

function newContent(server: StoreServer, content: NewContent): NewContent {
  return {
    cannotHold: (entry) => content.cannotHold(entry),
    add: (entries) => tried(server, content.add(entries)),
    seal: () => tried(server, content.seal()),
    commit: (progress) => tried(server, content.commit(progress)),
    abandon: () => tried(server, content.abandon()),
  };
}

/** The same content; its methods reject with ServerTrouble or StoreLacks only. */
export function withNamedTrouble(server: StoreServer, contents: StoreContents): StoreContents {
  return {
    count: () => tried(server, contents.count()),
    entries: () => triedEach(server, contents.entries()),
    change: async (key, make) => {
      let own: { readonly error: unknown } | null = null;
      const changed = contents.change(key, (values) => {
        try {
          return make(values);
        } catch (error) {
          own = { error };
          throw error;
        }
      });
      return await tried(server, changed).catch((error: unknown) => {
        // An error of `make` is not the server's.
        throw own?.error ?? error;
      });
    },
    replace: async (severalValues) =>
      newContent(server, await tried(server, contents.replace(severalValues))),
    close: () => contents.close(),
  };
}
