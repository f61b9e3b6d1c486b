import { createOpusCodec, decodeG711, encodeG711, type OpusCodec } from '#protocols/audio'

/**
 * What Opus costs a packet at the edge of a party's session, beside relay and secrecy (`media-relay.ts`, `srtp.ts`): made of telephone sound
 * where it goes to a party that speaks it, made telephone sound where it comes from one. Between two who speak it, it costs nothing: packets
 * are passed on as they are, and are decoded only where the call is recorded.
 */
const PACKETS = 1500
/** The quietest pass counts: what other programs take of the processor meanwhile is not ours. */
const PASSES = 5

const SAMPLES = 160
const PACKETS_PER_S = 50

/** Speech-like: a voice whose pitch and loudness move, with some noise; silence would cost less. */
function sound(): Uint8Array[] {
  let seed = 1
  const noise = (): number => {
    seed = (seed * 48_271) % 0x7fff_ffff
    return seed / 0x7fff_ffff - 0.5
  }
  return Array.from({ length: PACKETS }, (_, n) => {
    const samples = Int16Array.from({ length: SAMPLES }, (_, i) => {
      const t = (n * SAMPLES + i) / 8000
      const pitch = 2 * Math.PI * (160 * t + 8 * Math.sin(5 * t))
      const voice = Math.sin(pitch) + 0.5 * Math.sin(3 * pitch) + 0.25 * Math.sin(7 * pitch) + 0.2 * noise()
      return Math.round(5000 * voice * (0.55 + 0.45 * Math.sin(9 * t)))
    })
    return encodeG711('PCMA', samples)
  })
}

/** Microseconds of processor time for a packet. */
async function costOf(work: (codec: OpusCodec) => void): Promise<number> {
  const costs: number[] = []
  for (let pass = 0; pass < PASSES; pass++) {
    const codec = await createOpusCodec()
    const begun = process.cpuUsage()
    work(codec)
    const { user, system } = process.cpuUsage(begun)
    costs.push((user + system) / PACKETS)
    codec.close()
  }
  return Math.round(10 * Math.min(...costs)) / 10
}

/** Prints one line for each direction, and what both cost a call's leg. */
export async function run(print: (line: string) => void = console.log): Promise<void> {
  const said = sound()
  const packets: Uint8Array[] = []
  const encode = await costOf((codec) => {
    packets.length = 0
    for (const octets of said) packets.push(codec.encode(decodeG711('PCMA', octets))!)
  })
  const decode = await costOf((codec) => {
    for (const packet of packets) encodeG711('PCMA', codec.decode(packet)!)
  })
  const octets = Math.round(packets.reduce((sum, packet) => sum + packet.length, 0) / PACKETS)
  const limit = 'one thread; sockets, relay and secrecy are not in it'
  const shared = { size: PACKETS, peer: null, limit }
  print(JSON.stringify({ bench: 'opus.encode', figure: encode, unit: 'CPU-µs/packet', octets, ...shared }))
  print(JSON.stringify({ bench: 'opus.decode', figure: decode, unit: 'CPU-µs/packet', ...shared }))
  const percent = Math.round(100 * (encode + decode) * PACKETS_PER_S * 1e-4) / 100
  print(JSON.stringify({ bench: 'opus.leg', figure: percent, unit: '% of a core, both ways', ...shared }))
}
