import { Group } from '@mantine/core'
import { useMemo } from 'react'
import type { Session, TakenSoundView } from '#api/contract'
import { PromptRecorder } from '../../features/prompt-sound/prompt-recorder.tsx'
import { PhoneBar } from '../../features/softphone/phone-panel.tsx'
import { StationChoice } from '../../features/softphone/station-choice.tsx'
import { usePagePhone } from '../../features/softphone/use-page-phone.ts'
import { ApiClient } from '../../models/api-client.ts'
import type { ConfigurationClient } from '../../models/configuration-client.ts'
import { deskItems } from '../../models/desk.ts'
import type { LiveConnection } from '../../models/live-connection.ts'
import { useStore } from '../../ui/use-store.ts'

/** Recording by the administrator's own phone, or by this browser where that is the phone. A number outside is set at the desk. */
export function RecordByPhone(props: {
  session: Session
  connection: LiveConnection
  client: ConfigurationClient
  isDisabled: boolean
  onTaken: (taken: TakenSoundView) => void
}) {
  const { session, connection, client } = props
  const board = useStore(connection.board)
  const items = useMemo(() => deskItems(board, session.user), [board, session.user])
  const { station, choose, phone, expect } = usePagePhone(session, connection, { items })
  const own = board.agents.get(session.user)
  if (!own) return null
  const noNumber = (): void => void new ApiClient(session.token).chooseStation(session.user, null).catch(() => {})
  return (
    <>
      <Group>
        <PromptRecorder server={client} isDisabled={props.isDisabled} onCall={expect} onTaken={props.onTaken} />
        <StationChoice agent={own} {...{ station, phone }} onChoose={choose} onNoNumber={noNumber} />
      </Group>
      {phone && <PhoneBar phone={phone} canAnswer isTalking={false} takesKeys onOther={() => choose('phone')} />}
    </>
  )
}
