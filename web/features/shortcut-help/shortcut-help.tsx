import { SHORTCUTS } from '../../models/shortcuts.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { useWords } from '../../ui/translations/use-words.ts'
import styles from './shortcut-help.module.css'

/** Every key of the desk. */
export function ShortcutHelp({ onClose }: { onClose: () => void }) {
  const { t } = useWords()
  return (
    <Dialog title={t('keys.title')} closeLabel={t('keys.close')} onClose={onClose}>
      <p className={styles['lead']}>{t('keys.lead')}</p>
      <dl className={styles['keys']}>
        {SHORTCUTS.map(({ action, label }) => (
          <div key={action} className={styles['key']}>
            <dt>
              <kbd>{label}</kbd>
            </dt>
            <dd>{t(`control.${action}`)}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
