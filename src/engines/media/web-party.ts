import { randomBytes } from 'node:crypto'
import type { RemoteInfo } from 'node:dgram'
import { SrtcpReceiver, SrtcpSender, type SrtpKeys, SrtpReceiver, SrtpSender } from '#protocols/srtp'
import { readBindingRequest, writeBindingResponse } from '#protocols/stun'
import type { PartyGate } from './party-gate.ts'
import type { IceCredentials } from './plane-port.ts'
import type { PortPair } from './port-pool.ts'

/** RFC 8445 5.3 asks for 24 bits of chance in the fragment and 128 in the password; base64 has no sign that SDP forbids. */
const UFRAG_BYTES = 6
const PASSWORD_BYTES = 18

/** A browser has a handful of addresses; what is forgotten is proved again by its next check. */
const PROVED_MAX = 16

/** A pair of ports with what checks that arrive there are proved with. */
export interface Way extends IceCredentials {
  readonly pair: PortPair
  /** Counts up: the newest way is the one to be used. */
  readonly path: number
}

/** What came from the party, in clear. */
export type Clear = { readonly kind: 'rtp' | 'rtcp'; readonly packet: Buffer }

/** A way with credentials of its own. */
export function newWay(pair: PortPair, path: number): Way {
  const ufrag = randomBytes(UFRAG_BYTES).toString('base64')
  return { pair, path, ufrag, password: randomBytes(PASSWORD_BYTES).toString('base64') }
}

/**
 * The party's end of WebRTC on the packet thread: answers the checks of ICE, passes the handshake on, and takes secrecy off and puts
 * it on. An address counts once a check from it was proved; where the party nominates, there we send.
 */
export class WebParty {
  readonly #gate: PartyGate
  readonly #handshake: (packet: Uint8Array) => void
  readonly #proved = new Set<string>()
  #keys:
    | {
        readonly rtpIn: SrtpReceiver
        readonly rtcpIn: SrtcpReceiver
        readonly rtpOut: SrtpSender
        readonly rtcpOut: SrtcpSender
      }
    | undefined
  /** What the keys before these protected may still be under way. */
  #former: { readonly rtpIn: SrtpReceiver; readonly rtcpIn: SrtcpReceiver } | undefined
  /** The way that the party is heard on: what is sent leaves there. */
  #way: Way | undefined

  constructor(gate: PartyGate, handshake: (packet: Uint8Array) => void) {
    this.#gate = gate
    this.#handshake = handshake
  }

  /** Whether sound can flow. */
  get isSecured(): boolean {
    return this.#keys !== undefined
  }

  get way(): Way | undefined {
    return this.#way
  }

  /** A way that is given up is not sent from any more; the party was heard on the other one. */
  leave(former: Way, way: Way): void {
    if (this.#way === former) this.#way = way
  }

  secure({ profile, local, remote }: SrtpKeys): void {
    this.#former = this.#keys
    this.#keys = {
      rtpIn: new SrtpReceiver(remote, profile),
      rtcpIn: new SrtcpReceiver(remote, profile),
      rtpOut: new SrtpSender(local, profile),
      rtcpOut: new SrtcpSender(local, profile),
    }
  }

  /** RFC 7983: the first octet says what a packet is. Undefined when there is nothing in it for the session. */
  received(packet: Buffer, from: RemoteInfo, way: Way): Clear | 'done' | 'strange' {
    const first = packet[0] ?? 0xff
    if (first < 4) return this.#check(packet, from, way) ? 'done' : 'strange'
    if (first >= 20 && first < 64) {
      // What is no answer to a proved check is not worth the arithmetic of a handshake.
      if (!this.#proved.has(addressKey(from))) return 'strange'
      this.#handshake(Uint8Array.from(packet))
      return 'done'
    }
    return this.#open(packet) ?? 'strange'
  }

  /** The packet as it goes to the party; undefined while there are no keys. */
  send(packet: Buffer): void {
    if (this.#keys) this.raw(this.#keys.rtpOut.protect(packet))
  }

  sendControl(packet: Buffer): void {
    if (this.#keys) this.raw(this.#keys.rtcpOut.protect(packet))
  }

  raw(packet: Uint8Array): void {
    const { address, port } = this.#gate
    if (port !== 0) this.#way?.pair.rtp.send(packet, port, address!)
  }

  #check(packet: Buffer, from: RemoteInfo, way: Way): boolean {
    const request = readBindingRequest(packet, way.password)
    if (!request?.username.startsWith(`${way.ufrag}:`)) return false
    way.pair.rtp.send(writeBindingResponse(request, from, way.password), from.port, from.address)
    const key = addressKey(from)
    this.#proved.delete(key)
    this.#proved.add(key)
    if (this.#proved.size > PROVED_MAX) this.#proved.delete(this.#proved.values().next().value!)
    const path = this.#way?.path ?? -1
    if (way.path > path || (way.path === path && (request.nominates || this.#gate.port === 0))) {
      this.#gate.name({ address: from.address, port: from.port })
      this.#way = way
    }
    return true
  }

  #open(packet: Buffer): Clear | undefined {
    const second = packet[1] ?? 0
    // RFC 5761 4: RTCP's types, which no payload type with its marker may be.
    const isControl = second >= 192 && second < 224
    for (const keys of [this.#keys, this.#former]) {
      const clear = isControl ? keys?.rtcpIn.open(packet) : keys?.rtpIn.open(packet)
      if (clear) return { kind: isControl ? 'rtcp' : 'rtp', packet: clear }
    }
    return undefined
  }
}

function addressKey({ address, port }: RemoteInfo): string {
  return `${address} ${port}`
}
