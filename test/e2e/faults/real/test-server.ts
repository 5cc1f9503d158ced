/*
 * The table of faults of one real mail server: while the client waits, alone and after another next hop, and from the queue.
 */

import type { ProgramName } from '../../../support/programs.js';
import { describeWith } from '../../../support/programs.js';
import type { Mode } from '../fault-run.js';
import { testFaults } from '../fault-table.js';
import type { MailServer } from './mail-server.js';
import { RealHop } from './real-hop.js';
import { isLongForm, realRows } from './real-rows.js';

/** Adds the table of a server, which is started once. */
export function testServer(
  name: ProgramName,
  protocol: Mode['protocol'],
  start: () => Promise<MailServer>,
): void {
  const modes: readonly Mode[] = [
    { name: 'through', protocol, method: 'through', isSecond: false },
    { name: 'queue', protocol, method: 'queue', isSecond: false },
    { name: 'second', protocol, method: 'through', isSecond: true },
  ];
  describeWith([name], `the faults of ${name} as next hop`, () => {
    let server: MailServer | undefined;
    after(() => server?.stop());
    testFaults({
      modes: isLongForm ? modes : modes.filter(({ isSecond }) => !isSecond),
      rows: realRows(protocol),
      startHop: async () => {
        server ??= await start();
        const hop = new RealHop(server);
        await hop.listen();
        return hop;
      },
      isInTurn: true,
      timeout: 3,
      limitMs: isLongForm ? 1_200_000 : 300_000,
    });
  });
}
