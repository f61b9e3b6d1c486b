import type { en } from '../en/en.ts'
import type { Words } from '../words.ts'
import { alert } from './alert.ts'
import { board } from './board.ts'
import { colleagues } from './colleagues.ts'
import { conversation } from './conversation.ts'
import { desk } from './desk.ts'
import { frame } from './frame.ts'
import { mail } from './mail.ts'
import { messages } from './messages.ts'
import { pool } from './pool.ts'
import { softphone } from './softphone.ts'
import { supervise } from './supervise.ts'
import { wall } from './wall.ts'

/** Deutsch. */
export const de: Words<typeof en> = {
  ...alert,
  ...board,
  ...colleagues,
  ...conversation,
  ...desk,
  ...frame,
  ...mail,
  ...messages,
  ...pool,
  ...softphone,
  ...supervise,
  ...wall,
}
