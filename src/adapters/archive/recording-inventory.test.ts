import { describe, expect, it } from 'vitest'
import { silentLogger, VirtualClock } from '#base'
import { MemoryBlobs } from '#seams/blobs'
import { MemoryRecordingHolders, MemoryRecordings } from '#seams/store'
import { recordingOf } from './fake-machines.ts'
import { RecordingInventory } from './recording-inventory.ts'

function open() {
  const clock = new VirtualClock()
  const own = new MemoryBlobs(clock)
  const catalogue = new MemoryRecordings()
  const holders = new MemoryRecordingHolders(catalogue)
  const inventory = new RecordingInventory({ node: 'own', own, holders, clock, logger: silentLogger })
  const heldBy = async (id: string) =>
    (await holders.lacking({ node: '', sources: ['own', 'other'], gone: [] })).find((one) => one.id === id)?.heldBy
  return { clock, own, catalogue, holders, inventory, heldBy }
}

describe('the inventory of recordings', () => {
  it('claims what lies here and nobody claims, and no more what does not lie here (DR-03)', async () => {
    const { own, catalogue, holders, inventory, heldBy } = open()
    for (const id of ['old', 'lost', 'short', 'kept']) await catalogue.upsert(recordingOf(id, 'a talk').entry)
    for (const id of ['lost', 'short', 'kept']) await holders.hold('own', [id])
    for (const id of ['old', 'kept']) await own.put(`recordings/${id}.wav`, Buffer.from('a talk'))
    await own.put('recordings/short.wav', Buffer.from('a'))
    await inventory.look()
    expect([await heldBy('old'), await heldBy('kept')]).toEqual([['own'], ['own']])
    expect([await heldBy('lost'), await heldBy('short')]).toEqual([undefined, undefined])
    expect(await holders.machines()).toEqual(['own'])
    expect((await holders.count([])).count).toBe(4)
  })

  it('claims what was brought here by hand, and says nothing of what others claim', async () => {
    const { own, catalogue, holders, inventory } = open()
    for (const id of ['restored', 'theirs']) {
      await catalogue.upsert(recordingOf(id, 'a talk').entry)
      await holders.hold('other', [id])
    }
    await own.put('recordings/restored.wav', Buffer.from('a talk'))
    await inventory.look()
    const heldBy = (await holders.stored('')).map((one) => [one.id, one.heldBy])
    expect(heldBy).toEqual([
      ['restored', ['other', 'own']],
      ['theirs', ['other']],
    ])
  })

  it('goes through all pages', async () => {
    const { clock, catalogue, own, inventory, holders } = open()
    for (let n = 0; n < 450; n++) {
      const { entry, key, content } = recordingOf(`r${n}`, 'a talk')
      await catalogue.upsert(entry)
      await own.put(key, content)
    }
    let over = false
    const looking = inventory.look().finally(() => {
      over = true
    })
    while (!over) {
      await new Promise((resolve) => setImmediate(resolve))
      clock.advance(100)
    }
    await looking
    for (const after of ['', 'r3']) for (const one of await holders.stored(after)) expect(one.heldBy).toEqual(['own'])
  })

  it('says nothing of what it could not see', async () => {
    const { own, catalogue, holders, inventory, heldBy } = open()
    await catalogue.upsert(recordingOf('r1', 'a talk').entry)
    await holders.hold('own', ['r1'])
    own.stat = () => Promise.reject(new TypeError('the disk is away'))
    await expect(inventory.look()).rejects.toThrow('away')
    expect(await heldBy('r1')).toEqual(['own'])
  })
})
