import { randomBytes } from 'node:crypto'
import {
  accessSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { defineErrors, isTandemError } from '#base'
import { isRunning, readPid } from './process-table.ts'

/** What can be wrong with a data folder; each sentence says what to do. */
export const DATA_ERRORS = defineErrors({
  'data.unusable': {
    sentence: 'the data folder {data} cannot be used: {problem}; give another with --data, or mend its rights',
    status: 500,
  },
  'data.full': {
    sentence:
      'the disk of the data folder {data} has only {megabytes} MB left; {needed} MB are needed: free some, or give another folder with --data',
    status: 507,
  },
  'data.in-use': {
    sentence:
      'another Tandem (process {pid}) already runs on the data folder {data}; stop it first, or give another folder with --data',
    status: 409,
  },
})

/** The database's own files, a day of recordings of a small centre and room for its log. */
const FREE_BYTES_MIN = 256 * 1024 * 1024
const MEGABYTE = 1024 * 1024
/** 256 bits. */
const SECRET_BYTES = 32
/** A day of a busy machine's lines; one older file of the same size is kept. */
const LOG_BYTES_MAX = 50 * 1024 * 1024

/** The folder that everything durable lies in. */
export class DataFolder {
  readonly path: string

  constructor(path: string) {
    this.path = path
  }

  /** Makes what is missing; fails with one sentence when it cannot be used. */
  open(): void {
    try {
      for (const part of ['', 'run', 'log', 'spool', 'blobs', 'secrets'])
        makeFolder(join(this.path, part), part === '' ? 0o755 : 0o700)
      accessSync(this.path, constants.R_OK | constants.W_OK | constants.X_OK)
      const probe = join(this.path, 'run', 'probe')
      writeFileSync(probe, Buffer.alloc(4096))
      rmSync(probe)
    } catch (cause) {
      throw this.#unusable(cause)
    }
    this.checkSpace()
  }

  /** Fails when a start would: changes nothing. */
  inspect(): void {
    try {
      const nearest = nearestExisting(this.path)
      if (!statSync(nearest).isDirectory()) throw this.#unusable({ code: 'ENOTDIR' })
      accessSync(nearest, constants.R_OK | constants.W_OK | constants.X_OK)
    } catch (cause) {
      throw this.#unusable(cause)
    }
    this.checkSpace()
  }

  /** How much the disk of the folder (made already or not) still takes. */
  bytesLeft(): number {
    const { bavail, bsize } = statfsSync(nearestExisting(this.path))
    return bavail * bsize
  }

  /** Fails when the disk has too little left for a start. */
  checkSpace(): void {
    const bytes = this.bytesLeft()
    if (bytes < FREE_BYTES_MIN) throw DATA_ERRORS['data.full']({ data: this.path, ...inMegabytes(bytes) })
  }

  #unusable(cause: unknown): unknown {
    if (isTandemError(cause)) return cause
    const { code, message } = cause as NodeJS.ErrnoException
    if (code === 'ENOSPC' || code === 'EDQUOT')
      return DATA_ERRORS['data.full']({ data: this.path, ...inMegabytes(0) }, cause)
    return DATA_ERRORS['data.unusable']({ data: this.path, problem: REASONS[code ?? ''] ?? message }, cause)
  }

  /** Takes the folder for this supervisor; refuses while another lives. */
  lock(): void {
    const file = join(this.path, 'run', 'supervisor.pid')
    const pid = readPid(file)
    if (pid !== undefined && pid !== process.pid && isRunning(pid, SUPERVISOR_WORDS))
      throw DATA_ERRORS['data.in-use']({ pid, data: this.path })
    rmSync(file, { force: true })
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' })
    } catch (cause) {
      // Another start came in between.
      throw DATA_ERRORS['data.in-use']({ pid: readPid(file) ?? 'just started', data: this.path }, cause)
    }
  }

  /** The supervisor that runs on this folder. */
  supervisor(): number | undefined {
    const pid = readPid(join(this.path, 'run', 'supervisor.pid'))
    return pid !== undefined && isRunning(pid, SUPERVISOR_WORDS) ? pid : undefined
  }

  unlock(): void {
    rmSync(join(this.path, 'run', 'supervisor.pid'), { force: true })
  }

  /** Removes the marks of a primary that was ended in order. */
  forgetPrimary(): void {
    for (const name of ['core.pid', 'core.ready']) rmSync(join(this.path, 'run', name), { force: true })
  }

  /** A random secret of this name, made at the first time and the same ever after. */
  secret(name: string): string {
    const file = join(this.path, 'run', `${name}.secret`)
    if (!existsSync(file)) {
      writeFileSync(`${file}.new`, randomBytes(SECRET_BYTES).toString('hex'), { mode: 0o600 })
      renameSync(`${file}.new`, file)
    }
    return readFileSync(file, 'utf8').trim()
  }

  /** Keeps the pool's secret in the place of this machine's own. */
  keepSecret(name: string, secret: string): void {
    const file = join(this.path, 'run', `${name}.secret`)
    if (existsSync(file) && readFileSync(file, 'utf8').trim() === secret) return
    writeFileSync(`${file}.new`, secret, { mode: 0o600 })
    renameSync(`${file}.new`, file)
  }

  /** Whether the folder holds a demo: what it was made as, or for a new one what is wanted. */
  demo(wanted: boolean): boolean {
    const file = join(this.path, 'centre.json')
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).demo === true : wanted
  }

  /** Remembers what the folder was made as, when its first users are in; a later start goes on as that. */
  made(demo: boolean): void {
    if (this.isNew()) writeFileSync(join(this.path, 'centre.json'), `${JSON.stringify({ demo })}\n`)
  }

  /** The control port of a role that an earlier supervisor left; its process may live on and be found there. */
  leftPort(role: string): number | undefined {
    const file = join(this.path, 'run', `${role}.options.json`)
    if (!existsSync(file)) return undefined
    const port = JSON.parse(readFileSync(file, 'utf8')).control?.port
    return typeof port === 'number' ? port : undefined
  }

  /** Whether a centre was ever started here. */
  isNew(): boolean {
    return !existsSync(join(this.path, 'centre.json'))
  }

  /** Keeps the roles' output bounded: copied and cut in place, since the roles hold the file open. */
  rotateLogs(roles: readonly string[]): void {
    for (const role of roles) {
      const file = join(this.path, 'log', `${role}.log`)
      if (!existsSync(file) || statSync(file).size < LOG_BYTES_MAX) continue
      // A full disk takes no copy: then what is there goes, since a log must not fill what calls need.
      try {
        copyFileSync(file, `${file}.1`)
      } catch {
        rmSync(`${file}.1`, { force: true })
      }
      truncateSync(file)
    }
  }
}

/** What the command line of a supervisor says. */
const SUPERVISOR_WORDS = [/(tandem\.js|tandem|cli\/main\.ts) start\b/]

/** What the file system's codes mean for who chose the folder. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'it is not a folder, or lies in something that is none',
  EEXIST: 'it is not a folder',
  ENOENT: 'it cannot be made there',
  EIO: 'the disk reports an error',
}

function inMegabytes(bytes: number): { megabytes: number; needed: number } {
  return { megabytes: Math.floor(bytes / MEGABYTE), needed: FREE_BYTES_MIN / MEGABYTE }
}

/** Folder by folder: `recursive` never comes back where the system refuses to make one, as in /proc. */
function makeFolder(path: string, mode: number): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return
  if (dirname(path) !== path) makeFolder(dirname(path), 0o755)
  mkdirSync(path, { mode })
}

function nearestExisting(path: string): string {
  return statSync(path, { throwIfNoEntry: false }) || dirname(path) === path ? path : nearestExisting(dirname(path))
}
