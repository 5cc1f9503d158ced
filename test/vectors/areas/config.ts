/*
 * pmdf.cnf: the contents of a file, a part of it or one line of it, and where addresses are routed under it.
 *   config  a whole file, in the short notation or as text, with `address`
 *   text    a whole file, or with `section` its `rules` or `channels`; with `address` too
 *   line    one line of the file
 *   channelLine    the first line of a channel block
 */
import type { Area } from '../area.js';
import { computed } from '../area.js';
import type { Actual } from '../compare.js';
import {
  describeChannelLine,
  describeFile,
  describeLine,
  initialChannelOf,
} from '../engine/configuration-text.js';
import { EngineRun, readOutsideWorld } from '../engine/engine-run.js';
import { policyOf } from '../engine/policy-text.js';
import { rewriteUnder } from '../engine/rewrite-under.js';
import { describeRewrite, readAddressKind } from '../engine/rewriting.js';
import { expandShortConfiguration } from '../engine/short-configuration.js';
import { VectorProblem } from '../vector.js';
import type { VectorInput } from '../vector-input.js';

/** Rewrites the address of a vector under a whole file. */
function describeAddress(input: VectorInput, cnf: string): Actual {
  const initial = initialChannelOf(cnf);
  const policy = policyOf({ cnf, settings: { listeners: { default: initial, ports: new Map() } } });
  const run = new EngineRun(readOutsideWorld(input));
  const which = {
    address: input.text('address'),
    sourceChannel: input.textOrNull('sourceChannel') ?? initial,
    ...readAddressKind(input),
  };
  const result = run.drive(rewriteUnder(policy, which, run.environment));
  const answer = describeRewrite(result);
  const routedTo = result.kind === 'routed' ? result.routingSystem : null;
  return { ...answer, routedTo, envelope: answer['address'] };
}

export const config: Area = (input, expected) => {
  const form = input.nameAmong('config', 'text', 'line', 'channelLine');
  switch (form) {
    case 'config': {
      const written = input.text('config');
      return computed(
        describeAddress(input, written.includes('\n') ? written : expandShortConfiguration(written)),
      );
    }
    case 'text': {
      const text = input.text('text');
      const section = input.textOr('section', 'file');
      const file = describeFile(text, section, input.database('includes') ?? new Map(), expected);
      if (!input.has('address')) return computed(file.actual, file.remarks);
      return computed({ ...file.actual, ...describeAddress(input, text) }, file.remarks);
    }
    case 'line':
      return computed(describeLine(input.text('line')));
    case 'channelLine': {
      const line = describeChannelLine(input.text('channelLine'), expected);
      return computed(line.actual, line.remarks);
    }
    default:
      throw new VectorProblem('`input` has none of `config`, `text`, `line` and `channelLine`');
  }
};
