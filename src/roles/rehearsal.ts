import { createVoiceAdapter, type VoiceAdapter } from '#adapters/voice'
import { silentLogger, systemClock } from '#base'
import { Fold, Sequencer } from '#engines/sequencer'
import type { ChannelClient, ChannelClientOptions, EdgeNotice, MediaRequest } from '#protocols/control'
import { MemoryLog } from '#seams/log'
import { CORE_MACHINES, type CoreMachines } from './core-machines.ts'
import { firstConfiguration } from './seed.ts'

/** Calls of one round before the takeover, and as many behind it. */
const CALLS = 40

/** What is run some hundred times is compiled: the fourth round takes half of the first one's processor time, and all together 0.7 s. Further ones gain less than they cost. */
const ROUNDS = 4

/** A round that takes longer is given up: the machine has something better to do. */
const ROUND_MS_MAX = 10_000

/** After each call so many times its length is given to others, who have something real to do: a fifth of a processor at most is taken. */
const REST_FACTOR = 4

/** How much is rehearsed, and how long each round may take. */
export interface RehearsalLimits {
  readonly rounds?: number
  readonly roundMsMax?: number
}

/** What is dialled in turn: a queue, in which nobody answers, and the echo. */
const NUMBERS = ['1001', '1009'] as const

const ADDRESS = '192.0.2.1'
const EDGE = { host: 'edge.invalid', port: 1 }
const MEDIA = { host: 'media.invalid', port: 1 }
/** Where all calls come from. */
const SOURCE = { transport: 'udp', address: ADDRESS, port: 5060 } as const

/** What came of a rehearsal. */
export interface Rehearsed {
  /** Calls that were answered. */
  readonly answered: number
  readonly rounds: number
}

/**
 * Plays calls and a takeover to itself, in memory and with nobody outside. A core that has only followed runs everything else for the first time when it becomes
 * primary, and what runs for the first time is slow: callers would wait for the compiler.
 */
export async function rehearse(signal: AbortSignal, limits: RehearsalLimits = {}): Promise<Rehearsed> {
  const { rounds: roundsMax = ROUNDS, roundMsMax = ROUND_MS_MAX } = limits
  let answered = 0
  let rounds = 0
  for (; rounds < roundsMax && !signal.aborted; rounds++) {
    const stage = new Stage()
    const late = systemClock.after(roundMsMax, () => stage.end())
    signal.addEventListener('abort', () => stage.end(), { once: true })
    await stage.play()
    late.stop()
    answered += stage.answered
  }
  return { answered, rounds }
}

/** One round: calls come, another core takes over with all of them standing, more calls come, and all hang up. */
class Stage {
  answered = 0
  readonly #log = new MemoryLog({ holds: (term) => term === this.#term })
  readonly #answers = new Map<string, (response: string) => void>()
  readonly #ports = new Map<string, number>()
  #term = 0
  #calls = 0
  #message: (text: string) => void = () => {}
  #over = false
  readonly #ended = Promise.withResolvers<void>()

  async play(): Promise<void> {
    const standing: Hanging[] = []
    for (let life = 0; life < 2 && !this.#over; life++) {
      const { voice, sequencer } = await this.#lead()
      for (let call = 0; call < CALLS && !this.#over; call++) {
        const begunAt = systemClock.monotonic()
        const answered = await Promise.race([this.#call(), this.#ended.promise])
        if (answered) standing.push(answered)
        await Promise.race([rest(REST_FACTOR * (systemClock.monotonic() - begunAt)), this.#ended.promise])
      }
      if (life === 1) await this.#hangUp(standing)
      await voice.close()
      await sequencer.close()
    }
  }

  /** What waits is given up. */
  end(): void {
    this.#over = true
    this.#ended.resolve()
  }

  async #lead(): Promise<{ readonly voice: VoiceAdapter; readonly sequencer: Sequencer<CoreMachines> }> {
    const common = { clock: systemClock, logger: silentLogger, term: ++this.#term }
    const fold = new Fold(CORE_MACHINES, silentLogger)
    await fold.load(this.#log)
    const sequencer = await Sequencer.open({
      ...common,
      machines: CORE_MACHINES,
      log: this.#log,
      fold,
      onStopped: () => this.end(),
    })
    if (sequencer.committed.sequence === 0)
      await sequencer.submit([{ machine: 'centre', command: firstConfiguration(true) }])
    const voice = createVoiceAdapter({
      ...common,
      sequencer,
      edges: [EDGE],
      media: [MEDIA],
      secret: '',
      core: 'rehearsal',
      credentialOf: () => ({}),
      connect: (options) => this.#connect(options),
    })
    voice.start()
    const isLinked = () => [...voice.status().edges, ...voice.status().media].every(({ connected }) => connected)
    while (!this.#over && !isLinked()) await turn()
    return { voice, sequencer }
  }

  #connect({ address, connected, notice }: ChannelClientOptions): ChannelClient {
    const isEdge = address.host === EDGE.host
    const channel: ChannelClient = {
      connected: true,
      notify: (told) => {
        if (isEdge) this.#told(told as { readonly type: string; readonly message?: string })
        return true
      },
      request: async (request) => this.#media(request as MediaRequest),
      close: () => Promise.resolve(),
    }
    const common = { name: address.host, instance: 'rehearsal' }
    const greeting = isEdge
      ? { role: 'edge', ...common, sipHost: ADDRESS, sipPort: 5060 }
      : { role: 'media', ...common }
    if (isEdge)
      this.#message = (message) => notice?.({ type: 'sip', message, source: SOURCE } satisfies EdgeNotice, channel)
    setImmediate(() => connected?.(greeting, channel))
    return channel
  }

  #media(request: MediaRequest): unknown {
    if (request.type === 'claim') return { sessions: [...this.#ports.keys()] }
    if (request.type !== 'set') return {}
    const port = this.#ports.get(request.session) ?? 10_000 + 2 * this.#ports.size
    this.#ports.set(request.session, port)
    return { local: { address: ADDRESS, port } }
  }

  #told({ type, message = '' }: { readonly type: string; readonly message?: string }): void {
    const status = type === 'sip' ? /^SIP\/2\.0 ([2-6]\d\d)/.exec(message) : undefined
    if (!status) return
    const key = `${headerOf(message, 'CSeq')} ${headerOf(message, 'Call-ID')}`
    this.#answers.get(key)?.(message)
    this.#answers.delete(key)
  }

  async #call(): Promise<Hanging> {
    const number = NUMBERS[this.#calls % NUMBERS.length] ?? ''
    const callId = `rehearsal-${this.#calls++}`
    const from = `<sip:${callId}@${ADDRESS}>;tag=${callId}`
    const uri = `sip:${number}@${ADDRESS}`
    const answer = await this.#ask(requestOf('INVITE', { uri, callId, from, to: `<${uri}>`, cseq: 1, body: OFFER }))
    if (answer.startsWith('SIP/2.0 200')) this.answered++
    const contact = /<([^>]+)>/.exec(headerOf(answer, 'Contact'))?.[1] ?? uri
    const dialog = { uri: contact, callId, from, to: headerOf(answer, 'To') }
    this.#message(requestOf('ACK', { ...dialog, cseq: 1 }))
    return dialog
  }

  async #hangUp(calls: readonly Hanging[]): Promise<void> {
    for (const dialog of calls) {
      if (this.#over) return
      await Promise.race([this.#ask(requestOf('BYE', { ...dialog, cseq: 2 })), this.#ended.promise])
    }
  }

  #ask(request: string): Promise<string> {
    return new Promise((resolve) => {
      this.#answers.set(`${headerOf(request, 'CSeq')} ${headerOf(request, 'Call-ID')}`, resolve)
      this.#message(request)
    })
  }
}

/** A dialog as its caller knows it. */
interface Hanging {
  readonly uri: string
  readonly callId: string
  readonly from: string
  readonly to: string
}

function rest(ms: number): Promise<void> {
  return new Promise((resolve) => systemClock.after(ms, resolve))
}

/** Others have their turn. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

const OFFER = `v=0
o=- 1 1 IN IP4 ${ADDRESS}
s=-
c=IN IP4 ${ADDRESS}
t=0 0
m=audio 20000 RTP/AVP 0 8 101
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
a=sendrecv
`.replaceAll('\n', '\r\n')

function requestOf(method: string, request: Hanging & { readonly cseq: number; readonly body?: string }): string {
  const { uri, callId, from, to, cseq, body = '' } = request
  return [
    `${method} ${uri} SIP/2.0`,
    `Via: SIP/2.0/UDP ${ADDRESS}:5060;branch=z9hG4bK${callId}${method}`,
    'Max-Forwards: 70',
    `From: ${from}`,
    `To: ${to}`,
    `Call-ID: ${callId}`,
    `CSeq: ${cseq} ${method}`,
    `Contact: <sip:${callId}@${ADDRESS}:5060>`,
    ...(body === '' ? [] : ['Content-Type: application/sdp']),
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n')
}

function headerOf(message: string, name: string): string {
  return new RegExp(`^${name}: (.*?)\\r?$`, 'im').exec(message)?.[1] ?? ''
}
