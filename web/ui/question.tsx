import { Modal } from '@mantine/core'
import type { ReactNode } from 'react'
import styles from './panel.module.css'
import { useWords } from './translations/use-words.ts'

/** A dialog that asks something. Not Mantine's own header: a second banner would mislead those who jump between landmarks. */
export function Question(props: { opened: boolean; title: string; onClose: () => void; children: ReactNode }) {
  const { opened, title, onClose, children } = props
  const { t } = useWords()
  return (
    <Modal.Root opened={opened} onClose={onClose}>
      <Modal.Overlay />
      <Modal.Content>
        <div className={styles['head']}>
          <Modal.Title className={styles['title'] ?? ''}>{title}</Modal.Title>
          <div className={styles['tools']}>
            <Modal.CloseButton aria-label={t('detail.close')} />
          </div>
        </div>
        <Modal.Body>{children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  )
}
