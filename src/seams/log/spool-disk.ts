import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** An open file, as far as a spool uses it: Node's own serves. */
export interface SpoolHandle {
  write(bytes: Buffer, offset: number, length: number, position: number): Promise<unknown>
  read(bytes: Buffer, offset: number, length: number, position: number): Promise<unknown>
  datasync(): Promise<void>
  truncate(size: number): Promise<void>
  stat(): Promise<{ readonly size: number }>
  close(): Promise<void>
}

/** The folder that spools lie in; a test has one that forgets what was not flushed. */
export interface SpoolFolder {
  list(): Promise<readonly string[]>
  /** Opens a file, or makes it: then its name is on the disk when this returns. */
  open(name: string): Promise<SpoolHandle>
  rename(from: string, to: string): Promise<void>
  remove(name: string): Promise<void>
}

/** A folder of this machine, made when it is needed. */
export function spoolFolder(path: string): SpoolFolder {
  return {
    list: () => readdir(path).catch(() => []),
    async open(name) {
      await mkdir(path, { recursive: true, mode: 0o700 })
      const found = await open(join(path, name), 'r+').catch((cause: NodeJS.ErrnoException) => {
        if (cause.code !== 'ENOENT') throw cause
        return undefined
      })
      if (found) return found
      const made = await open(join(path, name), 'w+', 0o600)
      const folder = await open(path)
      await folder.sync()
      await folder.close()
      return made
    },
    rename: (from, to) => rename(join(path, from), join(path, to)),
    remove: (name) => rm(join(path, name)),
  }
}
