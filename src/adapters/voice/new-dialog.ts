import type { EdgeGreeting } from '#protocols/control'
import { bracketed, formatNameAddr, newCallId, newTag } from '#protocols/sip'
import type { LegBirth } from './leg/command.ts'
import type { LegId } from './leg/leg.ts'

/** Whom a dialog that we begin leads to, and who calls there: URIs, and the name that is shown. */
export interface NewDialog {
  readonly target: string
  readonly caller: string
  readonly callerName?: string | undefined
}

/** A dialog that is to begin, and the contact of its leg at the edge by which it goes. */
export function newDialog(
  id: LegId,
  edge: Pick<EdgeGreeting, 'sipHost' | 'sipPort'>,
  { target, caller, callerName }: NewDialog,
): Pick<LegBirth, 'contact' | 'dialog'> {
  const from = { uri: caller, params: [] }
  return {
    contact: `<sip:${id}@${bracketed(edge.sipHost)}:${edge.sipPort}>`,
    dialog: {
      callId: newCallId(),
      localTag: newTag(),
      local: formatNameAddr(callerName === undefined ? from : { ...from, display: callerName }),
      remote: `<${target}>`,
      localSeq: 0,
      remoteSeq: 0,
      target,
      routes: [],
    },
  }
}
