import type { MediaSessionId } from '#protocols/control'
import type { PlaneEvent } from './plane-port.ts'
import type { SoundSource } from './program.ts'
import type { Transcode } from './recording-tap.ts'
import type { TickWheel } from './tick-wheel.ts'

/** What all sessions of a packet thread share. */
export interface SessionContext {
  readonly wheel: TickWheel
  readonly sounds: SoundSource
  readonly transcode: Transcode
  readonly silenceAlarmMs: number
  readonly cname: string
  monotonic(): number
  now(): number
  event(event: PlaneEvent): void
  /** A packet of a DTLS handshake, for the control thread. */
  handshake(session: MediaSessionId, packet: Uint8Array): void
}
