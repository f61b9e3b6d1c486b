import { describe, expect, it } from 'vitest'
import { knownKey } from './mail.ts'
import { messageIdOf, replySubject, threadOf } from './thread.ts'

const known = new Map([
  [knownKey('help', '<first@customer.example>'), 'ix-first'],
  [knownKey('help', '<second@customer.example>'), 'ix-second'],
  [knownKey('sales', '<third@customer.example>'), 'ix-third'],
])

const find = (signs: object, account = 'help') => threadOf({ known }, account, { subject: '', ...signs })

describe('the thread of a mail', () => {
  it('is that of the mail which it answers', () => {
    expect(find({ inReplyTo: '<first@customer.example>' })).toBe('ix-first')
  })

  it('is that of the newest which it refers to, when what it answers is not known', () => {
    const references = ['<first@customer.example>', '<second@customer.example>', '<unknown@customer.example>']
    expect(find({ inReplyTo: '<unknown@customer.example>', references })).toBe('ix-second')
  })

  it('is never that of another account', () => {
    expect(find({ inReplyTo: '<third@customer.example>' })).toBeUndefined()
    expect(find({ inReplyTo: '<third@customer.example>' }, 'sales')).toBe('ix-third')
  })

  it('is found in our own Message-ID, however long ago it was', () => {
    const id = messageIdOf('m-12345678', 'ix-0123456789abcdef01234567', 'help@centre.example')
    expect(id).toBe('<m-12345678.ix-0123456789abcdef01234567@centre.example>')
    expect(find({ inReplyTo: id })).toBe('ix-0123456789abcdef01234567')
    expect(find({ references: ['<x@y>', id] })).toBe('ix-0123456789abcdef01234567')
  })

  it('is found in the subject, for programs that drop all else', () => {
    expect(find({ subject: 'RE: your order [ix-0123456789abcdef01234567]' })).toBe('ix-0123456789abcdef01234567')
    expect(find({ subject: 'RE: your order [ix-]' })).toBeUndefined()
    expect(find({ subject: 'RE: your order [ix-../../etc]' })).toBeUndefined()
  })

  it('is a new one for what answers nothing', () => {
    expect(find({})).toBeUndefined()
    expect(find({ inReplyTo: '<a@b>', references: [] })).toBeUndefined()
  })

  it('prefers what is known to what an id looks like', () => {
    const id = messageIdOf('m-12345678', 'ix-0123456789abcdef01234567', 'help@centre.example')
    const more = new Map([...known, [knownKey('help', id), 'ix-moved']])
    expect(threadOf({ known: more }, 'help', { inReplyTo: id, subject: '' })).toBe('ix-moved')
  })
})

describe('the Message-ID of a mail', () => {
  it('is the same for the same message, and has the domain of its address', () => {
    const once = messageIdOf('m-1', 'ix-2', 'help@a@centre.example')
    expect(once).toBe(messageIdOf('m-1', 'ix-2', 'help@a@centre.example'))
    expect(once.endsWith('@centre.example>')).toBe(true)
  })

  it('differs by message and by interaction', () => {
    const ids = [messageIdOf('a', 'ix-1', 'x@y'), messageIdOf('b', 'ix-1', 'x@y'), messageIdOf('a', 'ix-2', 'x@y')]
    expect(new Set(ids).size).toBe(3)
  })
})

describe('the subject of an answer', () => {
  it.each([
    ['A question', 'Re: A question'],
    ['Re: A question', 'Re: A question'],
    ['RE: A question', 'RE: A question'],
    ['AW: Eine Frage', 'AW: Eine Frage'],
    ['sv: En fråga', 'sv: En fråga'],
    ['Regarding that', 'Re: Regarding that'],
    ['', 'Re: '],
  ])('of "%s" is "%s"', (subject, answer) => expect(replySubject(subject)).toBe(answer))
})
