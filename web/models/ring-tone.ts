/** Two tones as a telephone has them, soft enough for a headset. */
const TONES_HZ = [440, 480] as const
const VOLUME = 0.08
/** A ring of a second, then silence for two. */
const RING_S = 1
const PAUSE_S = 2

/** Something that rings until it is told to stop. */
export interface RingTone {
  start(): void
  stop(): void
}

/** Rings by the browser's own tones: nothing has to be loaded. A browser that does not let a page sound yet stays silent. */
export function browserRingTone(): RingTone {
  let context: AudioContext | undefined
  let timer: ReturnType<typeof setInterval> | undefined
  const ring = (): void => {
    if (!context) return
    const gain = context.createGain()
    gain.gain.value = VOLUME
    gain.connect(context.destination)
    for (const hz of TONES_HZ) {
      const tone = context.createOscillator()
      tone.frequency.value = hz
      tone.connect(gain)
      tone.start()
      tone.stop(context.currentTime + RING_S)
    }
  }
  return {
    start() {
      if (timer !== undefined) return
      context ??= new AudioContext()
      void context.resume().catch(() => {})
      ring()
      timer = setInterval(ring, (RING_S + PAUSE_S) * 1000)
    },
    stop() {
      clearInterval(timer)
      timer = undefined
      void context?.close().catch(() => {})
      context = undefined
    },
  }
}
