import { describe, expect, it } from 'vitest'
import { type Conversation, hasMessage, type Message, messagesAfter } from './message.ts'
import { isByPhone, isWritten } from './party.ts'

function line(id: string, text = id): Message {
  return { id, at: 1, by: 'customer', text }
}

const conversation: Conversation = { messages: [line('a'), line('b'), line('c')], written: 3 }

describe('the lines of a conversation', () => {
  it('are found by their ids', () => {
    expect(hasMessage(conversation, 'b')).toBe(true)
    expect(hasMessage(conversation, 'd')).toBe(false)
    expect(hasMessage(undefined, 'a')).toBe(false)
  })

  it('are read on from the last that somebody has', () => {
    const ids = (after?: string) => messagesAfter(conversation.messages, after).map(({ id }) => id)
    expect(ids('a')).toEqual(['b', 'c'])
    expect(ids('c')).toEqual([])
    expect(ids()).toEqual(['a', 'b', 'c'])
  })

  it('are all told to who has a line that is not there: better twice than never', () => {
    expect(messagesAfter(conversation.messages, 'of another chat')).toHaveLength(3)
  })
})

describe('a medium', () => {
  it('is spoken or written, or neither, and never both', () => {
    const media = ['voice', 'callback', 'chat', 'sms', 'email', 'work-item'] as const
    expect(media.filter(isByPhone)).toEqual(['voice', 'callback'])
    expect(media.filter(isWritten)).toEqual(['chat', 'sms', 'email'])
  })
})
