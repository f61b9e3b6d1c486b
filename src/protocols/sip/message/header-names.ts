/** A header field's name in lower case and in its long form: what fields are looked up by. */
export type HeaderKey = string

/** RFC 3261 7.3.3 and the registry of compact forms (RFC 3515, 3841, 3892, 4028, 4474, 6665 among them). */
const COMPACT: Readonly<Record<string, string>> = {
  a: 'Accept-Contact',
  b: 'Referred-By',
  c: 'Content-Type',
  d: 'Request-Disposition',
  e: 'Content-Encoding',
  f: 'From',
  i: 'Call-ID',
  j: 'Reject-Contact',
  k: 'Supported',
  l: 'Content-Length',
  m: 'Contact',
  n: 'Identity-Info',
  o: 'Event',
  r: 'Refer-To',
  s: 'Subject',
  t: 'To',
  u: 'Allow-Events',
  v: 'Via',
  x: 'Session-Expires',
  y: 'Identity',
}

const COMMON = [
  'Via',
  'From',
  'To',
  'Call-ID',
  'CSeq',
  'Contact',
  'Max-Forwards',
  'Content-Length',
  'Content-Type',
  'Route',
  'Record-Route',
  'User-Agent',
  'Server',
  'Allow',
  'Supported',
  'Require',
  'Expires',
  'Authorization',
  'Proxy-Authorization',
  'WWW-Authenticate',
  'Proxy-Authenticate',
  'Accept',
  'Subject',
  'Session-Expires',
  'Min-SE',
  'Path',
  'Reason',
  'P-Asserted-Identity',
]

/** The spellings that nearly every message uses, so that one look-up replaces lower-casing and the check of the token. */
const KEYS: ReadonlyMap<string, HeaderKey> = new Map([
  ...COMMON.flatMap((name): [string, string][] => [
    [name, name.toLowerCase()],
    [name.toLowerCase(), name.toLowerCase()],
  ]),
  ...Object.entries(COMPACT).flatMap(([short, name]): [string, string][] => [
    [short, name.toLowerCase()],
    [short.toUpperCase(), name.toLowerCase()],
  ]),
])

/** The key of a header field's name, compact or long, in any case. */
export function headerKey(name: string): HeaderKey {
  return KEYS.get(name) ?? name.toLowerCase()
}

/** The key of a common spelling, or nothing when the name must first be checked. */
export function knownHeaderKey(name: string): HeaderKey | undefined {
  return KEYS.get(name)
}
