import { createHash } from 'node:crypto'
import { VirtualClock } from '#base'
import { MemoryBlobs } from '#seams/blobs'
import type { RecordingEntry } from '#seams/store'
import type { OtherMachines } from './other-machines.ts'

/**
 * How another machine behaves. `away`: it is not there, and not known to be gone; `gone`: for long; `lying`: it gives other content; `long`: more than there should
 * be; `dies`: in the middle of each answer, and answers again; `stops`: in the middle of one, and is dead then; `dead`: it gives nothing.
 */
export type Manner = 'good' | 'away' | 'gone' | 'lying' | 'long' | 'dies' | 'stops' | 'dead'

/** Other machines for tests, with what they hold in memory. */
export class FakeMachines implements OtherMachines {
  readonly clock: VirtualClock
  readonly blobs = new Map<string, MemoryBlobs>()
  readonly manners = new Map<string, Manner>()
  /** What was read: machine and from which octet. */
  readonly asked: string[] = []
  /** In which order machines are asked; by name unless told. */
  order: readonly string[] = []
  changed = 0

  constructor(clock = new VirtualClock(), ...names: readonly string[]) {
    this.clock = clock
    for (const name of names) this.add(name)
  }

  add(name: string): MemoryBlobs {
    const blobs = new MemoryBlobs(this.clock)
    this.blobs.set(name, blobs)
    this.manners.set(name, 'good')
    this.changed = this.clock.monotonic()
    return blobs
  }

  live(): ReadonlySet<string> {
    return new Set([...this.blobs.keys()].filter((name) => !['away', 'gone', 'dead'].includes(this.manners.get(name)!)))
  }

  changedAt(): number {
    return this.changed
  }

  gone(machines: readonly string[]): readonly string[] {
    return machines.filter((name) => this.manners.get(name) === 'gone')
  }

  inOrder(_: string, machines: readonly string[]): readonly string[] {
    const place = (name: string): string => `${this.order.includes(name) ? this.order.indexOf(name) : 9} ${name}`
    return [...machines].sort((a, b) => (place(a) < place(b) ? -1 : 1))
  }

  async *read(machine: string, key: string, from: number): AsyncGenerator<Uint8Array> {
    this.asked.push(`${machine} ${from}`)
    const manner = this.manners.get(machine)
    const found = manner === 'dead' ? undefined : await this.blobs.get(machine)?.get(key, { start: from })
    if (!found) throw new TypeError('this machine gives nothing')
    const content = Buffer.concat(await found.body.toArray())
    if (manner === 'lying') content.fill(0)
    if (manner === 'long') yield Buffer.from('more')
    const half = Math.ceil(content.length / 2)
    yield content.subarray(0, half)
    if (manner === 'stops') this.manners.set(machine, 'dead')
    if ((manner === 'dies' || manner === 'stops') && content.length > 1) throw new TypeError('this machine died')
    yield content.subarray(half)
  }
}

/** The catalogue's entry of a recording with that content, and the content. */
export function recordingOf(id: string, text: string, more: Partial<RecordingEntry> = {}) {
  const content = Buffer.from(text)
  const sha256 = createHash('sha256').update(content).digest('hex')
  const entry: RecordingEntry = {
    ...{ id, interaction: 'ix-1', startedAt: 0, durationMs: 1_000, channels: 2, codec: 'PCMU', state: 'stored' },
    ...{ blobKey: `recordings/${id}.wav`, sizeBytes: content.length, sha256, attributes: {}, ...more },
  }
  return { entry, content, key: `recordings/${id}.wav` }
}
