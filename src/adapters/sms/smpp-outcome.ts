import type { SendOutcome } from './driver.ts'
import type { PeerAnswer } from './smpp-session.ts'

/** SMPP 3.4 5.1.3: the peer asks for less. */
const SLOWER: readonly number[] = [0x14, 0x58]
/** It cannot now: an error of its own, or this connection is bound no more. */
const LATER: readonly number[] = [0x04, 0x08, 0x0d]

/** What people should know of some refusals. */
const WORDS: Readonly<Record<number, string>> = {
  1: 'the message is too long for the peer',
  10: 'the peer does not let this sender send',
  11: 'no such number',
  69: 'the peer could not send it',
  101: 'the peer refuses this message',
  102: 'the peer is not allowed to send to this number',
}

/** What an answer to `submit_sm` says. */
export function outcomeOf(answer: PeerAnswer): SendOutcome {
  if (answer.is !== 'answered') {
    return answer.is === 'lost' ? { is: 'unknown' } : { is: 'later', reason: 'not connected' }
  }
  const { command_status: status, message_id: peerId } = answer.pdu
  if (status === 0) return { is: 'sent', ...(typeof peerId === 'string' && peerId !== '' && { peerId }) }
  const reason = WORDS[status] ?? `the peer answers 0x${status.toString(16).padStart(2, '0')}`
  if (SLOWER.includes(status)) return { is: 'later', reason: 'the peer asks for less', slower: true }
  return LATER.includes(status) ? { is: 'later', reason } : { is: 'refused', reason }
}
