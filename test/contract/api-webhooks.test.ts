import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { WebhookPosition } from '#seams/store'
import { Asker, TestCentre } from './api-kit.ts'

let centre: TestCentre
let admin: Asker
let positions: readonly WebhookPosition[] = []
const tested: string[] = []

beforeAll(async () => {
  centre = await TestCentre.start({
    ports: {
      webhooks: {
        positions: () => positions,
        test: async ({ name }) => {
          tested.push(name)
          return { is: 'failed', problem: 'the answer is 500' }
        },
      },
    },
  })
  admin = await Asker.as(centre.base, 'admin')
})
afterAll(() => centre?.close())

const webhook = { url: 'https://crm.example/tandem?key=abc', events: ['tandem.interaction.*'], secret: 'crm' }

const publish = async (more: object) => {
  const path = '/configuration/webhooks/crm'
  const basedOn = { basedOn: centre.state.configuration.version }
  return admin.ask('PUT', path, { ...basedOn, ...webhook, ...more })
}

describe('webhooks over the API', () => {
  it('are configured like everything else, with what is wrong said by its place', async () => {
    expect((await publish({})).status).toBeLessThan(300)
    for (const [more, place] of [
      [{ url: 'ftp://crm.example' }, '/url'],
      [{ url: 'https://me:secret@crm.example/' }, 'url'],
      [{ events: ['interaction.queued'] }, '/events/0'],
      [{ events: [] }, 'events'],
      [{ secret: '../passwd' }, 'secret'],
    ] as const) {
      const { status, body } = await publish(more)
      expect(status).toBe(422)
      expect(JSON.stringify(body)).toContain(place)
    }
  })

  it('say how far behind they are and what failed last', async () => {
    const status = async () => (await admin.ask('GET', '/webhooks')).body[0]
    positions = []
    expect(await status()).toMatchObject({ name: 'crm', state: 'beginning', sequence: null, problem: null })
    const at = Date.UTC(2026, 0, 1)
    positions = [{ webhook: 'crm', sequence: 1, failures: 3, failingSince: at, problem: 'no answer within 10 s' }]
    expect(await status()).toMatchObject({ state: 'failing', failures: 3, problem: 'no answer within 10 s' })
    expect((await status()).behind).toBeGreaterThan(0)
    expect((await status()).failingSince).toBe('2026-01-01T00:00:00.000Z')
    positions = [{ webhook: 'crm', sequence: 1_000_000, failures: 0, deliveredAt: at }]
    expect(await status()).toMatchObject({ state: 'up to date', behind: 0 })
    const goneVersion = centre.state.configurationState.lastChanges.get('webhook:crm')?.version ?? -1
    positions = [{ webhook: 'crm', sequence: 1, failures: 1, goneVersion }]
    expect(await status()).toMatchObject({ state: 'gone' })
    await publish({ paused: true })
    expect(await status()).toMatchObject({ state: 'paused' })
  })

  it('are tried with a test event, by administrators alone', async () => {
    const { body } = await admin.ask('POST', '/webhooks/crm/test')
    expect(body).toEqual({ taken: false, problem: 'the answer is 500' })
    expect(tested).toEqual(['crm'])
    expect((await admin.ask('POST', '/webhooks/nobody/test')).status).toBe(404)
    const supervisor = await Asker.as(centre.base, 'supervisor')
    expect((await supervisor.ask('GET', '/webhooks')).status).toBe(403)
    expect((await supervisor.ask('POST', '/webhooks/crm/test')).status).toBe(403)
  })
})
