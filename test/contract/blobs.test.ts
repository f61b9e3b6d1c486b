import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '#base'
import { type Blobs, DirectoryBlobs, MemoryBlobs } from '#seams/blobs'

const folders: string[] = []
afterAll(async () => {
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })))
})

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tandem-blobs-'))
  folders.push(folder)
  return folder
}

const DRIVERS: Readonly<Record<string, () => Promise<Blobs>>> = {
  memory: async () => new MemoryBlobs(systemClock),
  'a directory': async () => DirectoryBlobs.open(join(await newFolder(), 'blobs')),
}

describe.each(Object.entries(DRIVERS))('blobs in %s', (_driver, open) => {
  let blobs: Blobs
  beforeEach(async () => {
    blobs = await open()
  })

  const read = async (key: string, range?: { start?: number; end?: number }) => {
    const found = await blobs.get(key, range)
    return found && (await buffer(found.body)).toString()
  }

  it('REC-11 gives back what was put, with its size and hash', async () => {
    const sha256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
    expect(await blobs.put('recordings/2026/a.wav', Buffer.from('abc'))).toEqual({ sizeBytes: 3, sha256 })
    async function* parts() {
      yield Buffer.from('a')
      yield Buffer.from('bc')
    }
    expect(await blobs.put('b', parts())).toEqual({ sizeBytes: 3, sha256 })
    expect(await read('recordings/2026/a.wav')).toBe('abc')
    expect(await blobs.stat('b')).toMatchObject({ key: 'b', sizeBytes: 3 })
    expect(await blobs.get('c')).toBeUndefined()
    expect(await blobs.stat('recordings')).toBeUndefined()
    expect(await blobs.get('recordings')).toBeUndefined()
  })

  it('gives a part of it', async () => {
    await blobs.put('a', Buffer.from('0123456789'))
    expect(await read('a', { start: 2, end: 4 })).toBe('234')
    expect(await read('a', { start: 8 })).toBe('89')
    expect(await read('a', { end: 1 })).toBe('01')
    expect(await read('a', { start: 10 })).toBe('')
  })

  it('replaces, and removes once', async () => {
    await blobs.put('a', Buffer.from('old and longer'))
    await blobs.put('a', Buffer.from('new'))
    expect(await read('a')).toBe('new')
    expect(await blobs.remove('a')).toBe(true)
    expect(await blobs.remove('a')).toBe(false)
    expect(await read('a')).toBeUndefined()
    await blobs.put('empty', Buffer.alloc(0))
    expect(await read('empty')).toBe('')
  })

  it('leaves nothing of a put that failed half-way, and what was there before', async () => {
    await blobs.put('a', Buffer.from('old'))
    async function* failing() {
      yield Buffer.from('half')
      throw new Error('the sender died')
    }
    await expect(blobs.put('a', failing())).rejects.toThrow('the sender died')
    await expect(blobs.put('b', failing())).rejects.toThrow('the sender died')
    expect(await read('a')).toBe('old')
    expect((await blobs.list('')).map(({ key }) => key)).toEqual(['a'])
  })

  it('lists by prefix in the order of keys and in pages', async () => {
    const keys = ['a', 'a.b', 'a-c/x', 'ab/c', 'b/1', 'b/10/x', 'b/2']
    for (const key of keys) await blobs.put(key, Buffer.from('x'))
    const list = async (...args: Parameters<Blobs['list']>) => (await blobs.list(...args)).map(({ key }) => key)
    expect(await list('')).toEqual([...keys].sort())
    expect(await list('b/1')).toEqual(['b/1', 'b/10/x'])
    expect(await list('a')).toEqual(['a', 'a-c/x', 'a.b', 'ab/c'])
    expect(await list('b/', { limit: 2 })).toEqual(['b/1', 'b/10/x'])
    expect(await list('b/', { after: 'b/10/x' })).toEqual(['b/2'])
    expect(await list('zz')).toEqual([])
  })

  it('refuses keys that could lead anywhere else', async () => {
    const bad = [
      '',
      '/a',
      'a/',
      'a//b',
      '../a',
      'a/../b',
      '.a',
      'a\\b',
      'a\0b',
      'ä',
      'x'.repeat(201),
      '1/2/3/4/5/6/7/8/9',
    ]
    for (const key of bad) {
      await expect(blobs.put(key, Buffer.from('x')), key).rejects.toMatchObject({ code: 'blobs.key' })
      await expect(blobs.get(key), key).rejects.toMatchObject({ code: 'blobs.key' })
      await expect(blobs.stat(key), key).rejects.toMatchObject({ code: 'blobs.key' })
      await expect(blobs.remove(key), key).rejects.toMatchObject({ code: 'blobs.key' })
    }
  })
})

describe('blobs in a directory', () => {
  it('clear what a crash left unfinished', async () => {
    const root = await newFolder()
    await DirectoryBlobs.open(root)
    await writeFile(join(root, '.unfinished', 'half'), 'half')
    await DirectoryBlobs.open(root)
    expect(await readdir(join(root, '.unfinished'))).toEqual([])
  })

  it('leave alone what another process is writing', async () => {
    const root = await newFolder()
    await DirectoryBlobs.open(root)
    await writeFile(join(root, '.unfinished', `${process.pid}.half`), 'half')
    await DirectoryBlobs.open(root)
    expect(await readdir(join(root, '.unfinished'))).toEqual([`${process.pid}.half`])
  })

  it('say in one sentence that their folder cannot be used', async () => {
    const file = join(await newFolder(), 'file')
    await writeFile(file, '')
    await expect(DirectoryBlobs.open(join(file, 'blobs'))).rejects.toMatchObject({ code: 'blobs.unreachable' })
  })
})
