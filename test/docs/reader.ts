import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { eventually } from '../kit/api-client.ts'
import { ROOT } from '../tidy/source-tree.ts'
import { type Fence, fencesOf, missingLines } from './fences.ts'

/** A block that takes longer than this hangs: the longest is a simulation of half a minute, and minutes on a slow machine. */
const BLOCK_MS_MAX = 300_000

/** A first start makes a database. */
const START_MS_MAX = 120_000

/** Not linked into the reader's folder: what it writes there is its own. */
const OWN = new Set(['data', '.git', '.artifacts'])

export interface ReaderOptions {
  /** What stands in the page, and what it is here: addresses, ports, folders. */
  readonly replace: Readonly<Record<string, string>>
  readonly environment: Readonly<Record<string, string>>
}

/** Somebody who does what a page says, block by block, in one shell in a folder that looks like the repository. */
export class Reader {
  readonly folder: string
  readonly #options: ReaderOptions
  readonly #shell: ChildProcess
  readonly #started: ChildProcess[] = []
  #output = ''
  #blocks = 0

  constructor(options: ReaderOptions) {
    this.#options = options
    this.folder = mkdtempSync(join(tmpdir(), 'tandem-reader-'))
    for (const name of readdirSync(ROOT).filter((name) => !OWN.has(name)))
      symlinkSync(join(ROOT, name), join(this.folder, name))
    this.#shell = this.#spawn(['--noprofile', '--norc'], (text) => {
      this.#output += text
    })
  }

  /** Does all that the page says, or only what stands under one heading. */
  async follow(page: string, section?: string): Promise<void> {
    let printed = ''
    for (const fence of fencesOf(page).filter((one) => section === undefined || one.section === section)) {
      printed = await this.take(fence, printed)
    }
  }

  /** Does one block; gives what is now the last thing printed. */
  async take(fence: Fence, printed: string): Promise<string> {
    const text = this.here(fence.text)
    if (fence.kind === 'file') {
      const file = join(this.folder, fence.file)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, text)
    } else if (fence.kind === 'start') return this.#start(text)
    else if (fence.kind === 'run') return this.run(text)
    else {
      const missing = missingLines(text, printed)
      if (missing.length > 0) throw new Error(`not printed:\n${missing.join('\n')}\nbut:\n${printed}`)
    }
    return printed
  }

  /** The text of the page with this machine's addresses and folders in it. */
  here(text: string): string {
    return Object.entries(this.#options.replace).reduce((all, [from, to]) => all.replaceAll(from, to), text)
  }

  /** Runs words in the shell, whose variables stay; ends with what was printed, or fails with it. */
  async run(text: string): Promise<string> {
    const mark = `end-of-block-${this.#blocks++}`
    this.#output = ''
    // A command that fails in the midst of a block counts too, unless the block itself asks how it went.
    this.#shell.stdin?.write(
      `set -E; FAULT=0; trap 'FAULT=$?' ERR\n{ ${text}\n} </dev/null\ntrap - ERR; printf '\\n%s %s\\n' ${mark} $FAULT\n`,
    )
    const end = new RegExp(`^${mark} (\\d+)$`, 'm')
    await eventually(`the end of\n${text}`, () => (end.test(this.#output) ? true : undefined), BLOCK_MS_MAX).catch(
      (cause: unknown) => {
        throw new Error(`did not end:\n${text}\n${this.#output}`, { cause })
      },
    )
    const printed = this.#output.replace(end, '').trimEnd()
    const code = end.exec(this.#output)?.[1]
    if (code !== '0') throw new Error(`exit code ${code} of:\n${text}\n${printed}`)
    return printed
  }

  async close(): Promise<void> {
    for (const child of [...this.#started, this.#shell]) await endGroup(child)
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** Starts what runs in the foreground of a terminal of its own, and waits until it says that it is ready. */
  async #start(text: string): Promise<string> {
    let output = ''
    const child = this.#spawn(['-c', text], (more) => {
      output += more
    })
    this.#started.push(child)
    const well = await eventually(
      `"ready in" of\n${text}`,
      () => (/^ready in \d+ ms$/m.test(output) ? true : child.exitCode === null ? undefined : false),
      START_MS_MAX,
    )
    if (!well) throw new Error(`ended with ${child.exitCode}:\n${text}\n${output}`)
    return output
  }

  #spawn(words: readonly string[], heard: (text: string) => void): ChildProcess {
    const own = Object.entries(process.env).filter(([name]) => !name.startsWith('TANDEM_'))
    const path = `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`
    const child = spawn('bash', [...words], {
      cwd: this.folder,
      env: { ...Object.fromEntries(own), PATH: path, ...this.#options.environment },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    })
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => heard(chunk.toString()))
    child.stdin?.on('error', () => {})
    return child
  }
}

/** Ends a process and all that it started, in order. */
async function endGroup(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  process.kill(-child.pid, 'SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 30_000)
  await ended
  clearTimeout(timer)
}
