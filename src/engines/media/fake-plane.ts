/** For tests: a packet plane whose events are kept, and what is usually asked of it. */
import { expect } from 'vitest'
import { transcodeG711 } from '#protocols/audio'
import type { Hears, MediaCodec, MediaSpec, RecordingId } from '#protocols/control'
import { sequenceDelta } from '#protocols/rtp'
import type { FakeParty, HeardPacket } from './fake-party.ts'
import { PacketPlane } from './packet-plane.ts'
import type { PlaneEvent, PortRange } from './plane-port.ts'
import type { Sound } from './sound.ts'

export const ULAW: MediaCodec = { name: 'PCMU', payloadType: 0, ptimeMs: 20 }
export const ALAW: MediaCodec = { name: 'PCMA', payloadType: 8, ptimeMs: 20 }

/** A sound whose octets count up, so that every place in it is known. */
export function counting(length: number): Sound {
  const PCMU = Uint8Array.from({ length }, (_, i) => i % 251)
  const PCMA = new Uint8Array(length)
  transcodeG711('PCMU', PCMU, PCMA)
  return { PCMU, PCMA }
}

export interface PlaneBench {
  readonly plane: PacketPlane
  readonly events: PlaneEvent[]
  /** The sound of each recording so far. */
  recorded(id: RecordingId): Buffer
  transcoded(): number
  event(matches: (event: PlaneEvent) => boolean): Promise<PlaneEvent>
}

export interface PlaneBenchOptions {
  readonly prompts?: Record<string, Sound>
  readonly silenceAlarmMs?: number
  readonly sessionsMax?: number
  readonly ports: PortRange
  /** Takes the packets of DTLS handshakes. */
  handshake?(session: string, packet: Uint8Array): void
}

export function benchPlane(options: PlaneBenchOptions): PlaneBench {
  const { prompts = {}, silenceAlarmMs = 60_000, sessionsMax = 10, ports } = options
  const sounds = new Map<RecordingId, Uint8Array[]>()
  const events: PlaneEvent[] = []
  const checks = new Set<() => void>()
  let transcoded = 0
  const plane = new PacketPlane({
    settings: {
      address: '127.0.0.1',
      advertised: '127.0.0.1',
      ports,
      sessionsMax,
      silenceAlarmMs,
      cname: 'test@tandem',
    },
    prompts: new Map(Object.entries(prompts)),
    output: {
      event: (event) => {
        events.push(event)
        for (const check of checks) check()
      },
      handshake: (session, packet) => options.handshake?.(session, packet),
      samples(recording, octets) {
        sounds.set(recording, [...(sounds.get(recording) ?? []), octets])
      },
      full() {},
      wanted() {},
    },
    transcode: (...args) => {
      transcoded++
      transcodeG711(...args)
    },
  })
  const event = (matches: (event: PlaneEvent) => boolean) =>
    new Promise<PlaneEvent>((resolve) => {
      const check = () => {
        const found = events.find(matches)
        if (!found) return
        checks.delete(check)
        resolve(found)
      }
      checks.add(check)
      check()
    })
  const recorded = (id: RecordingId) => Buffer.concat(sounds.get(id) ?? [])
  return { plane, events, recorded, transcoded: () => transcoded, event }
}

export async function join(plane: PacketPlane, id: string, who: FakeParty, spec: Partial<MediaSpec>): Promise<void> {
  const full: MediaSpec = {
    remote: who.address,
    codec: ULAW,
    sends: true,
    receives: true,
    hears: { type: 'silence' },
    ...spec,
  }
  who.target = (await plane.set(id, full)).port
}

/** One SSRC, numbers without a hole, timestamps that never go back. */
export function expectContinuous(heard: readonly HeardPacket[]): void {
  expect(new Set(heard.map((packet) => packet.ssrc)).size).toBe(1)
  for (let i = 1; i < heard.length; i++) {
    expect(sequenceDelta(heard[i]!.sequence, heard[i - 1]!.sequence)).toBe(1)
    expect((heard[i]!.timestamp - heard[i - 1]!.timestamp) | 0).toBeGreaterThanOrEqual(160)
  }
}

export const program = (id: string, repeat: boolean, ...prompts: string[]): Hears => ({
  type: 'program',
  program: id,
  items: prompts.map((prompt) => ({ type: 'prompt', prompt })),
  repeat,
})
