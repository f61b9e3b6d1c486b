import type { MediaAddress } from '#protocols/control'

/** A party behind a translator is believed after so many packets in a row from one other port of its own address: a stray packet is not. */
const LATCH_PACKETS = 5

/**
 * Decides from whom packets are taken: from the address and port that the party named. Only if none ever came from there,
 * another port of the same IP address is latched, once, after five packets in a row from it; what is sent goes there too. A packet
 * from the named port ends the latch for good.
 */
export class PartyGate {
  #remote: MediaAddress | undefined
  #latched: number | undefined
  #proved = false
  #candidate = 0
  #candidatePackets = 0

  /** Where the party's packets go to; undefined before its address is known. */
  address: string | undefined
  port = 0

  /** Names the party; another address than before begins anew. */
  name(remote: MediaAddress | undefined): void {
    if (remote?.address === this.#remote?.address && remote?.port === this.#remote?.port) return
    this.#remote = remote
    this.#latched = undefined
    this.#proved = false
    this.#candidatePackets = 0
    this.address = remote?.address
    this.port = remote?.port ?? 0
  }

  /** Whether a packet from this address is the party's. */
  admits(address: string, port: number): boolean {
    const remote = this.#remote
    if (!remote || address !== remote.address) return false
    if (port === remote.port) {
      if (!this.#proved) this.#prove(remote)
      return true
    }
    if (this.#proved) return false
    return this.#latched === undefined ? this.#consider(port) : port === this.#latched
  }

  /** Whether an RTCP packet may be the party's: its port is often another one behind a translator. */
  admitsControl(address: string): boolean {
    return this.#remote?.address === address
  }

  #prove(remote: MediaAddress): void {
    this.#proved = true
    this.#latched = undefined
    this.port = remote.port
  }

  #consider(port: number): boolean {
    this.#candidatePackets = port === this.#candidate ? this.#candidatePackets + 1 : 1
    this.#candidate = port
    if (this.#candidatePackets < LATCH_PACKETS) return false
    this.#latched = port
    this.port = port
    return true
  }
}
