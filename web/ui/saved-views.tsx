import { Button, NativeSelect, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { readSaved, SAVED_NAME_CHARS_MAX, type SavedPlace, withSaved } from '../models/saved-views.ts'
import styles from './saved-views.module.css'
import { useWords } from './translations/use-words.ts'

/** Keeps what is looked at under a name, in this browser, and brings it back. */
export function SavedViews<T>(props: { place: SavedPlace<T>; view: T; onChoose: (view: T) => void }) {
  const { place, view, onChoose } = props
  const { t } = useWords()
  const [saved, setSaved] = useState(() => readSaved(localStorage, place))
  const [chosen, setChosen] = useState('')
  const [name, setName] = useState<string | undefined>()
  const keep = (views: typeof saved): void => {
    setSaved(views)
    localStorage.setItem(place.key, JSON.stringify(views))
  }
  const save = (event: FormEvent): void => {
    event.preventDefault()
    const words = (name ?? '').trim()
    if (words === '') return
    keep(withSaved(saved, words, view))
    setChosen(words)
    setName(undefined)
  }
  const open = (wanted: string): void => {
    setChosen(wanted)
    const found = saved.find((one) => one.name === wanted)
    if (found) onChoose(found.view)
  }
  if (name !== undefined) {
    return (
      <form className={styles['saved']} onSubmit={save} aria-label={t('saved.save')}>
        <TextInput
          size="xs"
          aria-label={t('saved.name')}
          placeholder={t('saved.name')}
          maxLength={SAVED_NAME_CHARS_MAX}
          value={name}
          autoFocus
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button size="xs" type="submit" disabled={name.trim() === ''}>
          {t('saved.keep')}
        </Button>
        <Button size="xs" variant="default" onClick={() => setName(undefined)}>
          {t('saved.leave')}
        </Button>
      </form>
    )
  }
  return (
    <div className={styles['saved']}>
      {saved.length > 0 && (
        <NativeSelect
          size="xs"
          aria-label={t('saved.views')}
          value={chosen}
          data={[{ value: '', label: t('saved.views') }, ...saved.map((one) => one.name)]}
          onChange={(event) => open(event.currentTarget.value)}
        />
      )}
      <Button size="xs" variant="default" onClick={() => setName(chosen)}>
        {t('saved.save')}
      </Button>
      {saved.some((one) => one.name === chosen) && (
        <Button
          size="xs"
          variant="default"
          onClick={() => {
            keep(saved.filter((one) => one.name !== chosen))
            setChosen('')
          }}
        >
          {t('saved.remove')}
        </Button>
      )}
    </div>
  )
}
