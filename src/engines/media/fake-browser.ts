/** For tests: a browser's WebRTC on real sockets, made of an independent implementation, which keeps what it hears. */
import { MediaStreamTrack, RTCPeerConnection, RTCRtpCodecParameters, RtpHeader, RtpPacket } from 'werift'
import { assert } from '#base'
import type { MediaLocal } from '#protocols/control'
import { makeAnswer, readAnswer } from '#protocols/sdp'

/** How each codec stands in its SDP, and how long 20 ms are on its clock. */
const CODECS = {
  PCMU: { payloadType: 0, clockRate: 8000, channels: 1, steps: 160 },
  PCMA: { payloadType: 8, clockRate: 8000, channels: 1, steps: 160 },
  opus: { payloadType: 111, clockRate: 48_000, channels: 2, steps: 960 },
} as const

export class FakeBrowser {
  readonly heard: Buffer[] = []
  readonly #connection: RTCPeerConnection
  readonly #track = new MediaStreamTrack({ kind: 'audio' })
  readonly #waiting = new Set<() => void>()
  #sequence = 1000

  readonly #codec: keyof typeof CODECS

  constructor(codec: keyof typeof CODECS = 'PCMU') {
    this.#codec = codec
    const { payloadType, clockRate, channels } = CODECS[codec]
    const parameters = new RTCRtpCodecParameters({ mimeType: `audio/${codec}`, clockRate, channels, payloadType })
    this.#connection = new RTCPeerConnection({ codecs: { audio: [parameters] }, iceServers: [] })
    this.#connection.addTrack(this.#track)
  }

  get state(): string {
    return this.#connection.connectionState
  }

  /** Its offer, and what a core reads of its certificate there. */
  async offer(restart = false): Promise<{ readonly sdp: string; readonly fingerprint: string }> {
    await this.#connection.setLocalDescription(await this.#connection.createOffer({ iceRestart: restart }))
    const { sdp } = this.#connection.localDescription!
    if (!restart) this.#listen()
    const read = readAnswer(sdp, {
      address: '127.0.0.1',
      port: 9,
      webrtc: { ufrag: '', password: '', fingerprint: '' },
      codecs: [this.#codec],
    })
    assert(read.ok && read.agreed.webrtc, 'its offer is one of WebRTC')
    return { sdp, fingerprint: read.agreed.webrtc.fingerprint }
  }

  /** Real browsers take a stream whose SSRC was not announced; this one's router does not, so it is heard before that. */
  #listen(): void {
    this.#connection.dtlsTransports[0]!.onRtp.subscribe((packet) => {
      this.heard.push(packet.payload)
      for (const check of this.#waiting) check()
    })
  }

  /** Takes the answer of a core whose media process said this. */
  async answered(offer: string, local: MediaLocal): Promise<string> {
    const made = makeAnswer(offer, { ...local, codecs: [this.#codec] }, {})
    assert(made.ok, 'our own side answers its offer')
    await this.#connection.setRemoteDescription({ type: 'answer', sdp: made.answer.text })
    return made.answer.text
  }

  /** Sends one packet. */
  send(payload: Buffer): void {
    const { payloadType, steps } = CODECS[this.#codec]
    const header = new RtpHeader({
      sequenceNumber: this.#sequence,
      timestamp: this.#sequence * steps,
      ssrc: 1,
      payloadType,
    })
    this.#sequence++
    this.#track.writeRtp(new RtpPacket(header, payload))
  }

  until(condition: (heard: readonly Buffer[]) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = (): void => {
        if (!condition(this.heard)) return
        this.#waiting.delete(check)
        resolve()
      }
      this.#waiting.add(check)
      check()
    })
  }

  connected(): Promise<void> {
    return new Promise((resolve) => {
      if (this.state === 'connected') resolve()
      else this.#connection.connectionStateChange.subscribe((state) => state === 'connected' && resolve())
    })
  }

  close(): Promise<void> {
    return this.#connection.close()
  }
}
