import { Alert, Button, Group, Stack } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import type { PromptView, TakenSoundView } from '#api/contract'
import { clockDuration } from '../../models/duration.ts'
import { FileChoice } from '../../ui/file-choice.tsx'
import { useWords } from '../../ui/translations/use-words.ts'
import styles from './prompt-sound.module.css'
import { SoundPlayer } from './sound-player.tsx'

/** What the server takes; a larger file is refused before it is sent. */
const FILE_BYTES_MAX = 64 * 1024 * 1024

/** What the sound of a prompt is fetched and sent with. */
export interface SoundSource {
  soundOf(sound: string): Promise<ArrayBuffer>
  builtInSound(name: string): Promise<ArrayBuffer>
  takeSound(file: Blob): Promise<TakenSoundView>
}

/** The sound of one prompt: heard, uploaded, replaced; and where it is played. */
export function PromptSound(props: {
  name: string
  sound: string
  durationMs: number
  known: PromptView | undefined
  source: SoundSource
  isDisabled: boolean
  onTaken: (taken: TakenSoundView) => void
  /** Another way to a sound than a file. */
  recorder?: ReactNode
}) {
  const { name, sound, durationMs, known, source, isDisabled, onTaken } = props
  const { t } = useWords()
  const [failure, setFailure] = useState('')
  const [isSending, setIsSending] = useState(false)
  const take = async (file: File): Promise<void> => {
    setFailure('')
    if (file.size > FILE_BYTES_MAX) return setFailure(t('prompt.tooLarge', { file: file.name }))
    setIsSending(true)
    try {
      onTaken(await source.takeSound(file))
    } catch (error) {
      setFailure((error as Error).message || t('admin.away'))
    } finally {
      setIsSending(false)
    }
  }
  return (
    <section className={styles['sound']} aria-label={t('prompt.sound')} data-sound={sound}>
      <Stack gap="sm">
        {sound !== '' && known?.own?.missing && known.own.sound === sound && (
          <Alert color="red">{t('prompt.missing')}</Alert>
        )}
        <Group>
          {sound === '' ? (
            <span>{t('prompt.noSound')}</span>
          ) : (
            <>
              <SoundPlayer key={sound} fetchSound={() => source.soundOf(sound)} />
              <span className={styles['soft']}>{clockDuration(durationMs)}</span>
            </>
          )}
          <FileChoice
            accept=".wav,audio/wav,audio/x-wav"
            disabled={isDisabled || isSending}
            inputProps={{ 'aria-label': t('prompt.upload') }}
            onChoose={(file) => void take(file)}
          >
            {(button) => (
              <Button {...button} variant="default" loading={isSending}>
                {t(sound === '' ? 'prompt.upload' : 'prompt.replace')}
              </Button>
            )}
          </FileChoice>
        </Group>
        <p className={styles['soft']}>{t('prompt.help')}</p>
        {props.recorder}
        {failure !== '' && (
          <Alert color="red" role="alert" data-sound-failure>
            {failure}
          </Alert>
        )}
        {known?.builtIn && (
          <Group>
            <span className={styles['soft']}>{t('prompt.replacesBuiltIn')}</span>
            <SoundPlayer fetchSound={() => source.builtInSound(name)} />
          </Group>
        )}
        <Uses places={known?.usedBy ?? []} />
      </Stack>
    </section>
  )
}

function Uses({ places }: { places: readonly string[] }) {
  const { t } = useWords()
  if (places.length === 0) return <p className={styles['soft']}>{t('prompt.unused')}</p>
  return (
    <div data-used-by>
      <p className={styles['soft']}>{t('prompt.usedBy')}</p>
      <ul className={styles['uses']}>
        {places.map((place) => (
          <li key={place}>{place}</li>
        ))}
      </ul>
    </div>
  )
}
