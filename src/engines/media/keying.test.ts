import { describe, expect, it } from 'vitest'
import { DtmfDetector, decodeG711 } from '#protocols/audio'
import type { MediaCodec } from '#protocols/control'
import { TelephoneEventReceiver } from '#protocols/rtp'
import { type KeyedPacket, Keying } from './keying.ts'

const CODEC: MediaCodec = { name: 'PCMA', payloadType: 8, ptimeMs: 20 }

function all(keying: Keying, asEvents: boolean): readonly KeyedPacket[] {
  const packets: KeyedPacket[] = []
  for (let next = keying.next(CODEC, asEvents); next; next = keying.next(CODEC, asEvents)) packets.push(next)
  return packets
}

describe('digits that are keyed in to a party', () => {
  it('are telephone events, one after the other, each with its beginning', () => {
    const keying = new Keying()
    keying.add('a', '1#5')
    expect(keying.busy).toBe(true)
    const receiver = new TelephoneEventReceiver()
    const heard: string[] = []
    let timestamp = 0
    for (const [index, packet] of all(keying, true).entries()) {
      if (packet.type !== 'event') continue
      if (packet.first) timestamp = index * 160
      for (const { digit } of receiver.receive(packet.payload, timestamp, index * 20)) heard.push(digit)
    }
    expect(heard).toEqual(['1', '#', '5'])
    expect(keying.busy).toBe(false)
  })

  it('are tones for a party that knows no events', () => {
    const keying = new Keying()
    keying.add('a', '73')
    const detector = new DtmfDetector()
    const heard: string[] = []
    for (const packet of all(keying, false)) {
      const sound = packet.type === 'tone' ? decodeG711('PCMA', packet.payload) : new Int16Array(160)
      heard.push(...detector.push(sound).map(({ digit }) => digit))
    }
    expect(heard).toEqual(['7', '3'])
  })

  it('are sent once, however often they are asked for, and never without bound', () => {
    const keying = new Keying()
    keying.add('a', '1')
    keying.add('a', '1')
    expect(all(keying, true).filter((packet) => packet.type === 'event' && packet.first)).toHaveLength(1)
    for (let n = 0; n < 10; n++) keying.add(`b${n}`, '0'.repeat(32))
    expect(all(keying, true).filter((packet) => packet.type === 'event' && packet.first)).toHaveLength(64)
  })
})
