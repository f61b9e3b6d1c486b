import type { Clock, Millis, Timer } from '#base'
import { REGISTER_ERRORS } from './errors.ts'
import { KEY_BYTES_MAX, REGISTERS_MAX, type RegisterChange, type Registers, VALUE_BYTES_MAX } from './port.ts'

interface Entry {
  readonly value: string
  readonly expiresAt: Millis
  readonly timer: Timer
}

/** The registers of one machine, in memory. Its watchers hear a change within the same turn of the event loop. */
export class MemoryRegisters implements Registers {
  readonly #clock: Clock
  readonly #entries = new Map<string, Entry>()
  readonly #watchers = new Set<{ prefix: string; changed: (change: RegisterChange) => void }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  async set(key: string, value: string, ttlMs: Millis): Promise<void> {
    this.put(key, value, ttlMs)
  }

  async get(key: string): Promise<string | undefined> {
    return this.#live(key)?.value
  }

  async remove(key: string): Promise<boolean> {
    return this.drop(key)
  }

  async list(prefix: string): Promise<ReadonlyMap<string, string>> {
    const found = [...this.#entries.keys()].filter((key) => key.startsWith(prefix) && this.#live(key)).sort()
    return new Map(found.map((key) => [key, this.#entries.get(key)!.value]))
  }

  watch(prefix: string, changed: (change: RegisterChange) => void): () => void {
    const entry = { prefix, changed }
    this.#watchers.add(entry)
    return () => this.#watchers.delete(entry)
  }

  async close(): Promise<void> {
    for (const entry of this.#entries.values()) entry.timer.stop()
    this.#entries.clear()
    this.#watchers.clear()
  }

  /** Sets it at once. */
  put(key: string, value: string, ttlMs: Millis): void {
    check(key, value)
    const before = this.#entries.get(key)
    if (!before && this.#entries.size >= REGISTERS_MAX) {
      throw REGISTER_ERRORS['registers.refused']({ reason: `there are ${REGISTERS_MAX} already` })
    }
    before?.timer.stop()
    const lifeMs = Math.max(1, ttlMs)
    const timer = this.#clock.after(lifeMs, () => this.drop(key))
    this.#entries.set(key, { value, expiresAt: this.#clock.monotonic() + lifeMs, timer })
    if (before?.value !== value) this.#tell({ key, value })
  }

  /** Removes it at once; false when there was none. */
  drop(key: string): boolean {
    const entry = this.#entries.get(key)
    if (!entry) return false
    entry.timer.stop()
    this.#entries.delete(key)
    this.#tell({ key, value: undefined })
    return true
  }

  /** A timer may be late under load; a value is dead at its moment all the same. */
  #live(key: string): Entry | undefined {
    const entry = this.#entries.get(key)
    return entry && entry.expiresAt > this.#clock.monotonic() ? entry : undefined
  }

  #tell(change: RegisterChange): void {
    for (const { prefix, changed } of [...this.#watchers]) if (change.key.startsWith(prefix)) changed(change)
  }
}

function check(key: string, value: string): void {
  const keyBytes = Buffer.byteLength(key)
  if (keyBytes === 0 || keyBytes > KEY_BYTES_MAX) {
    throw REGISTER_ERRORS['registers.refused']({ reason: `its key has ${keyBytes} bytes of 1 to ${KEY_BYTES_MAX}` })
  }
  const valueBytes = Buffer.byteLength(value)
  if (valueBytes > VALUE_BYTES_MAX) {
    throw REGISTER_ERRORS['registers.refused']({ reason: `its value has ${valueBytes} bytes of ${VALUE_BYTES_MAX}` })
  }
}
