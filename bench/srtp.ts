import { randomBytes } from 'node:crypto'
import { RtpHeader, SrtpSession } from 'werift'
import { writeRtpHeader } from '#protocols/rtp'
import { type MasterKey, SRTP_PROFILES, type SrtpProfile, SrtpReceiver, SrtpSender } from '#protocols/srtp'

/**
 * What secrecy costs a WebRTC packet, beside the relay of `media-relay.ts`: taken off where it comes from a browser, put on where it goes to
 * one. A call between browser and phone pays each once for two packets, one between two browsers pays both for every packet.
 */
const PACKETS = 20_000
/** The quietest pass counts: what other programs take of the processor meanwhile is not ours. */
const PASSES = 5

const HEADER_BYTES = 12
const FRAME_BYTES = 160

/** Puts secrecy on all of these packets, or takes it off. */
type Work = (packets: readonly Buffer[]) => unknown

function packets(): Buffer[] {
  return Array.from({ length: PACKETS }, (_, n) => {
    const packet = Buffer.alloc(HEADER_BYTES + FRAME_BYTES, n & 0xff)
    writeRtpHeader(packet, { marker: false, payloadType: 0, sequence: n & 0xffff, timestamp: 160 * n, ssrc: 7 })
    return packet
  })
}

/** Microseconds of processor time for a packet. */
function costOf(work: Work, given: () => readonly Buffer[]): number {
  const passes = Array.from({ length: PASSES }, () => {
    const input = given()
    const begun = process.cpuUsage()
    work(input)
    const { user, system } = process.cpuUsage(begun)
    return (user + system) / PACKETS
  })
  return Math.round(100 * Math.min(...passes)) / 100
}

function master(profile: SrtpProfile): MasterKey {
  const { keyBytes, saltBytes } = SRTP_PROFILES[profile]
  return { key: randomBytes(keyBytes), salt: randomBytes(saltBytes) }
}

/** An independent implementation that knows the same keys. */
function peer(profile: SrtpProfile, { key, salt }: MasterKey): SrtpSession {
  const [masterKey, masterSalt] = [Buffer.from(key), Buffer.from(salt)]
  return new SrtpSession({
    profile: SRTP_PROFILES[profile].number,
    keys: {
      localMasterKey: masterKey,
      localMasterSalt: masterSalt,
      remoteMasterKey: masterKey,
      remoteMasterSalt: masterSalt,
    },
  })
}

/** The peer knows these. */
const PROFILES: readonly SrtpProfile[] = ['AES128_CM_HMAC_SHA1_80', 'AEAD_AES_128_GCM']

/** Prints one line for each profile and direction. */
export async function run(print: (line: string) => void = console.log): Promise<void> {
  for (const profile of PROFILES) {
    const keys = master(profile)
    const sealed = (): Buffer[] => {
      const sender = new SrtpSender(keys, profile)
      return packets().map((packet) => Buffer.from(sender.protect(packet)))
    }
    const works: Record<string, { ours: Work; theirs: Work; given: () => readonly Buffer[] }> = {
      'srtp.protect': {
        given: packets,
        ours: (input) => {
          const sender = new SrtpSender(keys, profile)
          for (const packet of input) sender.protect(packet)
        },
        theirs: (input) => {
          const session = peer(profile, keys)
          for (const packet of input) session.encrypt(packet.subarray(HEADER_BYTES), RtpHeader.deSerialize(packet))
        },
      },
      'srtp.open': {
        given: sealed,
        ours: (input) => {
          const receiver = new SrtpReceiver(keys, profile)
          for (const packet of input) receiver.open(packet)
        },
        theirs: (input) => {
          const session = peer(profile, keys)
          for (const packet of input) session.decrypt(packet)
        },
      },
    }
    for (const [bench, { ours, theirs, given }] of Object.entries(works)) {
      const figure = costOf(ours, given)
      const other = costOf(theirs, given)
      const limit = 'one thread; sockets and relay are not in it'
      print(JSON.stringify({ bench, profile, size: PACKETS, figure, unit: 'CPU-µs/packet', peer: other, limit }))
    }
  }
}
