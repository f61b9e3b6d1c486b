import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { STEP_MS_MAX } from './page-kit.ts'

/** The browser that the machine brings. */
export const CHROMIUM = process.env['TANDEM_CHROMIUM'] ?? '/usr/bin/chromium'

/** A browser with a microphone that is none (a tone that comes and goes), and nobody to be asked for it. */
export function launchWithMicrophone(executablePath: string = CHROMIUM): Promise<Browser> {
  return chromium.launch({
    executablePath,
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
      testNote(this)
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
  const counts = { received: 0, lost: 0, sent: 0 }
  for (const entry of ((await testConnections.at(-1)?.getStats()) ?? new Map()).values()) {
    if (entry.type === 'inbound-rtp') {
      counts.received += entry.packetsReceived
      counts.lost += entry.packetsLost
    }
    if (entry.type === 'outbound-rtp') counts.sent += entry.packetsSent
  }
  return counts
})()`

const CODECS_SCRIPT = `(async () => {
  const stats = (await testConnections.at(-1)?.getStats()) ?? new Map()
  const codecs = {}
  for (const { type, codecId } of stats.values()) {
    const codec = stats.get(codecId)
    if (type === 'inbound-rtp' && codec) codecs.heard = codec.mimeType + '/' + codec.clockRate
    if (type === 'outbound-rtp' && codec) codecs.said = codec.mimeType + '/' + codec.clockRate
  }
  return codecs
})()`

/** Runs in the page from its beginning: notes every 20 ms which tone stands out of what the newest connection brings, when it is another one. */
const LISTEN_SCRIPT = `
  globalThis.testTones = []
  let audio
  const listen = () => {
    const track = testConnections.at(-1)?.getReceivers().find((one) => one.track.kind === 'audio')?.track
    if (!track) return
    audio ??= new AudioContext()
    if (track !== listen.track) {
      listen.track = track
      listen.analyser = new AnalyserNode(audio, { fftSize: 2048, smoothingTimeConstant: 0 })
      audio.createMediaStreamSource(new MediaStream([track])).connect(listen.analyser)
      listen.bins = new Float32Array(listen.analyser.frequencyBinCount)
    }
    const { analyser, bins } = listen
    analyser.getFloatFrequencyData(bins)
    let loudest = 0
    for (let i = 1; i < bins.length; i++) if (bins[i] > bins[loudest]) loudest = i
    const hertz = bins[loudest] > -60 ? Math.round((loudest * audio.sampleRate) / analyser.fftSize) : 0
    if (testTones.at(-1)?.hertz !== hertz) testTones.push({ at: Date.now(), hertz })
    if (testTones.length > 2000) testTones.shift()
  }
  setInterval(listen, 20)
`

/** Runs in the page from its beginning: notes what the page says of its line, and when. */
const QUALITY_SCRIPT = `
  globalThis.testQualities = []
  const look = () => {
    const quality = document.querySelector('[data-quality]')?.getAttribute('data-quality')
    if (quality && testQualities.at(-1)?.quality !== quality) testQualities.push({ at: Date.now(), quality })
  }
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributeFilter: ['data-quality'] })
`

/**
 * Runs in the page from its beginning: notes when each step on the way to sound was done, so that a figure says where its time went. Of
 * SIP and of the live board: asked for, open, and what is said first over each.
 */
const STEPS_SCRIPT = `
  globalThis.testSteps = [{ at: performance.timeOrigin, step: 'page' }]
  const done = (step) => {
    testSteps.push({ at: Date.now(), step })
    if (testSteps.length > 500) testSteps.shift()
  }
  addEventListener('DOMContentLoaded', () => done('parsed'))
  const sipStep = (text) => {
    const [first] = text.split('\\r\\n', 1)
    const answered = first.startsWith('SIP/2.0') ? first.split(' ')[1] + ' ' : ''
    const method = (answered ? /\\nCSeq: *\\d+ (\\w+)/i.exec(text)?.[1] : first.split(' ')[0]) ?? ''
    return answered + method
  }
  globalThis.WebSocket = class extends WebSocket {
    constructor(url, protocols) {
      super(url, protocols)
      const name = protocols === 'sip' || String(protocols).includes('sip') ? 'sip' : 'live'
      done(name + ' asks')
      this.addEventListener('open', () => done(name + ' open'))
      this.addEventListener('close', () => done(name + ' closed'))
      const heard = ({ data }) => {
        if (name === 'sip') return done('< ' + sipStep(String(data)))
        done('live told')
        this.removeEventListener('message', heard)
      }
      this.addEventListener('message', heard)
      this.isSip = name === 'sip'
    }
    send(data) {
      if (this.isSip) done('> ' + sipStep(String(data)))
      super.send(data)
    }
  }
  const plainFetch = globalThis.fetch
  globalThis.fetch = async (input, init) => {
    const path = String(input)
    const response = await plainFetch(input, init)
    if (!path.endsWith('.json')) done(path.replace('/api/v1', '') + ' ' + response.status)
    return response
  }
  globalThis.testNote = (connection) => {
    done('connection made')
    connection.addEventListener('connectionstatechange', () => done('media ' + connection.connectionState))
    connection.addEventListener('iceconnectionstatechange', () => done('ice ' + connection.iceConnectionState))
  }
`

const PORT_SCRIPT = `(async () => {
  const entries = [...(await testConnections.at(-1).getStats()).values()]
  const { selectedCandidatePairId } = entries.find(({ type }) => type === 'transport')
  const pair = entries.find(({ id }) => id === selectedCandidatePairId)
  return entries.find(({ id }) => id === pair.remoteCandidateId).port
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
  page.setDefaultTimeout(STEP_MS_MAX)
  await page.addInitScript(STEPS_SCRIPT)
  await page.addInitScript(TONE_SCRIPT.replace('HERTZ', String(hertz)))
  await page.addInitScript(LISTEN_SCRIPT)
  await page.addInitScript(QUALITY_SCRIPT)
  await page.goto(address)
  return page
}

/** What the newest connection of the tab has received and sent so far. */
export function packetsOf(
  page: Page,
): Promise<{ readonly received: number; readonly lost: number; readonly sent: number }> {
  return page.evaluate(PACKETS_SCRIPT)
}

/** What the newest connection of the tab sends and receives in, with its clock: `audio/opus/48000`. */
export function codecsOf(page: Page): Promise<{ readonly said?: string; readonly heard?: string }> {
  return page.evaluate(CODECS_SCRIPT)
}

/** The loudest frequency of what the tab hears, in hertz; 0 when nothing stands out. */
export function heardTone(page: Page): Promise<number> {
  return page.evaluate(HEARD_SCRIPT)
}

/** When the tab first heard that tone at or after that moment, by the machine's clock; undefined while it has not. */
export function heardAfter(page: Page, hertz: number, since: number): Promise<number | undefined> {
  return page.evaluate(
    ([wanted, from]) => {
      const tones = (globalThis as unknown as { testTones: { at: number; hertz: number }[] }).testTones
      const isWanted = ({ hertz }: { hertz: number }): boolean => Math.abs(hertz - wanted!) < 30
      const then = tones.findLast(({ at }) => at < from!)
      return then && isWanted(then) ? from : tones.find((tone) => tone.at >= from! && isWanted(tone))?.at
    },
    [hertz, since],
  )
}

/** What the tab did on its way to sound from that moment until the other one, each step with how long after the first it was done. */
export async function stepsOf(page: Page, from: number, until: number): Promise<readonly string[]> {
  const steps = await page.evaluate(
    () => (globalThis as unknown as { testSteps: { at: number; step: string }[] }).testSteps,
  )
  return steps
    .filter(({ at }) => at >= from - 1 && at <= until)
    .map(({ at, step }) => `${Math.round(at - from)} ${step}`)
}

/** The server's port that the tab's sound goes to and comes from. */
export function mediaPortOf(page: Page): Promise<number> {
  return page.evaluate(PORT_SCRIPT)
}

/** When the page first said that of its line at or after that moment; undefined while it has not. */
export function saidOfLine(page: Page, quality: string, since: number): Promise<number | undefined> {
  return page.evaluate(
    ([wanted, from]) => {
      const said = (globalThis as unknown as { testQualities: { at: number; quality: string }[] }).testQualities
      return said.find(({ at, quality }) => at >= (from as number) && quality === wanted)?.at
    },
    [quality, since] as const,
  )
}
