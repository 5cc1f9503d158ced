import assert from 'node:assert/strict';
import { type ChannelView, channelViews } from '../../../bin/show/channel-views.js';
import { placeOf } from '../../../lib/text/places.js';
import { policyOf } from '../../lib/policy/policy-of.js';

const cnf = `. $U%$H@OUT-DAEMON

defaults maytls staff

defaults master_debug

l notlsclient
l.example

tcp_local smtp musttls switchchannel staff ops
OUT-DAEMON

nodefaults

tcp_last smtp maytlsserver maytlsclient
LAST-DAEMON
`;

function said({ keywords }: ChannelView): string[] {
  return keywords
    .filter((one) => one.from !== 'language')
    .map(({ keyword, from, span, counts }) =>
      [keyword, from, span === null ? '' : placeOf(span), counts ? '' : 'no effect'].join(' ').trim(),
    );
}

describe('channelViews', () => {
  const views = channelViews(
    policyOf({ cnf, yaml: 'listeners: { 587: tcp_last }\ndelivery: { l: queue }\n' }),
  );
  const [local, outer, last] = views;
  assert.ok(local !== undefined && outer !== undefined && last !== undefined && views.length === 3);

  it('names the source of a keyword, with the halves separate if they come from two words', () => {
    assert.deepEqual(said(local), [
      'notlsclient channel pmdf.cnf:7',
      'maytlsserver defaults pmdf.cnf:3',
      'master_debug defaults pmdf.cnf:5 no effect',
    ]);
    assert.deepEqual(said(outer), [
      'smtp channel pmdf.cnf:10',
      'musttls channel pmdf.cnf:10',
      'switchchannel channel pmdf.cnf:10',
      'master_debug defaults pmdf.cnf:5 no effect',
    ]);
    assert.deepEqual(said(last), [
      'smtp channel pmdf.cnf:15',
      'maytlsserver channel pmdf.cnf:15',
      'maytlsclient channel pmdf.cnf:15',
    ]);
  });

  it("shows PMDF's defaults that are in effect, and only those that nothing overrides", () => {
    for (const view of views) {
      const names = view.keywords.filter((one) => one.from === 'language').map((one) => one.keyword);
      assert.ok(view.keywords.every((one) => one.from !== 'language' || one.counts));
      assert.equal(names.includes('notls'), false);
      assert.ok(names.includes('nosasl'));
    }
  });

  it('keeps unknown words with their places', () => {
    assert.deepEqual(
      outer.groupIds.map(({ word, from, span }) => `${word} ${from} ${placeOf(span)}`),
      ['staff channel pmdf.cnf:10', 'ops channel pmdf.cnf:10', 'staff defaults pmdf.cnf:3'],
    );
    assert.deepEqual(last.groupIds, []);
  });

  it('shows initial channels, and the route out with its place', () => {
    assert.deepEqual(
      views.map((view) => view.listeners),
      [[], ['default'], ['587']],
    );
    assert.deepEqual(
      views.map((view) => (view.deliverySpan === null ? null : placeOf(view.deliverySpan))),
      ['pmdf.yaml:2', null, null],
    );
    assert.equal(local.delivery.method, 'queue');
  });
});
