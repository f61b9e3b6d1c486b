import { assertNever, type Clock, type Logger, newId, systemClock, type TandemError } from '#base'
import {
  answerWitnesses,
  type ChannelAddress,
  type ChannelServer,
  createChannelServer,
  type MediaAnswer,
  type MediaGreeting,
  type MediaLocal,
  type MediaRequest,
  type MediaSessionId,
  type MediaSpec,
  type RecordingId,
  type SealedRecording,
  seesAlive,
} from '#protocols/control'
import { EventKeeper } from './event-keeper.ts'
import { Handshakes } from './handshakes.ts'
import { overLoopback } from './own-machine.ts'
import { PacketThread } from './packet-thread.ts'
import type { PlaneOutput, PlanePort, PortRange } from './plane-port.ts'
import { RecordingSpool } from './recording-spool.ts'
import { parseMediaRequest } from './request-schema.ts'
import { SOUND_MARK } from './sound.ts'
import { type Elsewhere, loadPrompts, loadRecording, loadSound } from './sound-loader.ts'

/** Ten seconds without a packet: long past any jitter, short enough to tell a dead phone from a pause. */
const SILENCE_ALARM_MS = 10_000

/** What a media process is started with. */
export interface MediaEngineOptions {
  /** The name of this media process in the pool. */
  readonly name: string
  /** Where RTP is received: an IP literal. */
  readonly listen: string
  /** What parties are told to send to, when that is another address (a wildcard or a translator); `listen` unless told. */
  readonly advertised?: string
  readonly rtpPorts: PortRange
  /** Where cores connect to; port 0 takes a free one. */
  readonly control: ChannelAddress
  /** The secret of the pool. */
  readonly secret: string
  /** The folder of the prompts: `<name>.wav`. */
  readonly prompts: string
  /** The folder of the sounds that administrators gave prompts, `<sha256>.wav`; whoever brings them there may be a moment late. */
  readonly sounds?: string
  /** The folder that recordings are written to. */
  readonly spool: string
  /** The folder that finished recordings are moved to, if they can still be read there as `<recording>.wav`. */
  readonly archive?: string
  /** Where recordings of other machines are asked for, and then lie; unless told there are no others. */
  readonly elsewhere?: Elsewhere
  /** Time without a packet after which `flow` is told: 10 s unless told. */
  readonly silenceAlarmMs?: number
  /** As many as there are pairs of ports, unless told. */
  readonly sessionsMax?: number
  /** What it has to give: half a point for each session, and one for each two of `sessionsMax` unless told. */
  readonly points?: number
  /** The machine that it runs on. */
  readonly node?: string
  /** Other media processes that write to the same spool: what they have begun is theirs to finish. */
  readonly siblings?: readonly string[]
  readonly logger: Logger
  readonly clock?: Clock
  /** The packet thread has died; the process is to end, so that it is started anew. */
  failed?(error: TandemError): void
}

/** A running media process. */
export interface MediaEngine {
  /** Where cores connect to. */
  readonly control: ChannelAddress
  /** Changes with every start. */
  readonly instance: string
  /** Seals the recordings, says goodbye to the parties and ends. */
  close(): Promise<void>
}

/**
 * Starts a media process: finishes recordings that an earlier one left, loads the prompts, starts the packet thread and listens
 * for cores. Rejects with `media.prompts-unreadable` or `channel.listen-failed`.
 */
export async function createMediaEngine(options: MediaEngineOptions): Promise<MediaEngine> {
  const engine = new Engine(options)
  await engine.start()
  return engine
}

class Engine implements MediaEngine {
  readonly instance = newId('media')
  readonly #options: MediaEngineOptions
  readonly #events: EventKeeper
  readonly #spool: RecordingSpool
  readonly #handshakes: Handshakes
  #plane: PlanePort | undefined
  #server: ChannelServer | undefined
  #answering: { close(): Promise<void> } | undefined
  #closing: Promise<void> | undefined

  constructor(options: MediaEngineOptions) {
    this.#options = options
    const { logger, name, spool, siblings = [], clock = systemClock } = options
    this.#events = new EventKeeper({ clock, logger })
    this.#handshakes = new Handshakes({
      logger,
      send: (session, packet) => this.#plane!.handshake(session, packet),
      secured: (session, keys) => this.#plane!.secure(session, keys),
    })
    this.#spool = new RecordingSpool({
      folder: spool,
      media: name,
      siblings,
      clock,
      logger,
      event: (event) => this.#events.add(event),
    })
  }

  get control(): ChannelAddress {
    return this.#server?.address ?? this.#options.control
  }

  async start(): Promise<void> {
    const { logger, name, listen, rtpPorts, secret, control, node } = this.#options
    await this.#spool.recover()
    const prompts = await loadPrompts(this.#options.prompts, logger)
    const sessionsMax = this.#options.sessionsMax ?? Math.floor((rtpPorts.to - rtpPorts.from + 1) / 2)
    this.#plane = new PacketThread({
      settings: {
        address: listen,
        advertised: this.#options.advertised ?? listen,
        ports: rtpPorts,
        sessionsMax,
        silenceAlarmMs: this.#options.silenceAlarmMs ?? SILENCE_ALARM_MS,
        cname: `${name}@tandem`,
      },
      prompts,
      output: this.#output(),
      failed: (error) => this.#failed(error),
    })
    const points = this.#options.points ?? sessionsMax / 2
    const greeting: MediaGreeting = {
      ...{ role: 'media', name, instance: this.instance, points },
      ...(node !== undefined && { node }),
    }
    this.#server = await createChannelServer({
      address: control,
      secret,
      greeting,
      logger,
      connected: (_, channel) => this.#events.connect(channel),
      disconnected: (channel) => this.#events.disconnect(channel),
      request: (request) => this.#request(parseMediaRequest(request)),
    }).catch(async (error: unknown) => {
      await this.#plane?.close()
      throw error
    })
    this.#answering = await answerWitnesses(this.control, secret).catch((error: unknown) => {
      // A datagram is the second way to see that it lives; the connection is the first.
      logger.warn({ error: String(error) }, 'witnesses are answered by connection only')
      return undefined
    })
    logger.info({ name, control: this.control.port, prompts: prompts.size }, 'media process listens')
  }

  close(): Promise<void> {
    this.#closing ??= this.#end()
    return this.#closing
  }

  async #end(): Promise<void> {
    await Promise.all([this.#server?.close(), this.#answering?.close()])
    await Promise.all(this.#spool.ids().map((id) => this.#seal(id).catch(() => undefined)))
    await this.#plane?.close()
    this.#events.close()
  }

  #failed(error: TandemError): void {
    this.#options.logger.error({ error: String(error) }, 'packet thread failed')
    this.#options.failed?.(error)
  }

  #output(): PlaneOutput {
    return {
      event: (event) => this.#events.add(event),
      samples: (recording, octets) => this.#spool.append(recording, octets),
      full: (recording) => {
        this.#seal(recording).catch(() => undefined)
      },
      wanted: (recording) => {
        this.#bring(recording)
      },
      handshake: (session, packet) => this.#handshakes.received(session, packet),
    }
  }

  /** Every request of a core; those of an older term do not get here. */
  async #request(request: MediaRequest): Promise<MediaAnswer<MediaRequest['type']>> {
    const plane = this.#plane!
    switch (request.type) {
      case 'set':
        return { local: await this.#set(request.session, overLoopback(this.#options.listen, request.spec)) }
      case 'remove':
        this.#handshakes.forget(request.session)
        await plane.remove(request.session)
        return {}
      case 'digits':
        await plane.digits(request.session, request.id, request.digits)
        return {}
      case 'record':
        await this.#record(request)
        return {}
      case 'seal':
        return this.#seal(request.recording)
      case 'claim':
        return { sessions: await this.#claim(request) }
      case 'confirm':
        this.#events.confirm(request.event)
        return {}
      case 'statistics':
        return plane.statistics(request.session)
      case 'witness':
        return { alive: await this.#sees(request) }
      default:
        return assertNever(request)
    }
  }

  async #set(session: MediaSessionId, spec: MediaSpec): Promise<MediaLocal> {
    if (!spec.webrtc) {
      const { webrtc: _, ...local } = await this.#plane!.set(session, spec)
      return local
    }
    this.#handshakes.expect(session, spec.webrtc.fingerprint)
    const { webrtc, ...local } = await this.#plane!.set(session, spec)
    return webrtc ? { ...local, webrtc: { ...webrtc, fingerprint: await this.#handshakes.fingerprint() } } : local
  }

  #sees({ host, port, withinMs }: Extract<MediaRequest, { type: 'witness' }>): Promise<boolean> {
    const { secret, clock } = this.#options
    return seesAlive({ host, port }, { secret, withinMs, ...(clock && { clock }) })
  }

  async #record(request: Extract<MediaRequest, { type: 'record' }>): Promise<void> {
    const { recording, spec } = request
    await this.#spool.refuseSealed(recording)
    const started = await this.#plane!.record(recording, spec)
    try {
      await this.#spool.begin(recording, spec, started)
    } catch (error) {
      await this.#plane!.finish(recording)
      throw error
    }
  }

  async #seal(recording: RecordingId): Promise<SealedRecording> {
    // Without its thread a recording has no more sound to come; what there is, is sealed all the same.
    await this.#plane!.finish(recording).catch(() => false)
    return this.#spool.seal(recording)
  }

  async #claim(request: Extract<MediaRequest, { type: 'claim' }>): Promise<readonly string[]> {
    const claimed = new Set(request.recordings)
    const sealed = this.#spool.ids().filter((id) => !claimed.has(id))
    const sessions = this.#plane!.keep(request.sessions)
    this.#handshakes.keep(request.sessions)
    for (const id of sealed) this.#seal(id).catch(() => undefined)
    return sessions
  }

  async #bring(recording: RecordingId): Promise<void> {
    const { spool, archive, elsewhere, sounds, logger, clock = systemClock } = this.#options
    if (recording.startsWith(SOUND_MARK)) {
      const sound = await loadSound(recording.slice(SOUND_MARK.length), sounds, clock).catch((error: Error) => {
        logger.warn({ problem: error.message }, 'a prompt is played without the sound that it was given')
        return { failed: error.message }
      })
      this.#plane!.bring(recording, sound)
      return
    }
    await this.#spool.settled(recording)
    const folders = [spool, ...(archive === undefined ? [] : [archive])]
    const sound = await loadRecording(recording, { folders, elsewhere, clock }).catch((error: Error) => {
      logger.warn({ recording, problem: error.message }, 'a recording that somebody is to hear cannot be played')
      return { failed: error.message }
    })
    this.#plane!.bring(recording, sound)
  }
}
