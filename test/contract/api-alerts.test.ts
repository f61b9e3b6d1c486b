import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { AlertView } from '#api/contract'
import { Asker, TestCentre } from './api-kit.ts'

let centre: TestCentre
let supervisor: Asker
let admin: Asker
let agent1: Asker

beforeAll(async () => {
  centre = await TestCentre.start()
  ;[supervisor, admin, agent1] = (await Promise.all(
    ['supervisor', 'admin', 'agent1'].map((user) => Asker.as(centre.base, user)),
  )) as [Asker, Asker, Asker]
})
afterAll(() => centre?.close())

/** A core looks once a second; a busy machine takes its time. */
const SOON = { timeout: 30_000, interval: 100 }

async function threshold(name: string, value: object | undefined): Promise<void> {
  const basedOn = centre.state.configuration.version
  const change = { kind: 'threshold', name, ...(value && { value: { name, ...value } }) } as never
  await centre.submit({ type: 'ChangeConfiguration', by: 'admin', basedOn, changes: [change] })
}

const WAITING = { queue: 'support', figure: 'waiting', comparison: 'above', value: 0, level: 'critical' } as const

const present = async (): Promise<readonly AlertView[]> => (await supervisor.ask('GET', '/alerts')).body

/** The only alert that goes on. */
async function raised(): Promise<AlertView> {
  return vi.waitFor(async () => {
    const [alert] = await present()
    expect(alert).toBeDefined()
    return alert!
  }, SOON)
}

async function calm(): Promise<void> {
  await vi.waitFor(async () => expect(await present()).toEqual([]), SOON)
}

/** History once it holds so many alerts that have ended: on a busy machine the database may be away for a moment. */
const past = (query: string, ended: number): Promise<{ items: readonly AlertView[]; next: number | null }> =>
  vi.waitFor(async () => {
    const { items } = (await supervisor.ask('GET', '/alerts/history?limit=200')).body
    expect(items.filter(({ endedAt }: AlertView) => endedAt !== null)).toHaveLength(ended)
    const { status, body } = await supervisor.ask('GET', `/alerts/history${query}`)
    expect(status).toBe(200)
    return body
  }, SOON)

describe('an alert (RPT-06)', () => {
  it('is raised by the core, seen and acknowledged by people, outlives the core, and stands in history', async () => {
    await threshold('anybody', WAITING)
    const call = await centre.call('ix-alert', '1001')
    const alert = await raised()
    expect(alert).toMatchObject({ queue: 'support', value: 1, threshold: WAITING, seen: [], acknowledged: null })
    expect((await supervisor.ask('POST', `/alerts/${alert.id}/seen`)).status).toBe(200)
    await supervisor.ask('POST', `/alerts/${alert.id}/seen`)
    const acknowledged = await supervisor.ask('POST', `/alerts/${alert.id}/acknowledge`, { note: 'two more come' })
    expect(acknowledged.body).toMatchObject({ acknowledged: { by: 'supervisor', note: 'two more come' } })
    // Who is later is told who was first.
    const later = await admin.ask('POST', `/alerts/${alert.id}/acknowledge`, {})
    expect(later.body).toMatchObject({ acknowledged: { by: 'supervisor' } })
    await centre.restart()
    expect(await present()).toMatchObject([{ id: alert.id, seen: [{ user: 'supervisor' }] }])
    await centre.submit({ type: 'End', interaction: call, by: 'supervisor' })
    await calm()
    const { items } = await past('', 1)
    expect(items).toMatchObject([
      {
        ...{ id: alert.id, endReason: 'restored', seen: [{ user: 'supervisor' }] },
        acknowledged: { by: 'supervisor', note: 'two more come' },
      },
    ])
    expect((await supervisor.ask('POST', `/alerts/${alert.id}/acknowledge`, {})).status).toBe(404)
  })

  it('is listed newest first, a page at a time', async () => {
    for (const id of ['ix-page-1', 'ix-page-2']) {
      await centre.call(id, '1001')
      await raised()
      await centre.submit({ type: 'End', interaction: id, by: 'supervisor' })
      await calm()
    }
    const ids: string[] = []
    for (let after: number | null = 0; after !== null; ) {
      const body = await past(`?limit=1${after === 0 ? '' : `&after=${after}`}`, 3)
      ids.push(...body.items.map((one: AlertView) => one.id))
      after = body.next
    }
    const numbers = ids.map((id) => Number(id.slice(3)))
    expect(numbers).toEqual([...numbers].sort((a, b) => b - a))
    expect(new Set(ids).size).toBe(3)
  })

  it('ends when its threshold is gone, and is for those who see the figures', async () => {
    await centre.call('ix-gone', '1001')
    const alert = await raised()
    expect((await agent1.ask('GET', '/alerts')).status).toBe(403)
    expect((await agent1.ask('POST', `/alerts/${alert.id}/seen`)).status).toBe(403)
    expect((await agent1.ask('POST', `/alerts/${alert.id}/acknowledge`, {})).status).toBe(403)
    expect((await agent1.ask('GET', '/alerts/history')).status).toBe(403)
    expect((await supervisor.ask('POST', `/alerts/${alert.id}/acknowledge`, { note: 'x'.repeat(201) })).status).toBe(
      422,
    )
    expect((await supervisor.ask('POST', '/alerts/al-999/seen')).status).toBe(404)
    await threshold('anybody', undefined)
    await calm()
    expect((await past('?limit=1', 4)).items).toMatchObject([{ id: alert.id, endReason: 'changed' }])
  })
})

describe('an alert of what is overdue', () => {
  it('tells of work items that are not done in time, until they are (DIG-14)', async () => {
    await threshold('late', { ...WAITING, figure: 'overdue' })
    const item = { type: 'CreateWorkItem', queue: 'support', subject: 'A form' } as const
    const dueAt = Date.now() - 1
    await centre.submit({ ...item, interaction: 'ix-late', item: { dueAt } })
    await centre.submit({ ...item, interaction: 'ix-other-queue', queue: 'sales', item: { dueAt } })
    expect(await raised()).toMatchObject({ queue: 'support', value: 1, threshold: { figure: 'overdue' } })
    for (const interaction of ['ix-late', 'ix-other-queue']) {
      await centre.submit({ type: 'End', interaction, by: 'supervisor' })
    }
    await calm()
    await threshold('late', undefined)
  })
})
