import { describe, expect, it } from 'vitest'
import { decideConfiguration } from './change.ts'
import type { ConfigurationChange } from './configuration.ts'
import { demoCentre } from './demo-centre.ts'
import { documentOf } from './document.ts'
import { shapeFaults } from './schema.ts'
import type { SmsAccount } from './sms-account.ts'
import { evolveConfiguration, initialConfiguration } from './state.ts'

const smpp = { host: 'smsc.provider.example', port: 3550, security: 'tls' as const, systemId: 'tandem' }
const account: SmsAccount = { name: 'texts', queue: 'support', address: '+4915550100', smpp, secret: 'texts' }

function faults(more: object): readonly string[] {
  const value = { ...account, ...more } as SmsAccount
  return shapeFaults({ kind: 'sms-account', name: 'texts', value }).map(({ path }) => path)
}

const changeOf = (value: SmsAccount): ConfigurationChange => ({ kind: 'sms-account', name: value.name, value })

describe('an account for text messages', () => {
  it('is taken as it should be, by either way', () => {
    expect(faults({})).toEqual([])
    expect(faults({ smpp: undefined, webhook: { url: 'https://sms.example/send' } })).toEqual([])
    for (const address of ['12345', 'Tandem', '+4915550100']) expect(faults({ address }), address).toEqual([])
  })

  it('has one way and not two or none', () => {
    expect(faults({ webhook: { url: 'https://sms.example/send' } })).toEqual(['sms-accounts.texts.smpp'])
    expect(faults({ smpp: undefined })).toEqual(['sms-accounts.texts.smpp'])
  })

  it('is spoken to without TLS in private networks only', () => {
    const open = (host: string) => faults({ smpp: { ...smpp, security: 'none', host } })
    for (const host of ['localhost', '127.0.0.1', '10.1.2.3', '172.20.0.1', '192.168.1.1', 'fd00::1', '::1']) {
      expect(open(host), host).toEqual([])
    }
    for (const host of ['smsc.example', '8.8.8.8', '172.32.0.1', '127.0.0.1.evil.example', '10.1.2.3.evil.example']) {
      expect(open(host), host).toEqual(['sms-accounts.texts.smpp.security'])
    }
  })

  it.each([
    ['a password in the address', { smpp: undefined, webhook: { url: 'https://a:b@sms.example' } }],
    ['a path as secret', { secret: '../../etc/passwd' }],
    ['a password beside the secret', { password: 'x' }],
    ['a sender that is too long', { address: 'TandemContactCentre' }],
    ['a sender with a sign', { address: 'a@b' }],
    ['a system id that SMPP has no room for', { smpp: { ...smpp, systemId: 'x'.repeat(16) } }],
    ['another protocol', { smpp: undefined, webhook: { url: 'file:///etc/passwd' } }],
  ])('is refused with %s', (_, more) => expect(faults(more).length).toBeGreaterThan(0))

  it('needs its queue, and is exported with the name of its secret alone', () => {
    const state = evolveConfiguration(initialConfiguration(), { version: 1, by: 'a', changes: demoCentre() }, 1)
    const change = (value: SmsAccount) =>
      decideConfiguration(state, { by: 'a', basedOn: 1, changes: [changeOf(value)] }, 2)
    expect(() => change({ ...account, queue: 'none' })).toThrow(/none/)
    const [event] = change(account)
    const { configuration } = evolveConfiguration(state, event!, 2)
    expect(configuration['sms-accounts'].get('texts')).toEqual(account)
    expect(JSON.stringify(documentOf(configuration))).toContain('"secret":"texts"')
  })
})
