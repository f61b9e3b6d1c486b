import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRequest, responseTo } from '../message/build.ts'
import type { SipRequest } from '../message/message.ts'
import { createCancel } from '../transaction/requests.ts'
import {
  confirmUacDialog,
  confirmUasDialog,
  createUacDialog,
  createUasDialog,
  type Dialog,
  dialogKey,
  dialogKeyOf,
  jumpCseq,
  nextCseq,
  receiveInDialog,
  refreshTarget,
} from './dialog.ts'
import { createAck, createDialogRequest, nextHop } from './dialog-request.ts'

function invite(recordRoutes: readonly string[] = [], parts: { uri?: string; cseq?: number } = {}): SipRequest {
  return createRequest({
    method: 'INVITE',
    uri: parts.uri ?? 'sip:bob@b.example',
    from: '<sip:alice@a.example>;tag=at',
    to: '<sip:bob@b.example>',
    callId: 'call-1',
    cseq: parts.cseq ?? 10,
    via: ['SIP/2.0/UDP a.example;branch=z9hG4bK1'],
    contact: '<sip:alice@192.0.2.1>',
    headers: { 'Record-Route': recordRoutes },
  })
}

function answer(
  status: number,
  toTag: string,
  headers: Record<string, string | readonly string[]> = {},
  to = invite(),
) {
  return responseTo(to, status, { toTag, headers: { Contact: '<sip:bob@192.0.2.2>', ...headers } })
}

const uac = (recordRoutes: readonly string[] = []): Dialog =>
  createUacDialog(invite(), answer(200, 'bt', { 'Record-Route': recordRoutes }))!

function fromPeer(method: string, cseq: number, contact?: string): SipRequest {
  return createRequest({
    method,
    uri: 'sip:alice@192.0.2.1',
    from: '<sip:bob@b.example>;tag=bt',
    to: '<sip:alice@a.example>;tag=at',
    callId: 'call-1',
    cseq,
    ...(contact ? { contact } : {}),
  })
}

describe('which responses make a dialog (RFC 3261 12.1)', () => {
  it.each([
    [100, 'none'],
    [101, 'early'],
    [180, 'early'],
    [183, 'early'],
    [199, 'early'],
    [200, 'confirmed'],
    [202, 'confirmed'],
    [300, 'none'],
    [401, 'none'],
    [487, 'none'],
    [603, 'none'],
  ])('%i with a tag: %s', (status, state) => {
    const response = answer(status, 'bt').set('To', '<sip:bob@b.example>;tag=bt')
    expect(createUacDialog(invite(), response)?.state ?? 'none').toBe(state)
  })

  it('makes as many as there are tags, each with a key of its own', () => {
    const forks = ['one', 'two', 'three'].map((tag) => createUacDialog(invite(), answer(180, tag))!)
    expect(new Set(forks.map((d) => dialogKey(d.callId, d.localTag, d.remoteTag))).size).toBe(3)
    const confirmed = confirmUacDialog(forks[1]!, answer(200, 'two'))
    expect([forks.map(({ state }) => state), confirmed.state]).toEqual([['early', 'early', 'early'], 'confirmed'])
  })

  it('keeps an empty tag for a peer of RFC 2543, and finds its requests again', () => {
    const old = invite().set('From', '<sip:alice@a.example>')
    const dialog = createUasDialog(old, 'bt')
    expect([dialog.remoteTag, dialog.remote]).toEqual(['', '<sip:alice@a.example>'])
    const bye = createRequest({
      method: 'BYE',
      uri: 'sip:x',
      from: '<sip:x@y>;tag=gone',
      to: '<sip:bob@b.example>;tag=bt',
      callId: 'call-1',
    }).set('From', '<sip:alice@a.example>')
    expect(dialogKeyOf(bye)).toBe(dialogKey('call-1', 'bt', ''))
  })

  it('is secure by a sips Request-URI only', () => {
    const secure = invite([], { uri: 'SIPS:bob@b.example' })
    expect([createUasDialog(secure, 'x').secure, createUacDialog(secure, answer(200, 'x'))!.secure]).toEqual([
      true,
      true,
    ])
    expect([createUasDialog(invite(), 'x').secure, uac().secure]).toEqual([false, false])
  })
})

describe('the route set (RFC 3261 12.1.1, 12.1.2, 13.2.2.4)', () => {
  const three = ['<sip:p3.example;lr>', '<sip:p2.example;lr;x=1>', '"Named, proxy" <sip:p1.example;lr>']
  const turned = [...three].reverse()

  it('is the Record-Route in its order for the callee and turned round for the caller, parameters and all', () => {
    expect(createUasDialog(invite(three), 'bt').routeSet.map(bare)).toEqual(three.map(bare))
    expect(uac(three).routeSet.map(bare)).toEqual(turned.map(bare))
  })

  it('does not depend on whether its values share a line', () => {
    expect(uac([three.join(', ')]).routeSet).toEqual(uac(three).routeSet)
  })

  it('is set anew by the 2xx that confirms, to nothing too, and never afterwards', () => {
    const early = createUacDialog(invite(), answer(180, 'bt', { 'Record-Route': three }))!
    expect(confirmUacDialog(early, answer(200, 'bt')).routeSet).toEqual([])
    const confirmed = uac(three)
    expect(confirmUacDialog(confirmed, answer(200, 'bt', { 'Record-Route': ['<sip:new;lr>'] })).routeSet).toEqual(
      confirmed.routeSet,
    )
    const reinvite = fromPeer('INVITE', 1, '<sip:new@h>').append('Record-Route', '<sip:new;lr>')
    expect(receiveInDialog(confirmed, reinvite)).toMatchObject({ dialog: { routeSet: confirmed.routeSet } })
  })

  it('follows a later provisional response while the dialog is early', () => {
    const early = createUacDialog(invite(), answer(180, 'bt'))!
    const next = confirmUacDialog(early, answer(183, 'bt', { 'Record-Route': ['<sip:p;lr>'], Contact: '<sip:n@h>' }))
    expect(next).toMatchObject({ state: 'early', routeSet: ['<sip:p;lr>'], remoteTarget: 'sip:n@h' })
  })
})

function bare(value: string): string {
  return /<(.*)>/.exec(value)?.[1] ?? value
}

describe('where a request in a dialog goes (RFC 3261 12.2.1.1, 16.12.1.1)', () => {
  const target = 'sip:bob@192.0.2.2'
  const routed = (routeSet: readonly string[]) => {
    const { request } = createDialogRequest({ ...uac(), routeSet }, 'BYE')
    return { request, uri: request.uri, routes: request.routes.map((route) => route.uri) }
  }

  it.each([
    ['no route', [], [], target],
    ['one loose route', ['<sip:p1;lr>'], ['sip:p1;lr'], 'sip:p1;lr'],
    ['lr with a value', ['<sip:p1;lr=on>', '<sip:p2;lr>'], ['sip:p1;lr=on', 'sip:p2;lr'], 'sip:p1;lr=on'],
    ['LR in capitals', ['<sip:p1;LR>'], ['sip:p1;LR'], 'sip:p1;LR'],
    ['a loose one before a strict one', ['<sip:p1;lr>', '<sip:s2>'], ['sip:p1;lr', 'sip:s2'], 'sip:p1;lr'],
  ])('%s: to the target, by the routes', (_, routeSet, routes, hop) => {
    expect(routed(routeSet)).toMatchObject({ uri: target, routes })
    expect(nextHop(routed(routeSet).request)).toBe(hop)
  })

  it.each([
    ['alone', ['<sip:s1>'], 'sip:s1', [target]],
    ['before a loose one', ['<sip:s1>', '<sip:p2;lr>'], 'sip:s1', ['sip:p2;lr', target]],
    ['with lr beside its URI', ['<sip:s1>;lr'], 'sip:s1', [target]],
    ['with what a Request-URI keeps', ['<sip:s1:5070;transport=tcp>'], 'sip:s1:5070;transport=tcp', [target]],
    ['with header fields', ['<sip:s1?Subject=x>'], 'sip:s1', [target]],
    ['with a method', ['<sip:s1;method=INVITE;x=1>'], 'sip:s1;x=1', [target]],
  ])('a strict router %s: in the place of the target, which goes last', (_, routeSet, uri, routes) => {
    expect(routed(routeSet)).toMatchObject({ uri, routes })
  })

  it('an ACK and a BYE go the same way', () => {
    const dialog = uac(['<sip:p2;lr>', '<sip:p1;lr>'])
    const bye = createDialogRequest(dialog, 'BYE').request
    const ack = createAck(dialog, 10)
    expect([ack.uri, ack.getAll('route')]).toEqual([bye.uri, bye.getAll('route')])
    expect(ack.has('contact')).toBe(false)
  })
})

describe('the remote target (RFC 3261 12.2, 3311, 3515, 6665)', () => {
  it.each([
    ['INVITE', true],
    ['UPDATE', true],
    ['SUBSCRIBE', true],
    ['NOTIFY', true],
    ['REFER', true],
    ['BYE', false],
    ['INFO', false],
    ['MESSAGE', false],
    ['OPTIONS', false],
    ['PRACK', false],
  ])('follows the Contact of %s: %s', (method, follows) => {
    const taken = receiveInDialog(uac(), fromPeer(method, 1, '<sip:moved@192.0.2.9>'))
    expect(taken.ok && taken.dialog.remoteTarget).toBe(follows ? 'sip:moved@192.0.2.9' : 'sip:bob@192.0.2.2')
  })

  it('stays without a Contact, with one that is no address, and with one that is refused', () => {
    const dialog = { ...uac(), remoteCseq: 5 }
    expect(refreshTarget(dialog, fromPeer('INVITE', 6))).toBe(dialog)
    expect(refreshTarget(dialog, fromPeer('INVITE', 6, '*'))).toBe(dialog)
    expect(receiveInDialog(dialog, fromPeer('INVITE', 5, '<sip:moved@h>'))).toEqual({ ok: false, status: 500 })
  })

  it('follows the 2xx to our own re-INVITE', () => {
    expect(confirmUacDialog(uac(), answer(200, 'bt', { Contact: '<sip:moved@h>' })).remoteTarget).toBe('sip:moved@h')
  })
})

describe('CSeq in a dialog (RFC 3261 12.2.1.1, 12.2.2)', () => {
  it('of the peer goes up, by any step, from any first number, and never back', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 20 }), (numbers) => {
        let dialog = uac()
        let highest = -1
        for (const number of numbers) {
          const taken = receiveInDialog(dialog, fromPeer('INFO', number))
          expect(taken.ok, `${number} after ${highest}`).toBe(number > highest)
          if (taken.ok) dialog = taken.dialog
          highest = Math.max(highest, number)
        }
        expect(dialog.remoteCseq).toBe(highest < 0 ? null : highest)
      }),
    )
  })

  it('of ours goes up by one a request, whatever the method, and ACK and CANCEL take their INVITE’s', () => {
    let dialog = uac()
    const numbers = ['INVITE', 'INFO', 'UPDATE', 'BYE'].map((method) => {
      const built = createDialogRequest(dialog, method)
      dialog = built.dialog
      if (method === 'INVITE') expect(createCancel(built.request.prepend('Via', 'SIP/2.0/UDP h')).cseq.number).toBe(11)
      return built.request.cseq.number
    })
    expect([numbers, dialog.localCseq]).toEqual([[11, 12, 13, 14], 14])
    expect(createAck(dialog, 11).cseq).toEqual({ number: 11, method: 'ACK' })
  })

  it('of the two sides has nothing to do with each other', () => {
    const taken = receiveInDialog(uac(), fromPeer('INFO', 1))
    expect(taken.ok && [taken.dialog.localCseq, taken.dialog.remoteCseq]).toEqual([10, 1])
  })

  it('after a jump goes on from there, for a side that never sent too', () => {
    expect(nextCseq(jumpCseq(uac(), 100))).toBe(111)
    expect(nextCseq(jumpCseq(createUasDialog(invite(), 'x'), 100))).toBe(101)
    const peer = confirmUasDialog(createUasDialog(invite(), 'bt'))
    const jumped = createDialogRequest(jumpCseq(uac(), 1_000), 'BYE').request
    expect(receiveInDialog(peer, jumped).ok).toBe(true)
  })
})

describe('a dialog as a value', () => {
  const uris = fc.constantFrom('<sip:p1;lr>', '<sip:p2>', '<sip:p3;lr>')

  it('goes through JSON at any moment, and then builds the very same requests', () => {
    const steps = fc.array(fc.constantFrom('send', 'receive', 'confirm', 'jump'), { maxLength: 10 })
    fc.assert(
      fc.property(steps, fc.array(uris, { maxLength: 3 }), (todo, recordRoutes) => {
        let dialog = createUacDialog(invite(), answer(180, 'bt', { 'Record-Route': recordRoutes }))!
        for (const step of todo) {
          const frozen = Object.freeze(dialog)
          if (step === 'send') dialog = createDialogRequest(frozen, 'INFO').dialog
          else if (step === 'confirm') dialog = confirmUacDialog(frozen, answer(200, 'bt'))
          else if (step === 'jump') dialog = jumpCseq(frozen, 7)
          else
            dialog = (receiveInDialog(frozen, fromPeer('INVITE', (frozen.remoteCseq ?? 0) + 3)) as { dialog: Dialog })
              .dialog
          const copy = JSON.parse(JSON.stringify(dialog)) as Dialog
          expect(copy).toEqual(dialog)
          expect(createDialogRequest(copy, 'BYE').request.toString()).toBe(
            createDialogRequest(dialog, 'BYE').request.toString(),
          )
        }
      }),
    )
  })
})
