import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keepSecret, readSecret } from './secret-file.ts'

let data: string

beforeAll(() => {
  data = mkdtempSync(join(tmpdir(), 'tandem-secret-'))
  mkdirSync(join(data, 'secrets'))
})
afterAll(() => rmSync(data, { recursive: true, force: true }))

describe('a secret', () => {
  it('is what its file says, without the end of the line; nothing when there is none', async () => {
    writeFileSync(join(data, 'secrets/help'), 'word \n')
    expect(await readSecret(data, 'help')).toBe('word ')
    expect(await readSecret(data, 'none')).toBeUndefined()
  })

  it('is replaced as a whole, for this user alone', async () => {
    writeFileSync(join(data, 'secrets/token'), 'old\n', { mode: 0o644 })
    await keepSecret(data, 'token', 'new')
    expect(await readSecret(data, 'token')).toBe('new')
    expect(statSync(join(data, 'secrets/token')).mode & 0o777).toBe(0o600)
    expect(readdirSync(join(data, 'secrets')).filter((name) => name.endsWith('.next'))).toEqual([])
  })

  it('stays as it is when it cannot be replaced', async () => {
    await expect(keepSecret(join(data, 'nowhere'), 'token', 'new')).rejects.toThrow()
    expect(await readSecret(data, 'token')).toBe('new')
  })
})
