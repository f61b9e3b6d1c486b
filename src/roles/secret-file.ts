import { randomBytes } from 'node:crypto'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The text of a secret: a file that only Tandem's user reads, on each machine; the line's end is no part of it. Undefined when there is none. */
export async function readSecret(data: string, name: string): Promise<string | undefined> {
  const text = await readFile(fileOf(data, name), 'utf8').catch(() => undefined)
  return text?.replace(/\r?\n$/, '')
}

/** Puts a new text in its place: a death in between leaves the old one whole. */
export async function keepSecret(data: string, name: string, text: string): Promise<void> {
  const file = fileOf(data, name)
  const next = `${file}.${randomBytes(6).toString('hex')}.next`
  try {
    await writeFile(next, `${text}\n`, { mode: 0o600, flush: true })
    await rename(next, file)
  } catch (cause) {
    await rm(next, { force: true })
    throw cause
  }
}

function fileOf(data: string, name: string): string {
  return join(data, 'secrets', name)
}
