import type { en } from '../en/en.ts'
import type { Words } from '../words.ts'
import { board } from './board.ts'
import { conversation } from './conversation.ts'
import { desk } from './desk.ts'
import { frame } from './frame.ts'
import { softphone } from './softphone.ts'

/** Deutsch. */
export const de: Words<typeof en> = { ...frame, ...board, ...conversation, ...desk, ...softphone }
