/*
 * Server-sent events: the state, once a second, to everyone who has the page open.
 * Ref: HTML, Server-sent events
 */
import type { ServerResponse } from 'node:http';

/** Pages that are kept up to date at a time. */
const mostPages = 20;
const everyMs = 1_000;
/** Events in a row that a page may leave unread; then its place is free for another. */
const mostUnread = 30;

export class LiveEvents {
  readonly #state: () => Promise<object>;
  readonly #logError: (message: string) => void;
  readonly #mostUnread: number;
  /** Each page with the events that it has left unread. */
  readonly #pages = new Map<ServerResponse, number>();
  #timer: NodeJS.Timeout | null = null;
  #isTelling = false;

  constructor(state: () => Promise<object>, logError: (message: string) => void, most = mostUnread) {
    this.#state = state;
    this.#logError = logError;
    this.#mostUnread = most;
  }

  /** Sends events from now on; false if there are too many pages. */
  add(response: ServerResponse): boolean {
    if (this.#pages.size >= mostPages) return false;
    this.#pages.set(response, 0);
    response.once('close', () => this.#remove(response));
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    this.#timer ??= setInterval(() => void this.#tell(), everyMs).unref();
    void this.#tell();
    return true;
  }

  #remove(response: ServerResponse): void {
    this.#pages.delete(response);
    if (this.#pages.size > 0 || this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }

  /** Never rejects. While the state takes longer than the time between two events, fewer are sent. */
  async #tell(): Promise<void> {
    if (this.#isTelling) return;
    this.#isTelling = true;
    try {
      const event = `data: ${JSON.stringify(await this.#state())}\n\n`;
      for (const [page, unread] of this.#pages) {
        // A page that does not read misses events; each has the whole state.
        if (!page.writableNeedDrain) {
          this.#pages.set(page, 0);
          page.write(event);
        } else if (unread < this.#mostUnread) this.#pages.set(page, unread + 1);
        else page.destroy();
      }
    } catch (error) {
      this.#logError(`the page could not be brought up to date: ${String(error)}`);
    } finally {
      this.#isTelling = false;
    }
  }
}
