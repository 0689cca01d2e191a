/** Keeps a fault of one pane inside that pane. */
import { Component, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from './button.tsx';
import style from './shell.module.css';

interface Props {
  /** The pane's name, for the sentence. */
  readonly pane: string;
  readonly children: ReactNode;
}

export class ErrorBoundary extends Component<Props, { readonly message: string | null }> {
  override state: { readonly message: string | null } = { message: null };

  static getDerivedStateFromError(error: unknown): { message: string } {
    return { message: error instanceof Error ? error.message : String(error) };
  }

  override render(): ReactNode {
    if (this.state.message === null) return this.props.children;
    return (
      <PaneBroken
        message={this.state.message}
        onRetry={() => this.setState({ message: null })}
        pane={this.props.pane}
      />
    );
  }
}

function PaneBroken(props: { readonly pane: string; readonly message: string; readonly onRetry: () => void }) {
  const { t } = useTranslation('shell');
  return (
    <div className={style.broken} role="alert">
      <p>{t('broken', { pane: props.pane })}</p>
      <p className={style.brokenDetail}>{props.message}</p>
      <Button onClick={props.onRetry}>{t('broken.retry')}</Button>
    </div>
  );
}
