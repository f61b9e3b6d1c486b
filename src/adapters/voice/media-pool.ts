import type { Millis } from '#base'
import type { ChannelAddress, MediaLocal, MediaSpec, RecordingSpec } from '#protocols/control'
import type { VoiceContext } from './context.ts'
import { addressKey, type PeerOptions, sortOut } from './edge-pool.ts'
import { type MediaHandlers, MediaLink, type MediaOffer } from './media-link.ts'
import { MediaWatch } from './media-watch.ts'

/** How long a process that went away is expected back: its supervisor starts it again within some 300 ms. */
const EXPECTED_MS = 3000

/** CAP-15: a call is one point, and has two sessions. */
const SESSION_POINTS = 0.5

/** A process of another machine is taken when those of the caller's own have less than this part of their points left. */
const NEAR_PART_MIN = 0.1

/** What the adapter does with what media processes say. */
export interface MediaPoolHandlers extends Omit<MediaHandlers, 'lost'> {
  /** A process is gone: its sessions go elsewhere. */
  absent(): void
  /** Whether its machine is being taken out of service. */
  isDraining(process: Pick<MediaOffer, 'name' | 'node'>): boolean
}

/** All media processes. */
export class MediaPool {
  readonly #context: VoiceContext
  readonly #peers: PeerOptions
  readonly #handlers: MediaPoolHandlers
  #links: readonly MediaLink[] = []
  #started = false
  readonly #watch: MediaWatch
  readonly #startedAt: Millis
  #turn = -1
  /** Processes that said that they do not know a recording: it has failed only when all have. */
  readonly #unknown = new Map<string, Set<MediaLink>>()

  constructor(context: VoiceContext, peers: PeerOptions, handlers: MediaPoolHandlers) {
    this.#context = context
    this.#peers = peers
    this.#handlers = handlers
    this.#startedAt = context.clock.monotonic()
    this.#watch = new MediaWatch(
      context,
      () => this.#links,
      () => handlers.absent(),
    )
  }

  start(): void {
    this.#started = true
    for (const link of this.#links) link.start(this.#peers)
    this.#watch.start()
  }

  /** From now on these: processes that are not among them are let go, and their sessions move to others. */
  setAddresses(addresses: readonly ChannelAddress[]): void {
    const { kept, gone } = sortOut(this.#links, addresses)
    for (const link of gone) void link.close()
    this.#links = addresses.map((address) => {
      const known = kept.get(addressKey(address))
      if (known) return known
      const link = this.#newLink(address)
      if (this.#started) link.start(this.#peers)
      return link
    })
  }

  /**
   * The connected process with the most free points (MED-21), in turn where some have as many: calls that come at once do not know
   * of each other yet. Those of the machine `near` come first while they have enough, and one that is taken out of service only when there
   * is no other. Nothing when none is there, or none has room.
   */
  choose(near?: string): string | undefined {
    return this.#choose(near, (offer) => !this.#handlers.isDraining(offer)) ?? this.#choose(near, () => true)
  }

  /** Whether sessions should leave it though it lives: its machine is being taken out of service, and another process has room. */
  shouldLeave(process: string): boolean {
    const offer = this.#link(process)?.offer
    if (!offer || !this.#handlers.isDraining(offer)) return false
    return this.#choose(undefined, (other) => !this.#handlers.isDraining(other)) !== undefined
  }

  #choose(near: string | undefined, fits: (offer: MediaOffer) => boolean): string | undefined {
    const { load } = this.#context.sequencer.committed.states.voice
    let best: { name: string; isNear: boolean; free: number } | undefined
    this.#turn++
    for (let i = 0; i < this.#links.length; i++) {
      const link = this.#links[(this.#turn + i) % this.#links.length]
      const offer = link?.offer
      if (!link?.ready || link.full || !offer || !fits(offer)) continue
      const used = (load.get(offer.name) ?? 0) * SESSION_POINTS
      // Without bound all have as many: then the one with the fewest sessions.
      const free = Number.isFinite(offer.points) ? offer.points - used : -used
      if (Number.isFinite(offer.points) && free < SESSION_POINTS) continue
      const isNear = near !== undefined && offer.node === near && free >= offer.points * NEAR_PART_MIN
      if (!best || (isNear && !best.isNear) || (isNear === best.isNear && free > best.free)) {
        best = { name: offer.name, isNear, free }
      }
    }
    return best?.name
  }

  /** Whether sessions may stay on it: nobody has found it gone. One that has not told its name yet may be any. */
  isHealthy(process: string): boolean {
    const link = this.#link(process)
    if (link) return !this.#watch.isGone(link)
    return this.#links.some((other) => other.name === undefined && !this.#watch.isGone(other))
  }

  /** Whether orders reach it. */
  isReady(process: string): boolean {
    return this.#link(process)?.ready ?? false
  }

  /** Whether a process that has only just gone may be back in a moment (MED-22). */
  isExpected(): boolean {
    const now = this.#context.clock.monotonic()
    return this.#links.some((link) => !link.ready && now - (link.lostAt ?? this.#startedAt) < EXPECTED_MS)
  }

  /** Sets the session on that process, and takes it from any other. */
  setSession(process: string, session: string, spec: MediaSpec): void {
    for (const link of this.#links) {
      if (link.name === process) link.setSession(session, spec)
      else link.removeSession(session)
    }
  }

  removeSession(session: string): void {
    for (const link of this.#links) link.removeSession(session)
  }

  localOf(process: string, session: string): MediaLocal | undefined {
    return this.#link(process)?.localOf(session)
  }

  /** Sends digits to the party of a session; fails when its process does not answer. */
  async digits(
    process: string,
    session: string,
    keyed: { readonly id: string; readonly digits: string },
  ): Promise<void> {
    await this.#link(process)?.digits(session, keyed.id, keyed.digits)
  }

  record(process: string, recording: string, spec: RecordingSpec): void {
    this.#link(process)?.record(recording, spec)
  }

  /** Nobody remembers where it is once its legs are gone; those that do not know it say so. */
  seal(recording: string, process?: string): void {
    for (const link of this.#links) if (process === undefined || link.name === process) link.seal(recording)
  }

  forgetRecording(recording: string): void {
    this.#unknown.delete(recording)
    for (const link of this.#links) link.forgetRecording(recording)
  }

  status(): ReturnType<MediaLink['status']>[] {
    return this.#links.map((link) => link.status())
  }

  async close(): Promise<void> {
    this.#watch.close()
    await Promise.all(this.#links.map((link) => link.close()))
  }

  #newLink(address: ChannelAddress): MediaLink {
    const link: MediaLink = new MediaLink(this.#context, address, {
      ...this.#handlers,
      connected: (process) => {
        this.#watch.look()
        this.#handlers.connected(process)
      },
      lost: () => this.#watch.look(),
      recordingFailed: (recording, reason) => {
        if (!this.#elsewhere(link, recording, reason)) this.#handlers.recordingFailed(recording, reason)
      },
    })
    return link
  }

  #elsewhere(link: MediaLink, recording: string, reason: string): boolean {
    if (reason !== 'media.recording-unknown') return false
    const asked = this.#unknown.get(recording) ?? new Set()
    this.#unknown.set(recording, asked.add(link))
    return asked.size < this.#links.length
  }

  #link(process: string): MediaLink | undefined {
    return this.#links.find((link) => link.name === process)
  }
}
