import type { DeskSettings } from '#api/contract'
import { CHARS_MAX, type NoteKeeper } from '../../models/note-keeper.ts'
import styles from '../../ui/form.module.css'
import { useWords } from '../../ui/translations/use-words.ts'
import { useStore } from '../../ui/use-store.ts'

/** What a contact was about: a code of its queue and free words, saved while one types. */
export function NoteForm(props: {
  keeper: NoteKeeper
  queue: DeskSettings['queues'][number] | undefined
  /** The code is asked for and not given. */
  lacksCode: boolean
  onTyping: () => void
}) {
  const { t } = useWords()
  const { keeper, queue } = props
  const { draft: note, state } = useStore(keeper)
  const type = (change: Parameters<NoteKeeper['type']>[0]): void => {
    keeper.type(change)
    props.onTyping()
  }
  const codes = queue?.wrapUpCodes ?? []
  return (
    <div className={styles['form']}>
      {codes.length > 0 && (
        <label className={styles['field']}>
          <span>{t('notes.code')}</span>
          <select
            name="code"
            className={styles['input']}
            value={note.code ?? ''}
            aria-invalid={props.lacksCode}
            aria-describedby={queue?.wrapUpCodeRequired ? 'code-hint' : undefined}
            onChange={(event) => type({ code: event.currentTarget.value })}
          >
            <option value="">{t('notes.codeNone')}</option>
            {codes.map((code) => (
              <option key={code}>{code}</option>
            ))}
          </select>
          {queue?.wrapUpCodeRequired && (
            <span id="code-hint" className={props.lacksCode ? styles['fault'] : styles['hint']}>
              {t(props.lacksCode ? 'notes.chooseCode' : 'notes.codeRequired')}
            </span>
          )}
        </label>
      )}
      <label className={styles['field']}>
        <span>{t('notes.text')}</span>
        <textarea
          name="note"
          className={styles['input']}
          rows={4}
          maxLength={CHARS_MAX}
          placeholder={t('notes.placeholder')}
          value={note.text ?? ''}
          onChange={(event) => type({ text: event.currentTarget.value })}
        />
      </label>
      <p className={state === 'unsaved' ? styles['fault'] : styles['hint']} role="status" data-note={state}>
        {state === 'empty' ? '' : t(`notes.${state}`)}
      </p>
    </div>
  )
}
