import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { verifyWebhook } from './verify-webhook.ts'

const body = '{"specversion":"1.0","id":"1-7","type":"tandem.interaction.queued"}'
const now = Date.UTC(2026, 0, 1)
const timestamp = String(now / 1000)

function signature(key: string | Buffer, text = body): string {
  return `v1,${createHmac('sha256', key).update(`1-7.${timestamp}.${text}`).digest('base64')}`
}

const headersWith = (signatures: string) => ({
  'webhook-id': '1-7',
  'webhook-timestamp': timestamp,
  'webhook-signature': signatures,
})

describe('a receiver of webhooks', () => {
  it('believes what one of its secrets signed', async () => {
    const headers = headersWith(`v1,AAAA ${signature('the new secret')}`)
    const event = await verifyWebhook({ body, headers, secrets: ['the old secret', 'the new secret'], now })
    expect(event.id).toBe('1-7')
    const encoded = `whsec_${Buffer.from('raw bytes').toString('base64')}`
    const asHeaders = new Headers(headersWith(signature(Buffer.from('raw bytes'))))
    expect((await verifyWebhook({ body, headers: asHeaders, secrets: [encoded], now })).id).toBe('1-7')
  })

  it.each([
    ['another secret', { headers: headersWith(signature('else')) }],
    ['another body', { body: body.replace('queued', 'closed') }],
    ['an old request', { now: now + 301_000 }],
    ['a request of the future', { now: now - 301_000 }],
    ['no signature', { headers: { 'webhook-id': '1-7', 'webhook-timestamp': timestamp } }],
    ['no time', { headers: { ...headersWith(signature('secret')), 'webhook-timestamp': '1e9' } }],
    ['no base64', { headers: headersWith('v1,*** v2,abc') }],
    ['no secret', { secrets: ['', 'whsec_'] }],
  ])('does not believe %s', async (_, otherwise) => {
    const given = { body, headers: headersWith(signature('secret')), secrets: ['secret'], now, ...otherwise }
    await expect(verifyWebhook(given)).rejects.toMatchObject({ status: 401 })
  })
})
