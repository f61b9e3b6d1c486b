import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silentLogger, VirtualClock } from '#base'
import { MemoryBlobs } from '#seams/blobs'
import { MemoryRecordings } from '#seams/store'
import { FakeMachines, recordingOf } from './fake-machines.ts'
import { WantedRecordings } from './wanted-recordings.ts'

/** Each file counts as long as an hour of two channels and more. */
class LargeBlobs extends MemoryBlobs {
  override async list(prefix: string): ReturnType<MemoryBlobs['list']> {
    return (await super.list(prefix)).map((one) => ({ ...one, sizeBytes: 200 * 1024 * 1024 }))
  }
}

/** Lets time pass until a machine was asked so; none before the first was asked, as the wishes are files of a real disk, which takes its time. */
async function eventually({ asked, clock }: FakeMachines, what: string): Promise<void> {
  while (asked.length === 0) await new Promise((resolve) => setImmediate(resolve))
  while (!asked.includes(what)) {
    await new Promise((resolve) => setImmediate(resolve))
    clock.advance(100)
  }
}

describe('recordings that are to be heard on another machine', () => {
  let wishes: string
  beforeEach(async () => {
    wishes = await mkdtemp(join(tmpdir(), 'tandem-wishes-'))
  })
  afterEach(() => rm(wishes, { recursive: true, force: true }))

  function centre(...others: readonly string[]) {
    const clock = new VirtualClock()
    const machines = new FakeMachines(clock, ...others)
    const catalogue = new MemoryRecordings()
    const brought = new LargeBlobs(clock)
    const wanted = new WantedRecordings({ wishes, brought, catalogue, machines, clock, logger: silentLogger })
    const wish = async (recording: string) => {
      await writeFile(join(wishes, recording), '')
      await utimes(join(wishes, recording), clock.now() / 1_000, clock.now() / 1_000)
    }
    const look = async () => {
      await wanted.look()
      await wanted.settled()
    }
    const keys = async () => (await brought.list('')).map(({ key }) => key)
    return { clock, machines, catalogue, brought, wish, look, keys }
  }

  it('are brought from whichever machine has them (VML-05)', async () => {
    const { machines, catalogue, wish, look, brought } = centre('a', 'b')
    const { entry, key, content } = recordingOf('r1', 'a message')
    await catalogue.upsert(entry)
    await machines.blobs.get('b')!.put(key, content)
    await wish('r1')
    await look()
    expect((await brought.get('r1.wav'))?.body.read().toString()).toBe('a message')
    const asked = machines.asked.length
    await look()
    expect(machines.asked).toHaveLength(asked)
  })

  it('are brought as soon as they are in the catalogue', async () => {
    const { machines, catalogue, wish, look, keys } = centre('a')
    const { entry, key, content } = recordingOf('r1', 'a message')
    await machines.blobs.get('a')!.put(key, content)
    await wish('r1')
    await look()
    expect(await keys()).toEqual([])
    await catalogue.upsert(entry)
    await look()
    expect(await keys()).toEqual(['r1.wav'])
  })

  it('go on from another machine when the first dies in the middle', async () => {
    const { machines, catalogue, wish, look, brought } = centre('a', 'b')
    const { entry, key, content } = recordingOf('r1', 'a message')
    await catalogue.upsert(entry)
    for (const blobs of machines.blobs.values()) await blobs.put(key, content)
    machines.manners.set('a', 'stops')
    await wish('r1')
    const looking = look()
    await eventually(machines, 'b 5')
    await looking
    expect((await brought.get('r1.wav'))?.body.read().toString()).toBe('a message')
  })

  it('are never what a machine makes of them', async () => {
    const { machines, catalogue, wish, look, keys } = centre('a', 'b')
    const { entry, key, content } = recordingOf('r1', 'a message')
    await catalogue.upsert(entry)
    await machines.blobs.get('a')!.put(key, content)
    machines.manners.set('a', 'lying')
    await wish('r1')
    await look()
    expect(await keys()).toEqual([])
    await machines.blobs.get('b')!.put(key, content)
    await look()
    expect(await keys()).toEqual(['r1.wav'])
  })

  it('are not looked for when nobody asks any more, nor when what is asked for is no name of one', async () => {
    const { clock, machines, catalogue, wish, look } = centre('a')
    await catalogue.upsert(recordingOf('r1', 'a message').entry)
    await wish('r1')
    await wish('.hidden')
    clock.advance(11_000)
    await look()
    expect([machines.asked, await readdir(wishes)]).toEqual([[], []])
  })

  it('are kept within a limit, the newest ones, and not for ever', async () => {
    const { clock, brought, look, keys } = centre('a')
    for (const name of ['r1.wav', 'r2.wav', 'r3.wav']) {
      await brought.put(name, Buffer.from('a message'))
      clock.advance(1_000)
    }
    clock.advance(3_600_000)
    await look()
    expect(await keys()).toEqual(['r2.wav', 'r3.wav'])
    clock.advance(24 * 3_600_000)
    await look()
    expect(await keys()).toEqual([])
  })
})
