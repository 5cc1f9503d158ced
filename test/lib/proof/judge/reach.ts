/*
 * Where mail for an address may end up, as the judge sees it: every host that some server could read in it. The reader of a
 * server inside may take the last percent sign, the first bang, a quoted address or a route first, may drop quotes, escapes, angle
 * brackets and subaddresses, and may do so again with what it then has.
 * Ref: RFC 5321 F.2; RFC 1123 5.2.16; RFC 976 4.2
 */

/** The place of the last at sign that is not quoted or escaped; -1 without one. */
function lastAt(text: string): number {
  let place = -1;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '\\') at += 1;
    else if (character === '"') quoted = !quoted;
    else if (character === '@' && !quoted) place = at;
  }
  return place;
}

function plain(text: string): string {
  return text.replace(/\\(.)|"/gs, (_whole, escaped: string | undefined) => escaped ?? '');
}

/** The parts of a source route and what follows it; null without one. */
function routeOf(text: string): { readonly hosts: readonly string[]; readonly rest: string } | null {
  const route = /^((?:@(?:\[[^\]]*\]|[^,:@[])+,?)+):/.exec(text);
  if (route === null) return null;
  const [whole, hosts = ''] = route;
  return { hosts: hosts.split(',').map((host) => host.slice(1)), rest: text.slice(whole.length) };
}

function folded(host: string): string {
  return host.toLowerCase().replace(/\.$/, '');
}

/** Every host that a server may send mail for an address to, folded. */
export function reachableHosts(address: string): ReadonlySet<string> {
  const hosts = new Set<string>();
  const open = [address];
  const seen = new Set(open);
  const add = (text: string): void => {
    if (text !== '' && !seen.has(text)) {
      seen.add(text);
      open.push(text);
    }
  };
  for (const text of open) {
    const route = routeOf(text);
    if (route !== null) {
      for (const host of route.hosts) hosts.add(folded(host));
      add(route.rest);
      continue;
    }
    const at = lastAt(text);
    if (at !== -1) hosts.add(folded(text.slice(at + 1)));
    const local = at === -1 ? text : text.slice(0, at);
    for (const form of [local, plain(local)]) {
      if (form.includes('@')) add(form);
      if (form.startsWith('<') && form.endsWith('>')) add(form.slice(1, -1));
      const bang = form.indexOf('!');
      if (bang > 0) add(`${form.slice(bang + 1)}@${form.slice(0, bang)}`);
      const percent = form.lastIndexOf('%');
      if (percent !== -1) add(`${form.slice(0, percent)}@${form.slice(percent + 1)}`);
      const plus = form.indexOf('+', 1);
      if (plus !== -1) add(form.slice(0, plus));
    }
  }
  return hosts;
}

/** An address as the next server gets it: a source route is not passed on. */
export function withoutRoute(address: string): string {
  return routeOf(address)?.rest ?? address;
}
