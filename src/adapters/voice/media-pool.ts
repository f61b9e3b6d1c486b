import type { Millis } from '#base'
import type { ChannelAddress, MediaLocal, MediaSpec, RecordingSpec } from '#protocols/control'
import type { VoiceContext } from './context.ts'
import { addressKey, type PeerOptions, sortOut } from './edge-pool.ts'
import { ABSENT_MS, type MediaHandlers, MediaLink } from './media-link.ts'

/** All media processes. */
export class MediaPool {
  readonly #context: VoiceContext
  readonly #peers: PeerOptions
  readonly #handlers: MediaHandlers
  #links: readonly MediaLink[] = []
  #started = false
  readonly #startedAt: Millis
  #turn = -1
  /** Processes that said that they do not know a recording: it has failed only when all have. */
  readonly #unknown = new Map<string, Set<MediaLink>>()

  constructor(context: VoiceContext, peers: PeerOptions, handlers: MediaHandlers) {
    this.#context = context
    this.#peers = peers
    this.#handlers = handlers
    this.#startedAt = context.clock.monotonic()
  }

  start(): void {
    this.#started = true
    for (const link of this.#links) link.start(this.#peers)
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
   * The connected process with the fewest legs (MED-21), in turn where some have as few: calls that come at once do not know of
   * each other yet. Nothing when none is there, or none has room.
   */
  choose(): string | undefined {
    const { load } = this.#context.sequencer.committed.states.voice
    let best: { name: string; count: number } | undefined
    this.#turn++
    for (let i = 0; i < this.#links.length; i++) {
      const link = this.#links[(this.#turn + i) % this.#links.length]
      if (!link?.ready || link.full || link.name === undefined) continue
      const count = load.get(link.name) ?? 0
      if (!best || count < best.count) best = { name: link.name, count }
    }
    return best?.name
  }

  /** Whether sessions may stay on it: it is there, or has only just gone. One that never was there since our start counts from then. */
  isHealthy(process: string): boolean {
    const link = this.#link(process)
    if (link?.ready) return true
    const since = link?.lostAt ?? this.#startedAt
    return this.#context.clock.monotonic() - since < ABSENT_MS
  }

  /** Whether a process that has only just gone may be back in a moment (MED-22). */
  isExpected(): boolean {
    const now = this.#context.clock.monotonic()
    return this.#links.some((link) => !link.ready && now - (link.lostAt ?? this.#startedAt) < ABSENT_MS)
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

  status(): readonly { readonly address: string; readonly name?: string; readonly connected: boolean }[] {
    return this.#links.map((link) => link.status())
  }

  async close(): Promise<void> {
    await Promise.all(this.#links.map((link) => link.close()))
  }

  #newLink(address: ChannelAddress): MediaLink {
    const link: MediaLink = new MediaLink(this.#context, address, {
      ...this.#handlers,
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
