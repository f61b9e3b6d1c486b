import { createHmac, timingSafeEqual } from 'node:crypto'
import type { FlowToken, SipSource } from '#protocols/control'

/** Where a phone or trunk is, and whose phone it is if it has registered. */
export interface Flow extends SipSource {
  readonly user?: string
}

/** 96 bits: a forged token would need 2^95 tries on the wire. */
const MAC_BYTES = 12

/** A token travels in each Record-Route and Route: longer ones cannot be ours. */
const TOKEN_CHARS_MAX = 300

const TOKEN = /^[A-Za-z0-9_-]+$/
const TRANSPORTS: readonly string[] = ['udp', 'tcp', 'tls', 'ws', 'wss'] satisfies SipSource['transport'][]

/**
 * Makes and reads flow tokens (RFC 5626 5.2): the flow's address under an HMAC, in letters that may stand in a URI's user
 * part. They hold without any memory, so an edge that was started anew with the same key still finds the phone.
 */
export class FlowTokens {
  readonly #key: string

  constructor(key: string) {
    this.#key = `${key}:flow`
  }

  /** The token of a flow. */
  seal(flow: Flow): FlowToken {
    const text = `${flow.transport},${flow.port},${flow.address},${flow.user ?? ''}`
    return Buffer.concat([this.#mac(text), Buffer.from(text, 'utf8')]).toString('base64url')
  }

  /** The flow of a token; nothing when this edge (or one with its key) did not make it. */
  open(token: string): Flow | undefined {
    if (token.length > TOKEN_CHARS_MAX || !TOKEN.test(token)) return undefined
    const bytes = Buffer.from(token, 'base64url')
    if (bytes.length <= MAC_BYTES) return undefined
    const text = bytes.toString('utf8', MAC_BYTES)
    if (!timingSafeEqual(this.#mac(text), bytes.subarray(0, MAC_BYTES))) return undefined
    const [transport, port, address, ...user] = text.split(',')
    if (!isTransport(transport) || address === undefined) return undefined
    const flow = { transport, address, port: Number(port) }
    return user.join(',') === '' ? flow : { ...flow, user: user.join(',') }
  }

  #mac(text: string): Buffer {
    return createHmac('sha256', this.#key).update(text).digest().subarray(0, MAC_BYTES)
  }
}

function isTransport(text: string | undefined): text is SipSource['transport'] {
  return text !== undefined && TRANSPORTS.includes(text)
}
