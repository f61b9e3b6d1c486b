import { createHash, randomUUID } from 'node:crypto'
import type { Dirent } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { BLOB_ERRORS } from './errors.ts'
import { checkKey } from './key.ts'
import { type BlobStat, type Blobs, LIST_MAX } from './port.ts'

/** Unfinished files lie here; a key never begins with a dot, so none can be taken for a blob. */
const UNFINISHED = '.unfinished'

/** Blobs as files under one folder. A file appears under its name only when all its bytes are on the disk. */
export class DirectoryBlobs implements Blobs {
  readonly #root: string

  private constructor(root: string) {
    this.#root = root
  }

  /** Makes the folder if needed and clears what a crash left unfinished. */
  static async open(root: string): Promise<DirectoryBlobs> {
    await explained(root, async () => {
      await mkdir(join(root, UNFINISHED), { recursive: true })
      for (const name of await readdir(join(root, UNFINISHED)))
        if (!isBeingWritten(name)) await rm(join(root, UNFINISHED, name), { recursive: true, force: true })
    })
    return new DirectoryBlobs(root)
  }

  async put(key: string, body: Uint8Array | AsyncIterable<Uint8Array>): Promise<{ sizeBytes: number; sha256: string }> {
    checkKey(key)
    const unfinished = join(this.#root, UNFINISHED, `${process.pid}.${randomUUID()}`)
    const target = join(this.#root, key)
    return explained(key, async () => {
      try {
        const written = await writeSynced(unfinished, body)
        await mkdir(dirname(target), { recursive: true })
        await rename(unfinished, target)
        await syncFolders(this.#root, dirname(target))
        return written
      } finally {
        await rm(unfinished, { force: true })
      }
    })
  }

  async get(key: string, range: { start?: number; end?: number } = {}): ReturnType<Blobs['get']> {
    checkKey(key)
    return explained(key, async () => {
      const file = await open(join(this.#root, key)).catch(absent)
      const found = await file?.stat()
      if (!file || !found?.isFile()) return void (await file?.close())
      const blob = { key, sizeBytes: found.size, modifiedAt: Math.floor(found.mtimeMs) }
      if ((range.start ?? 0) >= found.size) {
        await file.close()
        return { stat: blob, body: Readable.from([]) }
      }
      return { stat: blob, body: file.createReadStream(range) }
    })
  }

  async stat(key: string): Promise<BlobStat | undefined> {
    checkKey(key)
    const found = await explained(key, () => stat(join(this.#root, key)).catch(absent))
    return found?.isFile() ? { key, sizeBytes: found.size, modifiedAt: Math.floor(found.mtimeMs) } : undefined
  }

  async list(prefix: string, page: { after?: string; limit?: number } = {}): Promise<readonly BlobStat[]> {
    const limit = Math.min(page.limit ?? LIST_MAX, LIST_MAX)
    const found: BlobStat[] = []
    for await (const key of this.#keys('', prefix, page.after ?? '')) {
      if (found.length === limit) break
      const stat = await this.stat(key)
      // One that was removed meanwhile is simply not there.
      if (stat) found.push(stat)
    }
    return found
  }

  async remove(key: string): Promise<boolean> {
    checkKey(key)
    return explained(key, async () => {
      if ((await this.stat(key)) === undefined) return false
      await rm(join(this.#root, key), { force: true })
      return true
    })
  }

  async close(): Promise<void> {}

  /** The keys in their order, passing by folders that can hold none of those asked for. */
  async *#keys(folder: string, prefix: string, after: string): AsyncIterable<string> {
    const entries = await explained(folder, () =>
      readdir(join(this.#root, folder), { withFileTypes: true }).catch(absent),
    )
    for (const entry of (entries ?? []).sort(byKey)) {
      if (entry.name.startsWith('.')) continue
      const key = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (!entry.isDirectory()) {
        if (key.startsWith(prefix) && key > after) yield key
      } else if (`${key}/`.startsWith(prefix.slice(0, key.length + 1)) && `${key}/\uffff` > after) {
        yield* this.#keys(key, prefix, after)
      }
    }
  }
}

/** Several processes share the folder: an unfinished file begins with the number of the one that writes it. */
function isBeingWritten(name: string): boolean {
  const pid = Number(/^(\d+)\./.exec(name)?.[1] ?? 0)
  if (pid === 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** A folder stands where its slash puts it among the whole keys. */
function byKey(a: Dirent, b: Dirent): number {
  const keys = [a, b].map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
  return keys[0]! < keys[1]! ? -1 : 1
}

async function writeSynced(
  file: string,
  body: Uint8Array | AsyncIterable<Uint8Array>,
): Promise<{ sizeBytes: number; sha256: string }> {
  const hash = createHash('sha256')
  const handle = await open(file, 'wx')
  let sizeBytes = 0
  try {
    for await (const chunk of body instanceof Uint8Array ? [body] : body) {
      hash.update(chunk)
      sizeBytes += chunk.length
      await handle.writeFile(chunk)
    }
    await handle.sync()
  } finally {
    await handle.close()
  }
  return { sizeBytes, sha256: hash.digest('hex') }
}

/** A new name is on the disk only when its folder is, up to the root. */
async function syncFolders(root: string, folder: string): Promise<void> {
  for (let at = folder; at.length >= root.length; at = dirname(at)) {
    const handle = await open(at, 'r')
    await handle.sync().finally(() => handle.close())
    if (at === dirname(at)) return
  }
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
  throw error
}

async function explained<T>(key: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code === 'ENOSPC' || code === 'EDQUOT') throw BLOB_ERRORS['blobs.full']({ key }, error)
    if (/^E[A-Z]+$/.test(code)) throw BLOB_ERRORS['blobs.unreachable']({ key, reason: code }, error)
    throw error
  }
}
