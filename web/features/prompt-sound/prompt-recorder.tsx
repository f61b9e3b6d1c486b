import { Alert, Button, Group } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import type { TakenSoundView } from '#api/contract'
import { browserClock } from '../../models/clock.ts'
import { type RecorderServer, SoundRecorder } from '../../models/sound-recorder.ts'
import { useWords } from '../../ui/translations/use-words.ts'
import { useStore } from '../../ui/use-store.ts'
import styles from './prompt-sound.module.css'

/** Records a sound by phone: rings it, says what to do, and takes what was said. */
export function PromptRecorder(props: {
  server: RecorderServer
  isDisabled: boolean
  /** The own phone is about to ring for that call. */
  onCall: (id: string) => void
  onTaken: (taken: TakenSoundView) => void
}) {
  const { t } = useWords()
  const latest = useRef(props)
  latest.current = props
  const [recorder] = useState(
    () =>
      new SoundRecorder({
        server: {
          callToRecord: (id) => latest.current.server.callToRecord(id),
          call: (id) => latest.current.server.call(id),
          takeRecorded: (recording) => latest.current.server.takeRecorded(recording),
        },
        clock: browserClock,
        onCall: (id) => latest.current.onCall(id),
        onTaken: (taken) => latest.current.onTaken(taken),
      }),
  )
  useEffect(() => () => recorder.close(), [recorder])
  const state = useStore(recorder.state)
  const isBusy = state.step !== 'idle' && state.step !== 'failed'
  return (
    <div data-recorder={state.step}>
      <Group>
        <Button variant="default" loading={isBusy} disabled={props.isDisabled} onClick={() => void recorder.begin()}>
          {t('prompt.record')}
        </Button>
        <span role="status" className={styles['soft']}>
          {t(`promptRecorder.${state.step === 'failed' ? 'idle' : state.step}`)}
        </span>
      </Group>
      {state.step === 'failed' && (
        <Alert color="red" role="alert" mt="xs">
          {t(`promptRecorderFailed.${state.why}`, { detail: state.detail })}
        </Alert>
      )}
    </div>
  )
}
