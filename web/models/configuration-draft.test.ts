import { describe, expect, it } from 'vitest'
import { ConfigurationDraft, draftedObjects, foundObjects } from './configuration-draft.ts'

class Kept {
  readonly items = new Map<string, string>()
  getItem = (key: string) => this.items.get(key) ?? null
  setItem = (key: string, value: string) => void this.items.set(key, value)
  removeItem = (key: string) => void this.items.delete(key)
}

const queue = (priority: number) => ({ kind: 'queue', name: 'support', value: { priority } })

describe('a draft of the configuration', () => {
  it('remembers the version that it began at, and each object once', () => {
    const draft = new ConfigurationDraft(new Kept(), 'admin')
    draft.put(queue(10), 4)
    draft.put(queue(20), 5)
    draft.put({ kind: 'user', name: 'agent1' }, 6)
    expect(draft.get()).toMatchObject({ basedOn: 4, changes: [queue(20), { kind: 'user', name: 'agent1' }] })
  })

  it('goes back step by step, and not further than its beginning', () => {
    const draft = new ConfigurationDraft(new Kept(), 'admin')
    draft.put(queue(10), 4)
    draft.put(queue(20), 4)
    draft.drop(queue(20))
    expect(draft.get().changes).toEqual([])
    draft.undo()
    expect(draft.get().changes).toEqual([queue(20)])
    draft.undo()
    draft.undo()
    draft.undo()
    expect(draft.get().changes).toEqual([])
  })

  it('takes typing on in one field as one step', () => {
    const draft = new ConfigurationDraft(new Kept(), 'admin')
    for (const priority of [1, 12, 125]) draft.put(queue(priority), 4)
    draft.put({ ...queue(125), value: { priority: 125, recorded: true } }, 4)
    draft.undo()
    expect(draft.get().changes).toEqual([queue(125)])
    draft.undo()
    expect(draft.get().changes).toEqual([queue(1)])
  })

  it('goes back to the version that was seen then, so that nothing newer is overwritten unseen (CFG-05)', () => {
    const draft = new ConfigurationDraft(new Kept(), 'admin')
    draft.put(queue(10), 4)
    draft.discard()
    draft.put({ kind: 'user', name: 'agent1' }, 9)
    expect(draft.get().basedOn).toBe(9)
    draft.undo()
    draft.undo()
    expect(draft.get()).toMatchObject({ basedOn: 4, changes: [queue(10)] })
  })

  it('lives through a reload, for its author alone, and leaves nothing once it is cleared', () => {
    const kept = new Kept()
    new ConfigurationDraft(kept, 'admin').put(queue(10), 4)
    const again = new ConfigurationDraft(kept, 'admin')
    expect(again.get()).toMatchObject({ basedOn: 4, changes: [queue(10)] })
    expect(new ConfigurationDraft(kept, 'other').get().changes).toEqual([])
    again.clear()
    expect(kept.items.size).toBe(0)
  })

  it('begins empty when what was kept is garbage, and goes on when nothing can be kept', () => {
    const kept = new Kept()
    kept.setItem('tandem.configuration-draft.admin', '{"changes": 5')
    const draft = new ConfigurationDraft(kept, 'admin')
    kept.setItem = () => {
      throw new TypeError('full')
    }
    draft.putAll([queue(10), { kind: 'user', name: 'agent1' }], 1)
    expect(draft.get().changes).toHaveLength(2)
  })

  it('keeps its changes over newer ones only when its author says so', () => {
    const draft = new ConfigurationDraft(new Kept(), 'admin')
    draft.put(queue(10), 4)
    draft.rebase(9)
    expect(draft.get()).toMatchObject({ basedOn: 9, changes: [queue(10)] })
  })

  it('is laid over what is published', () => {
    const published = { a1: { x: 1 }, a10: { x: 1 }, a2: { x: 1 } }
    const changes = [
      { kind: 'user', name: 'a2' },
      { kind: 'user', name: 'a10', value: { x: 2 } },
      { kind: 'user', name: 'b', value: { x: 3 } },
      { kind: 'queue', name: 'a1' },
    ]
    expect(
      draftedObjects(published, changes, { kind: 'user', names: [] }).map(({ name, state }) => `${name} ${state}`),
    ).toEqual(['a1 published', 'a2 gone', 'a10 changed', 'b new'])
  })

  it('lists names that there are beside what is set, and finds by name and content', () => {
    const names = [{ name: 'Time Zone' }, { name: 'Reasons' }]
    const kind = { kind: 'parameter', names }
    const changes = [{ kind: 'parameter', name: 'Reasons', value: { value: 'Break' } }]
    const objects = draftedObjects({}, changes, kind)
    expect(objects.map(({ name, state }) => `${name} ${state}`)).toEqual(['Reasons new', 'Time Zone absent'])
    expect(draftedObjects({}, [{ kind: 'parameter', name: 'Time Zone' }], kind)[1]?.state).toBe('absent')
    expect(foundObjects(objects, 'break').map(({ name }) => name)).toEqual(['Reasons'])
    expect(foundObjects(objects, ' ZONE').map(({ name }) => name)).toEqual(['Time Zone'])
  })
})
