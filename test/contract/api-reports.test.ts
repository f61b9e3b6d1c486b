import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ProblemSchema } from '#api/contract'
import { systemClock } from '#base'
import { type Answer, Asker, TestCentre } from './api-kit.ts'

/** A working day that is far from its midnight, wherever and whenever the test runs. */
const BEGUN = Date.parse('2026-06-10T10:00:00Z')
const SPAN = 'from=2026-06-10T09:00:00Z&to=2026-06-10T12:00:00Z'

let centre: TestCentre
let supervisor: Asker
let agent1: Asker
/** How far the test has moved the clock. */
let movedMs = 0

beforeAll(async () => {
  const started = systemClock.monotonic()
  const monotonic = (): number => systemClock.monotonic() + movedMs
  const now = (): number => Math.floor(BEGUN + monotonic() - started)
  centre = await TestCentre.start({ clock: { ...systemClock, monotonic, now } })
  supervisor = await Asker.as(centre.base, 'supervisor')
  agent1 = await Asker.as(centre.base, 'agent1')
  await aMorning()
})
afterAll(() => centre?.close())

/** Two callers are answered, one by each agent; one gives up after ten seconds, one at once. */
async function aMorning(): Promise<void> {
  for (const interaction of ['ix-early', 'ix-late']) {
    await centre.call(interaction)
    movedMs += interaction === 'ix-early' ? 1000 : 10_000
    await centre.submit({ type: 'ReportCleared', interaction, participant: `${interaction}.p1`, reason: 'hung-up' })
  }
  for (const [interaction, user] of [
    ['ix-1', 'agent1'],
    ['ix-2', 'agent3'],
  ] as const) {
    await centre.submit({ type: 'SetReachable', user, reachable: true })
    if (user === 'agent3')
      await centre.submit({ type: 'ChooseStatus', user: 'agent1', status: 'not-ready', reason: 'lunch' })
    await centre.call(interaction)
    movedMs += 3000
    const agent = await centre.answer(interaction)
    movedMs += 60_000
    await centre.submit({ type: 'Hold', interaction, participant: agent })
    movedMs += 5000
    await centre.submit({ type: 'Retrieve', interaction, participant: agent })
    movedMs += 20_000
    await centre.submit({ type: 'ReportCleared', interaction, participant: `${interaction}.p1`, reason: 'hung-up' })
    movedMs += 2000
    await centre.submit({ type: 'EndWrapUp', interaction, user })
  }
  await centre.settle()
}

function expectProblem(answer: Answer, status: number, path?: string): void {
  expect(answer.status, JSON.stringify(answer.body)).toBe(status)
  const problem = ProblemSchema.parse(answer.body)
  if (path !== undefined) expect(problem.errors?.map((error) => error.path)).toContain(path)
}

describe('reports', () => {
  it('RPT-02 RPT-05 promise 11: name each figure with the version of its definition', async () => {
    await centre.settle()
    const queues = (await supervisor.ask('GET', `/reports/queues?${SPAN}&interval=day`)).body
    const support = queues.rows.findLast((row: { name: string }) => row.name === 'support')
    const known = (await agent1.ask('GET', '/figures')).body.map((one: { id: string }) => one.id)
    for (const { id } of queues.definitions) expect(known).toContain(id)
    for (const { id } of queues.definitions) expect(support.figures).toHaveProperty([id])
    expect(support.figures).toMatchObject({
      'offered@1': 4,
      'answered@1': 2,
      'abandoned@1': 1,
      'service-level-offered@1': 50,
    })
    expect(support.serviceLevel).toMatchObject({ definition: 'service-level-offered-without-short@1', percent: 66.7 })
    const agents = (await supervisor.ask('GET', `/reports/agents?${SPAN}&interval=day&name=agent1`)).body
    expect(agents.rows.map((row: { name: string }) => row.name)).toEqual(['agent1'])
    expect(agents.rows[0].figures).toMatchObject({
      'offered@1': 1,
      'answered@1': 1,
      'handled:voice@1': 1,
      'declined@1': 0,
    })
  })

  // Hundreds of questions: a busy machine takes its time for them.
  it('promise 11: lead from every number to the contacts that it counts', async () => {
    await centre.settle()
    for (const kind of ['queues', 'skills', 'lines', 'agents']) {
      const { rows, definitions } = (await supervisor.ask('GET', `/reports/${kind}?${SPAN}&interval=day`)).body
      const row = rows.find((one: { name: string }) => ['support', '1001', 'agent1'].includes(one.name))
      for (const { id, unit } of definitions) {
        const link = row.contacts.replace('/api/v1', '').replace('{figure}', id)
        const { status, body } = await supervisor.ask('GET', `${link}&limit=200`)
        expect(status, link).toBe(200)
        expect(body.figure.id).toBe(id)
        if (unit === 'count') expect(body.items.length, link).toBe(row.figures[id])
        for (const item of body.items.filter((one: { interaction: string | null }) => one.interaction !== null)) {
          expect((await supervisor.ask('GET', `/interactions/${item.interaction}`)).status).toBe(200)
        }
      }
    }
    const first = (await supervisor.ask('GET', `/reports/queues/support/contacts?${SPAN}&figure=offered@1&limit=1`))
      .body
    expect(first.items).toHaveLength(1)
    expect(first.next).not.toBeNull()
    const rest = await supervisor.ask(
      'GET',
      `/reports/queues/support/contacts?${SPAN}&figure=offered@1&after=${first.next}`,
    )
    expect(rest.body.items.map((item: { interaction: string }) => item.interaction)).not.toContain(
      first.items[0].interaction,
    )
  })

  it('RPT-08 are tables for spreadsheets too', async () => {
    const { status, headers, body } = await supervisor.ask('GET', `/reports/queues.csv?${SPAN}&interval=day`)
    expect(status).toBe(200)
    expect(headers.get('content-type')).toContain('text/csv')
    expect(body.split('\r\n')[0]).toContain('from,to,name,service-level-definition,service-level,offered@1')
    expect(body).toContain(',support,service-level-offered-without-short@1,66.7,')
  })

  it('begin where the days of the zone do: the centre’s own, or the asker’s', async () => {
    const days = 'from=2026-03-28T12:00:00Z&to=2026-03-30T12:00:00Z&interval=day'
    const berlin = (await supervisor.ask('GET', `/reports/queues?${days}&zone=Europe/Berlin`)).body
    expect(berlin).toMatchObject({
      zone: 'Europe/Berlin',
      from: '2026-03-27T23:00:00.000Z',
      to: '2026-03-30T22:00:00.000Z',
    })
    expect((await supervisor.ask('GET', `/reports/queues?${days}`)).body).toMatchObject({ zone: 'UTC' })
  })

  it('refuse what makes no sense or would be too much, and say why', async () => {
    const ask = (query: string) => supervisor.ask('GET', `/reports/queues?${query}`)
    expectProblem(await ask(`${SPAN}&interval=1000`), 422, '?interval')
    expectProblem(await ask(`${SPAN}&interval=100`), 422, '?interval')
    expectProblem(await ask('from=yesterday&to=today'), 422, '?from')
    expectProblem(await ask('from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z'), 422, '?to')
    expectProblem(await ask('from=2020-01-01T00:00:00Z&to=2026-01-01T00:00:00Z&interval=day'), 422, '?from')
    expectProblem(await ask('from=2026-01-01T00:00:00Z&to=2026-03-20T00:00:00Z&interval=900'), 422, '?from')
    expectProblem(await ask(`${SPAN}&zone=Mars`), 422, '?zone')
    expectProblem(await ask(`${SPAN}&colour=red`), 422)
    const contacts = (query: string) => supervisor.ask('GET', `/reports/queues/support/contacts?${SPAN}&${query}`)
    expectProblem(await contacts('figure=best@1'), 404)
    expectProblem(await contacts('figure=offered@1&after=x'), 422, '?after')
    expectProblem(await agent1.ask('GET', `/reports/queues/support/contacts?${SPAN}&figure=offered@1`), 403)
  })
})
