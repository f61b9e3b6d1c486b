import { type Clock, isTandemError, type Logger, type Millis, newId, type Timer } from '#base'
import { REGISTERS_MAX } from './port.ts'
import { type Change, isLater, LIFE_MS_MAX, type Stamp } from './register-change.ts'
import { MemoryRegisters } from './registers-memory.ts'

/** A removal of what this process does not know is remembered for so long: the longest that most registers live. */
const REMOVED_MS: Millis = 10 * 60_000
/** What has expired or is no removal any more is known for so long: a Redis that hung may carry out then what it was told before. */
const EXPIRED_KEPT_MS: Millis = 60_000
/** How often what need not be known any more is forgotten. */
const SWEEP_MS: Millis = 10_000
/** Registers and removals; beyond it no removal is remembered. */
const VERSIONS_MAX = 2 * REGISTERS_MAX
/** So many changes are found at once by their place; older places are looked for among all. */
const RECENT_MAX = 4_096

/** What is known of a register. */
interface Version extends Stamp {
  readonly value: string | undefined
  readonly expiresAt: Millis
  /** Its place among what this process has come to know. */
  readonly place: number
  /** The process that told it over a link. */
  readonly from: string | undefined
  /** Redis may not have it. */
  owed: boolean
}

/** A change with whether Redis may lack it. */
export type Owing = Change & { readonly owed: boolean }

/**
 * A process's own copy of all registers of the pool, with who changed each last and when. Whatever comes, from whomever and however late, the
 * later change holds. Removals and expiries are remembered for as long as an older value may come back.
 */
export class RegisterCopy {
  /** What stands for this process, in this life of it. */
  readonly self = newId('registers')
  readonly values: MemoryRegisters
  readonly #clock: Clock
  readonly #logger: Logger
  /** In the order of their places. */
  readonly #versions = new Map<string, Version>()
  /** The keys of the last changes; that of the last has the place {@link head}. */
  #recent: string[] = []
  #head = 0
  #stamp = 0
  readonly #listeners = new Set<(from: string | undefined) => void>()
  #timer: Timer | undefined

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock
    this.#logger = logger
    this.values = new MemoryRegisters(clock)
    this.#sweepLater()
  }

  /** The place of the last change that this process has come to know: its own, or another's. */
  get head(): number {
    return this.#head
  }

  /** Changes it; fails with `registers.refused`. */
  set(key: string, value: string, ttlMs: Millis): Change {
    const lifeMs = Math.min(Math.max(1, Math.round(ttlMs)), LIFE_MS_MAX)
    this.values.put(key, value, lifeMs)
    return this.#note({ key, value, lifeMs, ...this.#nextStamp() })
  }

  /** Removes it, whether it is known here or not; says whether there was one. */
  remove(key: string): { readonly was: boolean; readonly change: Change } {
    const before = this.#versions.get(key)
    const was = this.values.drop(key)
    const lifeMs = before ? Math.max(1, Math.round(before.expiresAt - this.#clock.monotonic())) : REMOVED_MS
    return { was, change: this.#note({ key, value: undefined, lifeMs, ...this.#nextStamp() }) }
  }

  /** Takes what another process told, directly (`from` it) or by Redis; false when something as late or later is known. */
  merge(change: Change, { from, owed }: { readonly from?: string; readonly owed: boolean }): boolean {
    this.#stamp = Math.max(this.#stamp, change.stamp)
    const before = this.#versions.get(change.key)
    if (before && !isLater(change, before)) {
      if (!owed && !isLater(before, change)) before.owed = false
      return false
    }
    try {
      if (change.value === undefined) this.values.drop(change.key)
      else this.values.put(change.key, change.value, change.lifeMs)
    } catch (error) {
      this.#logger.warn({ problem: String(error), key: change.key }, 'a register is not taken')
      if (isTandemError(error, 'registers.refused')) return false
    }
    this.#note(change, owed, from)
    return true
  }

  /** What changed after that place, the oldest first, but for what that process told itself: so many at most, of so many characters; and the place that is reached. */
  after(
    place: number,
    { but, countMax, charsMax }: AfterLimits,
  ): { readonly changes: Change[]; readonly place: number } {
    const now = this.#clock.monotonic()
    const changes: Change[] = []
    let chars = 0
    let reached = place
    for (const [key, version] of this.#since(place)) {
      const change = changeOf(key, version, now)
      const told = change.lifeMs > 0 && version.from !== but
      chars += told ? key.length + (change.value?.length ?? 0) : 0
      if (told && changes.length > 0 && (changes.length >= countMax || chars > charsMax))
        return { changes, place: reached }
      reached = version.place
      if (told) changes.push(change)
    }
    return { changes, place: this.#head }
  }

  /** Everything that is known up to that place and holds still. */
  until(place: number): readonly Owing[] {
    const now = this.#clock.monotonic()
    const all = [...this.#versions].filter(([, version]) => version.place <= place && version.expiresAt > now)
    return all.map(([key, version]) => ({ ...changeOf(key, version, now), owed: version.owed }))
  }

  /** What this process has told of that register, if it is later and holds still. */
  laterOwn(change: Change): Change | undefined {
    const version = this.#versions.get(change.key)
    const now = this.#clock.monotonic()
    if (version?.writer !== this.self || !isLater(version, change) || version.expiresAt <= now) return undefined
    return changeOf(change.key, version, now)
  }

  /** Notes whether Redis may lack this change, if nothing later is known. */
  owe({ key, stamp, writer }: Change, owed: boolean): void {
    const version = this.#versions.get(key)
    if (version?.stamp === stamp && version.writer === writer) version.owed = owed
  }

  /** Somebody has removed it and this process has not heard of it. */
  forget(key: string): void {
    this.#versions.delete(key)
    this.values.drop(key)
  }

  /** Whether something changed after that place that this process does not have from that one. */
  hasAfter(place: number, but: string): boolean {
    return place < this.#head && this.#since(place).some(([, { from }]) => from !== but)
  }

  /** Calls after each change of this copy, with who told it over a link. */
  onChanged(listener: (from: string | undefined) => void): () => void {
    const entry = (from: string | undefined): void => listener(from)
    this.#listeners.add(entry)
    return () => this.#listeners.delete(entry)
  }

  async close(): Promise<void> {
    this.#timer?.stop()
    this.#listeners.clear()
    await this.values.close()
  }

  #nextStamp(): Stamp {
    this.#stamp = Math.max(Math.round(this.#clock.now()), this.#stamp + 1)
    return { stamp: this.#stamp, writer: this.self }
  }

  #note(change: Change, owed = true, from?: string): Change {
    const { key, value, lifeMs, stamp, writer } = change
    const known = this.#versions.delete(key)
    if (value === undefined && !known && this.#versions.size >= VERSIONS_MAX) return change
    const expiresAt = this.#clock.monotonic() + lifeMs
    this.#versions.set(key, { value, stamp, writer, expiresAt, place: ++this.#head, from, owed })
    this.#recent.push(key)
    if (this.#recent.length >= 2 * RECENT_MAX) this.#recent = this.#recent.slice(RECENT_MAX)
    for (const listener of this.#listeners) listener(from)
    return change
  }

  #since(place: number): readonly (readonly [string, Version])[] {
    const first = this.#head - this.#recent.length + 1
    if (place + 1 < first) return [...this.#versions].filter(([, version]) => version.place > place)
    return this.#recent.slice(place + 1 - first).flatMap((key, index) => {
      const version = this.#versions.get(key)
      return version?.place === place + 1 + index ? [[key, version] as const] : []
    })
  }

  #sweepLater(): void {
    this.#timer = this.#clock.after(SWEEP_MS, () => {
      this.#sweep()
      this.#sweepLater()
    })
  }

  #sweep(): void {
    const end = this.#clock.monotonic() - EXPIRED_KEPT_MS
    for (const [key, { expiresAt }] of this.#versions) if (expiresAt <= end) this.#versions.delete(key)
  }
}

/** How much is told at once. */
export interface AfterLimits {
  readonly but: string
  readonly countMax: number
  readonly charsMax: number
}

function changeOf(key: string, { value, stamp, writer, expiresAt }: Version, now: Millis): Change {
  return { key, value, lifeMs: Math.round(expiresAt - now), stamp, writer }
}
