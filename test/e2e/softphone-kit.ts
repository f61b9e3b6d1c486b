import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

/** The browser that the machine brings. */
const CHROMIUM = process.env['TANDEM_CHROMIUM'] ?? '/usr/bin/chromium'

/** A browser with a microphone that is none (a tone that comes and goes), and nobody to be asked for it. */
export function launchWithMicrophone(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      '--autoplay-policy=no-user-gesture-required',
    ],
  })
}

/** Runs in the page before anything of its own: the microphone is a pure tone, and connections are remembered. */
const TONE_SCRIPT = `
  globalThis.testConnections = []
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration) {
      super(configuration)
      testConnections.push(this)
    }
  }
  navigator.mediaDevices.getUserMedia = async () => {
    const audio = new AudioContext()
    const tone = new OscillatorNode(audio, { frequency: HERTZ })
    const out = audio.createMediaStreamDestination()
    tone.connect(new GainNode(audio, { gain: 0.5 })).connect(out)
    tone.start()
    await audio.resume()
    return out.stream
  }
`

const PACKETS_SCRIPT = `(async () => {
  const counts = { received: 0, sent: 0 }
  for (const entry of ((await testConnections.at(-1)?.getStats()) ?? new Map()).values()) {
    if (entry.type === 'inbound-rtp') counts.received += entry.packetsReceived
    if (entry.type === 'outbound-rtp') counts.sent += entry.packetsSent
  }
  return counts
})()`

const HEARD_SCRIPT = `(async () => {
  const track = testConnections.at(-1)?.getReceivers().find((one) => one.track.kind === 'audio')?.track
  if (!track) return 0
  const audio = new AudioContext()
  await audio.resume()
  const analyser = new AnalyserNode(audio, { fftSize: 4096, smoothingTimeConstant: 0 })
  audio.createMediaStreamSource(new MediaStream([track])).connect(analyser)
  await new Promise((resolve) => setTimeout(resolve, 300))
  const bins = new Float32Array(analyser.frequencyBinCount)
  analyser.getFloatFrequencyData(bins)
  const loudest = bins.indexOf(Math.max(...bins))
  const middle = [...bins].sort((one, other) => one - other)[bins.length >> 1]
  const hertz = (loudest * audio.sampleRate) / analyser.fftSize
  await audio.close()
  return bins[loudest] - middle > 20 ? hertz : 0
})()`

/** A tab whose microphone is a pure tone. */
export async function openWithTone(context: BrowserContext, address: string, hertz: number): Promise<Page> {
  const page = await context.newPage()
  await page.addInitScript(TONE_SCRIPT.replace('HERTZ', String(hertz)))
  await page.goto(address)
  return page
}

/** What the newest connection of the tab has received and sent so far. */
export function packetsOf(page: Page): Promise<{ readonly received: number; readonly sent: number }> {
  return page.evaluate(PACKETS_SCRIPT)
}

/** The loudest frequency of what the tab hears, in hertz; 0 when nothing stands out. */
export function heardTone(page: Page): Promise<number> {
  return page.evaluate(HEARD_SCRIPT)
}
