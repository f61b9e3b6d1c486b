import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Asker, TestCentre } from './api-kit.ts'

const OWN = 'http://node1.example:8080'
const OTHER = 'https://node2.example'

let centre: TestCentre
let admin: Asker

beforeAll(async () => {
  centre = await TestCentre.start()
  admin = await Asker.as(centre.base, 'admin')
})
afterAll(() => centre?.close())

const set = (value: string) => admin.ask('PUT', '/configuration/parameters/Page%20Servers', { value })
const from = (origin: string, path: string, init: RequestInit = {}) =>
  fetch(`${centre.base}/api/v1${path}`, { ...init, headers: { ...init.headers, origin } })
const mayAsk = (origin: string, method = 'PUT') =>
  from(origin, '/agents/live', {
    method: 'OPTIONS',
    headers: { 'access-control-request-method': method, 'access-control-request-headers': 'authorization' },
  })

describe('pages of other machines of the pool', () => {
  it('may ask nothing until somebody says which they are', async () => {
    expect((await mayAsk(OWN)).headers.get('access-control-allow-origin')).toBeNull()
    expect((await admin.ask('GET', '/sessions/current')).body).not.toHaveProperty('servers')
  })

  it('are named as browsers name them, or refused', async () => {
    for (const wrong of [
      'node1.example',
      'http://node1.example/',
      'HTTP://node1.example',
      'https://a.example:443',
      ' , ',
    ]) {
      const refused = await set(wrong)
      expect([wrong, refused.status]).toEqual([wrong, 422])
    }
    expect((await set(Array.from({ length: 21 }, (_, i) => `http://n${i}.example`).join())).status).toBe(422)
    expect((await set(`${OWN}, ${OTHER}`)).status).toBe(200)
  })

  it('ask with their token, and with no cookie; those of strangers do not (AA-18)', async () => {
    const asked = await mayAsk(OTHER)
    expect([asked.status, asked.headers.get('access-control-allow-origin')]).toEqual([204, OTHER])
    expect(asked.headers.get('access-control-allow-headers')).toContain('authorization')
    expect(asked.headers.get('access-control-allow-methods')).toContain('PUT')
    expect(asked.headers.get('access-control-allow-credentials')).toBeNull()
    const live = await from(OTHER, '/agents/live', { headers: { authorization: `Bearer ${admin.token}` } })
    expect([live.status, live.headers.get('access-control-allow-origin')]).toEqual([200, OTHER])
    const unknown = await from(OTHER, '/agents/live')
    // A page reads why it was refused.
    expect([unknown.status, unknown.headers.get('access-control-allow-origin')]).toEqual([401, OTHER])
    for (const stranger of ['http://node3.example', 'https://node2.example.evil.example', 'null']) {
      const answer = await mayAsk(stranger)
      expect([stranger, answer.headers.get('access-control-allow-origin')]).toEqual([stranger, null])
    }
  })

  it('are told to whoever logs in', async () => {
    const { body } = await admin.ask('GET', '/sessions/current')
    expect(body.servers).toEqual([OWN, OTHER])
  })
})
