import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, open, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { G711_WAV_HEADER_BYTES, g711WavHeader } from '#protocols/audio'
import type { RecordingSidecar, SealedRecording } from '#protocols/control'

const SAMPLES_PER_MS = 8

/** Sound of one recording that waits for the disk: about two minutes. A disk that is further behind has failed. */
const WAITING_BYTES_MAX = 2 * 1024 * 1024

/** Sound that is written in order to `<recording>.part`, behind a header whose lengths are filled in when it is sealed. */
export class RecordingFile {
  readonly #path: string
  readonly #handle: FileHandle
  #waiting: Uint8Array[] = []
  #waitingBytes = 0
  #position = G711_WAV_HEADER_BYTES
  #writing: Promise<void> | undefined
  #failure: unknown
  #closed = false

  private constructor(path: string, handle: FileHandle) {
    this.#path = path
    this.#handle = handle
  }

  /** Makes the file; rejects when it exists or the disk refuses. */
  static async create(folder: string, sidecar: RecordingSidecar): Promise<RecordingFile> {
    await writeSidecar(folder, sidecar)
    const path = partPath(folder, sidecar.recording)
    const handle = await open(path, 'wx')
    try {
      await handle.write(g711WavHeader(sidecar.codec, channelsOf(sidecar), 0), 0, G711_WAV_HEADER_BYTES, 0)
    } catch (error) {
      await handle.close()
      throw error
    }
    return new RecordingFile(path, handle)
  }

  get path(): string {
    return this.#path
  }

  /** Takes sound; it is written in the background. Gives the reason when the disk has failed: nothing more is taken then. */
  append(octets: Uint8Array): unknown {
    if (this.#failure !== undefined || this.#closed) return this.#failure
    this.#waiting.push(octets)
    this.#waitingBytes += octets.length
    if (this.#waitingBytes > WAITING_BYTES_MAX) this.#failure = 'the disk is too slow'
    else this.#writing ??= this.#write()
    return this.#failure
  }

  /** Waits for what is under way and closes; the file is then as long as what the disk took. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    while (this.#writing) await this.#writing
    await this.#handle.close()
  }

  async #write(): Promise<void> {
    try {
      while (this.#waiting.length > 0 && this.#failure === undefined) {
        const blocks = this.#waiting
        this.#waiting = []
        const { bytesWritten } = await this.#handle.writev(blocks, this.#position)
        this.#position += bytesWritten
        const bytes = blocks.reduce((sum, block) => sum + block.length, 0)
        this.#waitingBytes -= bytes
        if (bytesWritten < bytes) this.#failure = 'the disk is full'
      }
    } catch (error) {
      this.#failure = error instanceof Error ? error.message : String(error)
    } finally {
      this.#writing = undefined
    }
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
