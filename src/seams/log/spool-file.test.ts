import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { LogBatch } from './port.ts'
import { spoolFolder } from './spool-disk.ts'
import { SpoolFile } from './spool-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'tandem-spool-'))
afterAll(() => rmSync(folder, { recursive: true }))

let count = 0
const newPath = () => join(folder, `${++count}.spool`)
const openAt = (path: string, bytesMax?: number) => SpoolFile.open(spoolFolder(folder), basename(path), bytesMax)

const batch = (after: number, ...bodies: string[]): LogBatch => ({
  term: 7,
  after,
  records: bodies.map((body, i) => ({ at: 1_000 + i, body })),
})

async function bodiesOf(spool: SpoolFile, after: number, limit = 1_000): Promise<string[]> {
  return (await spool.read(after, limit)).map(({ sequence, body }) => `${sequence} ${body}`)
}

describe('a spool file', () => {
  it('gives back what was appended, from any place, in whole batches, also when it is opened again', async () => {
    const path = newPath()
    const first = await openAt(path)
    expect([first.from, first.end, first.bytes]).toEqual([undefined, undefined, 0])
    await first.append(batch(41, 'a', 'é 漢 🙂'))
    await first.append(batch(43, 'c'))
    await first.append(batch(44, 'd', 'e'))
    await first.close()
    const again = await openAt(path)
    expect([again.from, again.end]).toEqual([41, 46])
    expect(await bodiesOf(again, 41)).toEqual(['42 a', '43 é 漢 🙂', '44 c', '45 d', '46 e'])
    expect(await bodiesOf(again, 42)).toEqual(['43 é 漢 🙂', '44 c', '45 d', '46 e'])
    expect(await bodiesOf(again, 41, 3)).toEqual(['42 a', '43 é 漢 🙂', '44 c'])
    expect(await bodiesOf(again, 44, 1)).toEqual(['45 d', '46 e'])
    expect(await bodiesOf(again, 46)).toEqual([])
    await again.close()
  })

  it('loses the batch that a crash tore, at whatever byte, and no other', async () => {
    const path = newPath()
    const spool = await openAt(path)
    await spool.append(batch(0, 'kept'))
    const kept = statSync(path).size
    await spool.append(batch(1, 'torn', 'torn too'))
    await spool.close()
    const whole = readFileSync(path)
    for (let size = kept; size < whole.length; size++) {
      writeFileSync(path, whole.subarray(0, size))
      const torn = await openAt(path)
      expect([torn.end, statSync(path).size]).toEqual([1, kept])
      await torn.append(batch(1, 'anew'))
      expect(await bodiesOf(torn, 0)).toEqual(['1 kept', '2 anew'])
      await torn.close()
    }
  })

  it('believes no byte that was changed', async () => {
    const path = newPath()
    const spool = await openAt(path)
    await spool.append(batch(0, 'kept'))
    const kept = statSync(path).size
    await spool.append(batch(1, 'changed'))
    await spool.close()
    const whole = readFileSync(path)
    for (let at = kept; at < whole.length; at++) {
      const changed = Buffer.from(whole)
      changed[at] = changed[at]! ^ 1
      writeFileSync(path, changed)
      const found = await openAt(path)
      expect(found.end).toBe(1)
      await found.close()
    }
  })

  it('begins anew after it was emptied, and finds nothing of before behind it', async () => {
    const path = newPath()
    const spool = await openAt(path)
    await spool.append(batch(0, 'a', 'b', 'c'))
    await spool.clear()
    await spool.append(batch(90, 'x'))
    await spool.close()
    appendFileSync(path, 'not a frame at all')
    const again = await openAt(path)
    expect([again.from, again.end]).toEqual([90, 91])
    await again.close()
  })

  it('refuses what goes over its limit, and takes what still fits', async () => {
    const path = newPath()
    const spool = await openAt(path, 200)
    await spool.append(batch(0, 'a'))
    await expect(spool.append(batch(1, 'b'.repeat(200)))).rejects.toMatchObject({ code: 'log.spool-full', status: 503 })
    await spool.append(batch(1, 'c'))
    expect(await bodiesOf(spool, 0)).toEqual(['1 a', '2 c'])
    await spool.close()
    truncateSync(path, 0)
  })
})
