import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../kit/api-client.ts'
import { Phone } from '../kit/phone.ts'
import { SMSC_PASSWORD, Smsc } from '../kit/smsc.ts'
import { startSystem } from '../kit/system.ts'

const ADA = '+491701234567'

describe('text messages of the whole system', () => {
  let smsc: Smsc
  let system: Awaited<ReturnType<typeof startSystem>>
  beforeAll(async () => {
    ;[smsc, system] = await Promise.all([Smsc.start(), startSystem()])
  })
  afterAll(async () => {
    await system?.stop()
    await smsc?.stop()
  })

  it('are taken and answered once, through a kill of the primary, whose bind the next core has (DIG-09, IR-22, FS-05)', async () => {
    const phone = await Phone.open({ server: system.sip, user: '2001', password: 'demo-agent1' })
    try {
      mkdirSync(join(system.data, 'secrets'), { recursive: true })
      writeFileSync(join(system.data, 'secrets/texts'), `${SMSC_PASSWORD}\n`, { mode: 0o600 })
      const admin = await system.api('admin')
      const { version } = await admin.get<{ version: number }>('/configuration')
      const { name: _, ...value } = smsc.account('texts')
      const configured = await admin.raw('PUT', '/configuration/sms-accounts/texts', { ...value, basedOn: version })
      expect([configured.status, await configured.text()]).toEqual([200, expect.anything()])
      expect(await phone.register()).toBe(200)
      await eventually('the bind', async () => (smsc.bound.size === 1 ? true : undefined))
      expect(await smsc.say(ADA, 'Hello')).toBe(0)
      const agent = await system.api('agent1')
      const id = await eventually('the text to be offered', async () => {
        const { items } = await agent.get<{ items: { id: string; medium: string; state: string }[] }>(
          '/interactions?state=open',
        )
        return items.find(({ medium, state }) => medium === 'sms' && state === 'offered')?.id
      })
      await agent.post(`/interactions/${id}/accept`, {})
      const before = system.kill('core')
      await system.replaced('core', before)
      await eventually('the bind of the next core', async () =>
        smsc.binds >= 2 && smsc.bound.size === 1 ? true : undefined,
      )
      // The peer has its answer, and asks once more as peers do.
      expect(await smsc.say(ADA, 'Hello')).toBe(0)
      expect(await smsc.say(ADA, 'Are you there?')).toBe(0)
      await eventually('the answer to be taken', async () => {
        const line = { id: 'whole-system-answer', text: 'Gladly', files: [] }
        const { status } = await agent.raw('POST', `/interactions/${id}/conversation/messages`, line)
        return status === 200 ? true : undefined
      })
      const conversation = () =>
        agent.get<{ messages: { by: string; text: string }[]; deliveries?: { state: string }[] }>(
          `/interactions/${id}/conversation`,
        )
      await eventually('it to be known as sent', async () =>
        (await conversation()).deliveries?.[0]?.state === 'sent' ? true : undefined,
      )
      expect(smsc.taken.map(({ content }) => content.toString())).toEqual(['Gladly'])
      expect(await smsc.report(ADA, smsc.taken[0]!.id, 'DELIVRD')).toBe(0)
      await eventually('it to be known as delivered', async () =>
        (await conversation()).deliveries?.[0]?.state === 'delivered' ? true : undefined,
      )
      const said = (await conversation()).messages.filter(({ by }) => by !== 'system')
      expect(said.map(({ text }) => text)).toEqual(['Hello', 'Are you there?', 'Gladly'])
    } finally {
      await phone.close()
    }
  })
})
