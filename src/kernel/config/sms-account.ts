/** Where a network's centre for text messages is reached by SMPP 3.4, and as whom. */
export interface SmppServer {
  readonly host: string
  readonly port: number
  /** TLS from the first byte, or none: in networks that are private (a tunnel to the provider) or on this machine. */
  readonly security: 'tls' | 'none'
  readonly systemId: string
  /** What some providers tell their services apart by. */
  readonly systemType?: string
}

/** A number that the centre is written to by text message: what comes there waits in its queue, and what agents answer leaves from it (DIG-09). */
export interface SmsAccount {
  readonly name: string
  /** Where its conversations wait. */
  readonly queue: string
  /** What is shown as sender: a number, a short code, or up to 11 letters, which nobody can answer. */
  readonly address: string
  /** By SMPP; otherwise by {@link webhook}. */
  readonly smpp?: SmppServer
  /** By HTTP: where texts that leave are posted; those that come are posted to us. */
  readonly webhook?: { readonly url: string }
  /** The file in `secrets/` of the data folder with the password (SMPP), or what signs in both directions (webhook). */
  readonly secret: string
}

/** A password would be read by everybody on the way: without TLS only private networks are used. One of the two ways, and not both. */
export function smsAccountFaults({ smpp, webhook }: SmsAccount): readonly { path: string; problem: string }[] {
  if ((smpp === undefined) === (webhook === undefined)) return [{ path: 'smpp', problem: 'either this or "webhook"' }]
  if (webhook && hasPassword(webhook.url)) {
    return [{ path: 'webhook.url', problem: 'has a user or password in it: the signature says who sends' }]
  }
  return smpp?.security === 'none' && !isPrivate(smpp.host)
    ? [{ path: 'smpp.security', problem: 'may be "none" for an address of a private network or this machine only' }]
    : []
}

function hasPassword(url: string): boolean {
  const { username, password } = new URL(url)
  return username !== '' || password !== ''
}

/** RFC 1918, RFC 4193, and this machine. */
function isPrivate(host: string): boolean {
  if (host === 'localhost' || host === '::1' || /^f[cd][0-9a-f]{2}:/i.test(host)) return true
  const [, a = 0, b = 0] = /^(\d{1,3})\.(\d{1,3})\.\d{1,3}\.\d{1,3}$/.exec(host)?.map(Number) ?? []
  return a === 127 || a === 10 || (a === 192 && b === 168) || (a === 172 && b >= 16 && b < 32)
}
