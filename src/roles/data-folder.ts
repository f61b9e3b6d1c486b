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
import { join } from 'node:path'
import { defineErrors } from '#base'
import { isAlive, readPid } from './role-process.ts'

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
      for (const part of ['', 'run', 'log', 'spool', 'blobs'])
        mkdirSync(join(this.path, part), { recursive: true, mode: part === '' ? 0o755 : 0o700 })
      accessSync(this.path, constants.R_OK | constants.W_OK | constants.X_OK)
      const probe = join(this.path, 'run', 'probe')
      writeFileSync(probe, Buffer.alloc(4096))
      rmSync(probe)
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOSPC')
        throw DATA_ERRORS['data.full']({ data: this.path, megabytes: 0, needed: FREE_BYTES_MIN / 1024 / 1024 }, cause)
      throw DATA_ERRORS['data.unusable'](
        { data: this.path, problem: cause instanceof Error ? cause.message : String(cause) },
        cause,
      )
    }
    const { bavail, bsize } = statfsSync(this.path)
    if (bavail * bsize < FREE_BYTES_MIN) {
      throw DATA_ERRORS['data.full']({
        data: this.path,
        megabytes: Math.floor((bavail * bsize) / 1024 / 1024),
        needed: FREE_BYTES_MIN / 1024 / 1024,
      })
    }
  }

  /** Takes the folder for this supervisor; refuses while another lives. */
  lock(): void {
    const file = join(this.path, 'run', 'supervisor.pid')
    const pid = readPid(file)
    if (pid !== undefined && pid !== process.pid && isAlive(pid) && isSupervisor(pid))
      throw DATA_ERRORS['data.in-use']({ pid, data: this.path })
    writeFileSync(file, String(process.pid))
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

  /** Remembers whether the folder was made as a demo; a later start without `--demo` goes on as what it is. */
  demo(wanted: boolean): boolean {
    const file = join(this.path, 'centre.json')
    if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')).demo === true
    writeFileSync(file, `${JSON.stringify({ demo: wanted })}\n`)
    return wanted
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
      copyFileSync(file, `${file}.1`)
      truncateSync(file)
    }
  }
}

/** Numbers of processes are used again; ours runs `start`. */
function isSupervisor(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes('start')
  } catch {
    return true
  }
}
