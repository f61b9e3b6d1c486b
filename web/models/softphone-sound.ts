import type { SoundPort } from './softphone-sip.ts'

/** Two tones of a second in four (ITU-T E.180 leaves it to the country): clearly a phone, and no alarm. */
const RING_HZ = [440, 480] as const
const RING_ON_S = 1
const RING_EVERY_MS = 4000
const RING_GAIN = 0.08

/** What is heard is played by an element, so that the browser's own echo cancelling knows of it. */
const SAMPLES = 512

interface Meter {
  readonly analyser: AnalyserNode
  readonly samples: Float32Array<ArrayBuffer>
}

/** The browser's sound. Everything is made when it is first needed: browsers allow no sound before somebody has clicked. */
export function browserSound(): SoundPort {
  const element = new Audio()
  element.autoplay = true
  let context: AudioContext | undefined
  let ringing: ReturnType<typeof setInterval> | undefined
  const meters = new WeakMap<MediaStream, Meter>()
  const audio = (): AudioContext => {
    context ??= new AudioContext()
    if (context.state === 'suspended') void context.resume().catch(() => {})
    return context
  }
  const ringOnce = (): void => {
    const at = audio()
    const gain = new GainNode(at, { gain: RING_GAIN })
    gain.connect(at.destination)
    for (const frequency of RING_HZ) {
      const tone = new OscillatorNode(at, { frequency })
      tone.connect(gain)
      tone.start()
      tone.stop(at.currentTime + RING_ON_S)
    }
  }
  const meterOf = (stream: MediaStream): Meter => {
    const known = meters.get(stream)
    if (known) return known
    const at = audio()
    const analyser = new AnalyserNode(at, { fftSize: SAMPLES })
    at.createMediaStreamSource(stream).connect(analyser)
    const meter = { analyser, samples: new Float32Array(SAMPLES) }
    meters.set(stream, meter)
    return meter
  }
  return {
    microphone: (device) =>
      navigator.mediaDevices.getUserMedia({
        audio: {
          echoCancellation: true,
          noiseSuppression: true,
          autoGainControl: true,
          // A device that is gone is no reason for having none.
          ...(device !== undefined && { deviceId: { ideal: device } }),
        },
      }),
    release: (stream) => {
      for (const track of stream.getTracks()) track.stop()
    },
    devices: async () => (await navigator.mediaDevices?.enumerateDevices()) ?? [],
    onDevicesChanged: (call) => {
      navigator.mediaDevices?.addEventListener('devicechange', call)
      return () => navigator.mediaDevices?.removeEventListener('devicechange', call)
    },
    play: (stream, output) => {
      element.srcObject = stream ?? null
      if (!stream) return
      if (output !== undefined && 'setSinkId' in element) void element.setSinkId(output).catch(() => {})
      void element.play().catch(() => {})
    },
    ring: (on) => {
      clearInterval(ringing)
      ringing = undefined
      if (!on) return
      ringOnce()
      ringing = setInterval(ringOnce, RING_EVERY_MS)
    },
    level: (stream) => {
      if (!stream?.active) return 0
      const { analyser, samples } = meterOf(stream)
      analyser.getFloatTimeDomainData(samples)
      let sum = 0
      for (const sample of samples) sum += sample * sample
      return Math.min(1, Math.sqrt(sum / samples.length) * 4)
    },
  }
}
