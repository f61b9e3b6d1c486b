import { board } from './board.ts'
import { conversation } from './conversation.ts'
import { desk } from './desk.ts'
import { frame } from './frame.ts'
import { softphone } from './softphone.ts'

/** English; the keys that every other language has too. One file an area, so that two people who add words do not meet. */
export const en = { ...frame, ...board, ...conversation, ...desk, ...softphone }
