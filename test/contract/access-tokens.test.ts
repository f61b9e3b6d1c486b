import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { AccessTokens, type MailContext, type MailCounters } from '#adapters/mail'
import { isTandemError, silentLogger, VirtualClock } from '#base'
import type { MailAccount, MailOAuth2 } from '#kernel/config'
import { TokenServer } from '../kit/token-server.ts'

const MINUTE_MS = 60_000
const server = { host: '127.0.0.1', port: 1, security: 'none' } as const

let provider: TokenServer

beforeAll(async () => {
  provider = await TokenServer.start()
})
afterAll(() => provider?.stop())
beforeEach(() => {
  provider.requests.length = 0
  provider.fate = () => undefined
  provider.expiresIn = 3_600
  provider.refreshToken = undefined
})

/** An account whose secrets lie in a map, at a time that a test moves. */
class Scene {
  readonly clock = new VirtualClock()
  readonly secrets = new Map([
    ['client', provider.clientSecret],
    ['refresh', 'refresh-1'],
  ])
  readonly problems: string[] = []
  readonly counters: MailCounters = { taken: 0, passed: 0, sent: 0, deferred: 0, refused: 0, failures: 0 }
  readOnly = false

  tokens(more: Partial<MailOAuth2> = {}): AccessTokens {
    const oauth2 = { tokenUrl: provider.tokenUrl, clientId: 'tandem', scope: 'help', ...more }
    const account: MailAccount = {
      ...{ name: 'help', queue: 'support', address: 'help@centre.example', secret: 'client', oauth2 },
      ...{ imap: server, smtp: server },
    }
    const context: Partial<MailContext> = {
      ...{ clock: this.clock, logger: silentLogger, counters: this.counters },
      password: async (name) => this.secrets.get(name),
      keepSecret: async (name, text) => {
        if (this.readOnly) throw new Error('EROFS')
        this.secrets.set(name, text)
      },
    }
    return new AccessTokens(account, oauth2, context as MailContext, (problem) => this.problems.push(problem))
  }
}

async function failure(work: Promise<unknown>): Promise<{ code: string; message: string }> {
  const cause = await work.then(
    () => new Error('it worked'),
    (error: Error) => error,
  )
  return { code: isTandemError(cause) ? cause.code : 'none', message: cause.message }
}

describe('the access tokens of an account', () => {
  it('come by client credentials, one for all who ask at once, and are used until shortly before they run out', async () => {
    const scene = new Scene()
    const tokens = scene.tokens()
    const [first, same] = await Promise.all([tokens.token(), tokens.token()])
    expect(same).toBe(first)
    expect(provider.requests).toEqual([
      { client_id: 'tandem', client_secret: provider.clientSecret, scope: 'help', grant_type: 'client_credentials' },
    ])
    scene.clock.advance(54 * MINUTE_MS)
    expect(await tokens.token()).toBe(first)
    scene.clock.advance(2 * MINUTE_MS)
    const next = await tokens.token()
    expect(next).not.toBe(first)
    expect(provider.userOf(next)).toBe('help')
    expect(provider.requests).toHaveLength(2)
  })

  it('that live shorter than that are renewed after half of their life, and those of which nothing is said after a while', async () => {
    const scene = new Scene()
    const tokens = scene.tokens()
    provider.expiresIn = 60
    const first = await tokens.token()
    scene.clock.advance(29_000)
    expect(await tokens.token()).toBe(first)
    scene.clock.advance(2_000)
    provider.expiresIn = undefined
    const second = await tokens.token()
    expect(second).not.toBe(first)
    scene.clock.advance(4 * MINUTE_MS)
    expect(await tokens.token()).toBe(second)
    scene.clock.advance(2 * MINUTE_MS)
    expect(await tokens.token()).not.toBe(second)
  })

  it('are renewed when a server refuses one; a brand-new one that is refused makes no storm at the provider', async () => {
    const scene = new Scene()
    const tokens = scene.tokens()
    const first = await tokens.token()
    tokens.refuse(first)
    expect(await tokens.token()).toBe(first)
    scene.clock.advance(MINUTE_MS)
    tokens.refuse(first)
    const second = await tokens.token()
    expect(second).not.toBe(first)
    scene.clock.advance(MINUTE_MS)
    // Somebody else's refusal comes late.
    tokens.refuse(first)
    expect(await tokens.token()).toBe(second)
  })

  it('come by a refresh token, whose successor takes its place on disk', async () => {
    const scene = new Scene()
    const tokens = scene.tokens({ refreshToken: 'refresh' })
    provider.refreshToken = 'refresh-2'
    await tokens.token()
    expect(provider.requests[0]).toMatchObject({ grant_type: 'refresh_token', refresh_token: 'refresh-1' })
    expect(scene.secrets.get('refresh')).toBe('refresh-2')
    scene.clock.advance(3_600_000)
    await tokens.token()
    expect(provider.requests[1]).toMatchObject({ refresh_token: 'refresh-2' })
  })

  it('go on with a successor that the disk does not take, until somebody puts another one there', async () => {
    const scene = new Scene()
    scene.readOnly = true
    const tokens = scene.tokens({ refreshToken: 'refresh' })
    provider.refreshToken = 'refresh-2'
    await tokens.token()
    provider.refreshToken = undefined
    scene.clock.advance(3_600_000)
    await tokens.token()
    scene.secrets.set('refresh', 'refresh-9')
    scene.clock.advance(3_600_000)
    await tokens.token()
    expect(provider.requests.map((one) => one['refresh_token'])).toEqual(['refresh-1', 'refresh-2', 'refresh-9'])
  })

  it.each([
    [
      'a refusal',
      { status: 400, body: '{"error":"invalid_grant","error_description":"gone\\r\\nX"}' },
      'invalid_grant gone X',
    ],
    ['an answer that is none', { status: 200, body: '<html>' }, 'it answers 200'],
    ['a token that would begin another line', { status: 200, body: '{"access_token":"a\\r\\nb"}' }, 'it answers 200'],
    ['a failure', { status: 503, body: '' }, 'it answers 503'],
  ])('are not there after %s, which is said and counted, and are there when it is mended', async (_, fate, why) => {
    const scene = new Scene()
    const tokens = scene.tokens()
    provider.fate = () => fate
    const { code, message } = await failure(tokens.token())
    expect(code).toBe('mail.token-refused')
    expect(message).toMatch(new RegExp(`^the provider of access tokens at 127\\.0\\.0\\.1:\\d+ refuses: ${why}$`))
    expect(scene.problems).toEqual([message])
    expect(scene.counters.failures).toBe(1)
    provider.fate = () => undefined
    expect(provider.userOf(await tokens.token())).toBe('help')
  })

  it.each([
    ['sends elsewhere', { status: 307, body: '', headers: { location: '/token' } }],
    ['has an answer without end', { status: 200, body: `{"access_token":"${'a'.repeat(70_000)}"}` }],
  ])('are not taken from a provider that %s', async (_, fate) => {
    const scene = new Scene()
    provider.fate = () => fate
    expect((await failure(scene.tokens().token())).code).toBe('mail.token-unreachable')
    expect(provider.requests).toHaveLength(1)
  })

  it('are not waited for once they are not needed', async () => {
    const scene = new Scene()
    provider.fate = () => 'silence'
    const tokens = scene.tokens()
    const asked = failure(tokens.token())
    await expect.poll(() => provider.requests.length).toBe(1)
    tokens.close()
    expect((await asked).code).toBe('mail.token-unreachable')
  })

  it('need their secrets, and no problem says what these are', async () => {
    const scene = new Scene()
    scene.secrets.delete('client')
    expect((await failure(scene.tokens().token())).message).toContain('secrets/client')
    scene.secrets.set('client', 'wrong secret')
    expect((await failure(scene.tokens().token())).message).toContain('invalid_client')
    expect(scene.problems.join()).not.toContain('wrong secret')
    expect(provider.requests).toHaveLength(1)
  })
})
