import { createHash } from 'node:crypto'
import { close as closeDescriptor, createReadStream, open as openDescriptor, write } from 'node:fs'
import { open, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { G711_WAV_HEADER_BYTES, g711WavHeader } from '#protocols/audio'
import type { RecordingSidecar, SealedRecording } from '#protocols/control'

const SAMPLES_PER_MS = 8

/** Sound of one recording that waits for the disk: about two minutes. A disk that is further behind has failed. */
const WAITING_BYTES_MAX = 2 * 1024 * 1024

/** Sound that is written in order to `<recording>.part`, behind a header whose lengths are filled in when it is sealed. */
export class RecordingFile {
  /** A bare descriptor: a full process writes thousands of small blocks a second, and promises would double their cost. */
  readonly #descriptor: number
  #waiting: Uint8Array[] = []
  #waitingBytes = 0
  #position = G711_WAV_HEADER_BYTES
  #writing = false
  #idle: (() => void) | undefined
  #failure: string | undefined
  #closed = false

  private constructor(descriptor: number) {
    this.#descriptor = descriptor
  }

  /** Makes the file; rejects when it exists or the disk refuses. */
  static async create(folder: string, sidecar: RecordingSidecar): Promise<RecordingFile> {
    await writeSidecar(folder, sidecar)
    const path = partPath(folder, sidecar.recording)
    await writeFile(path, g711WavHeader(sidecar.codec, channelsOf(sidecar), 0), { flag: 'wx' }).catch(
      async (error: NodeJS.ErrnoException) => {
        // What a full disk left of our own file would stand in the way of the next try.
        if (error.code !== 'EEXIST') await rm(path, { force: true })
        throw error
      },
    )
    return new RecordingFile(await promisify(openDescriptor)(path, 'r+'))
  }

  /** Why the disk has failed; undefined while it has not. */
  get failure(): string | undefined {
    return this.#failure
  }

  /** Takes sound; it is written in the background. Gives the reason when the disk has failed: nothing more is taken then. */
  append(octets: Uint8Array): string | undefined {
    if (this.#failure !== undefined || this.#closed) return this.#failure
    this.#waiting.push(octets)
    this.#waitingBytes += octets.length
    if (this.#waitingBytes > WAITING_BYTES_MAX) this.#failure = 'the disk is too slow'
    else this.#write()
    return this.#failure
  }

  /** Waits for what is under way and closes; the file is then as long as what the disk took. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    if (this.#writing) {
      await new Promise<void>((resolve) => {
        this.#idle = resolve
      })
    }
    await promisify(closeDescriptor)(this.#descriptor)
  }

  #write(): void {
    if (this.#writing) return
    const block = this.#waiting.length === 1 ? this.#waiting[0]! : Buffer.concat(this.#waiting)
    if (block.length === 0 || this.#failure !== undefined) {
      this.#idle?.()
      return
    }
    this.#waiting = []
    this.#writing = true
    write(this.#descriptor, block, 0, block.length, this.#position, (error, written) => {
      this.#writing = false
      this.#position += written ?? 0
      this.#waitingBytes -= block.length
      if (error) this.#failure = error.message
      else if (written < block.length) this.#failure = 'the disk is full'
      this.#write()
    })
  }
}

/**
 * Makes a `.part` file that nobody writes to into a finished `.wav`: true header, flushed to the disk, hashed, told in its
 * sidecar, and only then renamed. Each step may be done again after a crash.
 */
export async function sealPart(
  folder: string,
  sidecar: RecordingSidecar,
  at: { now: number; recovered: boolean },
): Promise<SealedRecording> {
  const path = partPath(folder, sidecar.recording)
  const channels = channelsOf(sidecar)
  const size = (await stat(path)).size
  const octets = Math.max(0, Math.floor((size - G711_WAV_HEADER_BYTES) / channels) * channels)
  const bytes = G711_WAV_HEADER_BYTES + octets + (octets & 1)
  const handle = await open(path, 'r+')
  try {
    await handle.truncate(bytes)
    await handle.write(g711WavHeader(sidecar.codec, channels, octets), 0, G711_WAV_HEADER_BYTES, 0)
    await handle.sync()
  } finally {
    await handle.close()
  }
  const sha256 = await hashFile(path)
  const sealed = { durationMs: Math.round(octets / channels / SAMPLES_PER_MS), bytes, sha256 }
  await writeSidecar(folder, { ...sidecar, sealed: { ...sealed, at: at.now, recovered: at.recovered } })
  await rename(path, wavPath(folder, sidecar.recording))
  await syncFolder(folder)
  return { recording: sidecar.recording, ...sealed }
}

export function partPath(folder: string, recording: string): string {
  return join(folder, `${recording}.part`)
}

export function wavPath(folder: string, recording: string): string {
  return join(folder, `${recording}.wav`)
}

export function sidecarPath(folder: string, recording: string): string {
  return join(folder, `${recording}.json`)
}

function channelsOf(sidecar: RecordingSidecar): 1 | 2 {
  return sidecar.sessions.length === 2 ? 2 : 1
}

/** Written beside and renamed: a sidecar is whole or not there. */
async function writeSidecar(folder: string, sidecar: RecordingSidecar): Promise<void> {
  const path = sidecarPath(folder, sidecar.recording)
  const handle = await open(`${path}.new`, 'w')
  try {
    await handle.writeFile(`${JSON.stringify(sidecar)}\n`)
    if (sidecar.sealed) await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(`${path}.new`, path)
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const block of createReadStream(path, { highWaterMark: 256 * 1024 })) hash.update(block as Buffer)
  return hash.digest('hex')
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
