import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useWords } from '../../ui/translations/use-words.ts'

/** A sound, fetched when somebody asks to hear it. */
export function SoundPlayer({ fetchSound }: { fetchSound: () => Promise<ArrayBuffer> }) {
  const { t } = useWords()
  const [url, setUrl] = useState<string>()
  const [state, setState] = useState<'unasked' | 'loading' | 'failed'>('unasked')
  useEffect(() => (url === undefined ? undefined : () => URL.revokeObjectURL(url)), [url])
  const fetchIt = async (): Promise<void> => {
    setState('loading')
    try {
      setUrl(URL.createObjectURL(new Blob([await fetchSound()], { type: 'audio/wav' })))
    } catch {
      setState('failed')
    }
  }
  if (url !== undefined) {
    // biome-ignore lint/a11y/useMediaCaption: what is said in it stands beside, where somebody wrote it down.
    return <audio controls autoPlay src={url} data-plays />
  }
  return (
    <Button variant="default" loading={state === 'loading'} onClick={() => void fetchIt()}>
      {t(state === 'failed' ? 'prompt.hearFailed' : 'prompt.hear')}
    </Button>
  )
}
