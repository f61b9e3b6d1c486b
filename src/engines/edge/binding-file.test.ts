import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { silentLogger } from '#base'
import type { Binding } from '#protocols/control'
import { BindingFile, type KeptBindings } from './binding-file.ts'

let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tandem-bindings-'))
  path = join(folder, 'bindings.jsonl')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const binding = (contact: string, updatedAt: number): Binding => ({
  contact,
  flow: 'f' as Binding['flow'],
  expiresAt: 1_000_000,
  updatedAt,
  callId: 'c',
  cseq: 1,
})
const kept = (user: string, ...bindings: Binding[]): KeptBindings => ({ user, bindings, removals: [] })

async function begun(known: readonly KeptBindings[] = []): Promise<BindingFile> {
  const file = new BindingFile(path, silentLogger)
  file.begin(() => known)
  await file.close()
  return file
}

it('gives the next life what the last one knew, of each user the newest', async () => {
  expect(await new BindingFile(path, silentLogger).load()).toEqual([])
  const file = await begun([kept('2001', binding('sip:a', 1))])
  file.add(kept('2002', binding('sip:b', 2)))
  file.add(kept('2001', binding('sip:c', 3)))
  file.add(kept('2003', binding('sip:d', 4)))
  file.add(kept('2003'))
  await file.close()
  expect(await new BindingFile(path, silentLogger).load()).toEqual([
    kept('2001', binding('sip:c', 3)),
    kept('2002', binding('sip:b', 2)),
    kept('2003'),
  ])
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

it('leaves out a line that a crash cut off, and whatever is none', async () => {
  await begun([kept('2001', binding('sip:a', 1))])
  appendFileSync(path, '{"user":7}\n{"user":"2002","bindings":[{"contact":"sip')
  expect(await new BindingFile(path, silentLogger).load()).toEqual([kept('2001', binding('sip:a', 1))])
})

it('is written anew when it has grown, and never lacks what was added meanwhile', async () => {
  const known = new Map<string, KeptBindings>()
  const file = new BindingFile(path, silentLogger)
  file.begin(() => [...known.values()])
  for (let round = 0; round < 400; round++) {
    for (let user = 0; user < 200; user++) {
      const change = kept(`${2000 + user}`, binding(`sip:${round}@192.0.2.1`, round))
      known.set(change.user, change)
      file.add(change)
    }
    if (round % 10 === 0) await file.close()
  }
  await file.close()
  expect(statSync(path).size).toBeLessThan(9 * 1024 * 1024)
  const loaded = await new BindingFile(path, silentLogger).load()
  expect(loaded).toEqual([...known.values()])
})

it('goes on when the disk refuses, and has everything when it no longer does', async () => {
  const known = [kept('2001', binding('sip:a', 1))]
  const file = new BindingFile(join(folder, 'not-there', 'bindings.jsonl'), silentLogger)
  file.begin(() => known)
  await file.close()
  const other = await begun(known)
  rmSync(folder, { recursive: true })
  other.add(kept('2002', binding('sip:b', 2)))
  await other.close()
  expect(() => readFileSync(path)).toThrow('ENOENT')
})
