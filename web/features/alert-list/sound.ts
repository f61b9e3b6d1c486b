const LOUDNESS = 0.15
const LENGTH_S = 0.35

/** A short tone of so many Hz. A browser that wants a click first says nothing: the words are on the page. */
export function sound(hertz: number): void {
  const context = new AudioContext()
  const tone = context.createOscillator()
  const gain = context.createGain()
  tone.frequency.value = hertz
  gain.gain.value = LOUDNESS
  tone.connect(gain).connect(context.destination)
  tone.onended = () => void context.close()
  tone.start()
  tone.stop(context.currentTime + LENGTH_S)
}
