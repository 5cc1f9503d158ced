/*
 * The probe of each access table.
 *   input     table, and the fields of the session
 *   expected  probe
 */
import { type Area, computed } from '../area.js';
import { accessTableNamed } from '../engine/access-answer.js';
import { probeFor, readProbeFields } from '../engine/probe-fields.js';

export const accessProbe: Area = (input) => {
  const table = accessTableNamed(input.text('table'));
  return computed({ probe: probeFor(table, readProbeFields(input)) });
};
