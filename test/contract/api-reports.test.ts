import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ProblemSchema } from '#api/contract'
import { systemClock } from '#base'
import { EXTRACTS, readExtract } from '#engines/journal'
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

  it('show an agent’s day as its supervisor looks at it: every change of status with its time (AGS-01)', async () => {
    await centre.settle()
    const { status, body } = await supervisor.ask('GET', `/reports/agents/agent1/statuses?${SPAN}`)
    expect(status).toBe(200)
    const statuses = body.items.map((one: { status: string }) => one.status)
    expect(statuses.slice(-5)).toEqual(['ready', 'offered', 'busy', 'wrapping-up', 'ready', 'not-ready'].slice(-5))
    const [afterCall, wrapUp] = [body.items.at(-2), body.items.at(-3)]
    expect(body.items.at(-1)).toMatchObject({ status: 'not-ready', reason: 'lunch', to: null, from: afterCall.to })
    expect(wrapUp).toMatchObject({ status: 'wrapping-up', to: afterCall.from })
    // The clock of the test goes on by itself, too.
    expect(wrapUp.ms).toBeGreaterThanOrEqual(2_000)
    expect(Date.parse(wrapUp.to) - Date.parse(wrapUp.from)).toBe(wrapUp.ms)
    const csv = await supervisor.ask('GET', `/reports/agents/agent1/statuses.csv?${SPAN}`)
    expect(csv.headers.get('content-type')).toContain('text/csv')
    expect(csv.body.split('\r\n')[0]).toBe('agent,from,to,ms,status,reason')
    expect(csv.body).toMatch(/\r\nagent1,2026-06-10T10:[^,]*,,\d+,not-ready,lunch\r\n$/)
    expect((await agent1.ask('GET', `/reports/agents/agent1/statuses?${SPAN}`)).status).toBe(200)
    expectProblem(await agent1.ask('GET', `/reports/agents/agent3/statuses?${SPAN}`), 403)
    expectProblem(
      await supervisor.ask('GET', '/reports/agents/agent1/statuses?from=2020-01-01T00:00:00Z&to=2026-01-01T00:00:00Z'),
      422,
      '?from',
    )
  })

  const extract = async (asker: Asker, name: string) => {
    const { status, headers, body } = await asker.ask('GET', `/extracts/${name}.csv?${SPAN}`)
    if (status !== 200) return { status, columns: [], rows: [] }
    expect(headers.get('content-type')).toContain('text/csv')
    const [columns = [], ...rows] = (body as string)
      .trimEnd()
      .split('\r\n')
      .map((line) => line.split(','))
    return { status, columns, rows: rows.map((row) => Object.fromEntries(row.map((cell, at) => [columns[at], cell]))) }
  }

  it('RPT-08 give contacts and the rows under them as flat tables, to people who cannot look into the database', async () => {
    await centre.settle()
    const contacts = await extract(supervisor, 'contacts')
    expect(contacts.rows.map((row) => [row['interaction_id_key'], row['outcome'], row['first_agent']])).toEqual([
      ['ix-early', 'short-abandoned', ''],
      ['ix-late', 'abandoned', ''],
      ['ix-1', 'answered', 'agent1'],
      ['ix-2', 'answered', 'agent3'],
    ])
    expect(contacts.rows[2]).toMatchObject({ from_address: '+493012345', queue: 'support', medium: 'voice' })
    expect(contacts.rows[2]?.['created_at']).toMatch(/^2026-06-10T10:\d\d:\d\d\.\d{3}Z$/)
    const segments = await extract(supervisor, 'segments')
    const kinds = segments.rows.filter((row) => row['interaction_id_key'] === 'ix-1').map((row) => row['kind'])
    expect(kinds).toEqual(['ring', 'talk', 'hold', 'talk', 'wrap-up'])
    for (const name of ['participants', 'wrap-ups', 'agent-statuses', 'intervals']) {
      const { columns, rows } = await extract(supervisor, name)
      expect(rows.length, name).toBeGreaterThan(1)
      for (const row of rows) expect(Object.keys(row), name).toEqual(columns)
      expect((await extract(agent1, name)).status).toBe(403)
    }
    const { rows } = await extract(supervisor, 'intervals')
    expect(rows.find((row) => row['name'] === 'support' && row['measure'] === 'offered')).toMatchObject({
      kind: 'queue',
    })
    expectProblem(
      await supervisor.ask('GET', '/extracts/secrets.csv?from=2026-06-10T09:00:00Z&to=2026-06-11T09:00:00Z'),
      404,
    )
    expectProblem(
      await supervisor.ask('GET', '/extracts/contacts.csv?from=2026-06-10T09:00:00Z&to=2026-06-10T09:00:00Z'),
      422,
      '?to',
    )
  })

  it('RPT-08 leave out no row and give none twice where one page ends and the next begins', async () => {
    await centre.settle()
    const time = { from: Date.parse('2026-06-10T09:00:00Z'), to: Date.parse('2026-06-10T12:00:00Z') }
    const all = async (name: (typeof EXTRACTS)[number]['name'], most?: number) => {
      const rows = []
      for await (const page of readExtract(centre.db, { name, ...time }, most))
        rows.push(...page.map((row) => JSON.stringify(row)))
      return rows.sort()
    }
    for (const { name } of EXTRACTS) {
      const whole = await all(name)
      expect(whole.length, name).toBeGreaterThan(0)
      expect(new Set(whole).size, name).toBe(whole.length)
      for (const most of [1, 3]) expect(await all(name, most), `${name} by ${most}`).toEqual(whole)
    }
  })

  it('RPT-02 tell administrators who changed what of the configuration, when and from where', async () => {
    const admin = await Asker.as(centre.base, 'admin')
    const { version } = centre.state.configuration
    const changes = [
      { kind: 'number', name: '1777', value: { type: 'queue', queue: 'support' } },
      { kind: 'number', name: '1010' },
    ]
    const published = await admin.ask('POST', '/configuration/publish', { basedOn: version, changes, note: '=a, test' })
    expect(published.status, JSON.stringify(published.body)).toBe(200)
    await centre.settle()
    const { body } = await admin.ask('GET', `/extracts/configuration-changes.csv?${SPAN}`)
    const lines = (body as string).trimEnd().split('\r\n')
    expect(lines[0]).toBe('version,changed_at,by,from_address,note,action,kind,name,value')
    const at = '2026-06-10T10:\\d\\d:\\d\\d\\.\\d{3}Z'
    const row = (rest: string) => new RegExp(`^${version + 1},${at},admin,127.0.0.1,"'=a, test",${rest}$`)
    expect(lines.at(-2)).toMatch(row('set,number,1777,"{""type"":""queue"",""queue"":""support""}"'))
    expect(lines.at(-1)).toMatch(row('removed,number,1010,'))
    expect((await extract(supervisor, 'configuration-changes')).status).toBe(403)
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
