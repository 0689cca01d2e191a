/** Mantine's components in the window's own colours: everything is pointed at the variables of tokens.css. */
import { type CSSVariablesResolver, createTheme } from '@mantine/core';

/** Sizes and fonts of lab-view: dense, 13 px, rounded by 7 px. */
export const theme = createTheme({
  fontFamily: 'var(--sans)',
  fontFamilyMonospace: 'var(--mono)',
  fontSizes: { xs: '11.5px', sm: '13px', md: '13px', lg: '15px', xl: '18px' },
  lineHeights: { xs: '1.4', sm: '1.45', md: '1.45', lg: '1.4', xl: '1.3' },
  defaultRadius: '7px',
  focusRing: 'auto',
  cursorType: 'pointer',
  // The grey scale of dark surfaces, from text to the deepest ground, in the hue of tokens.css.
  colors: {
    dark: [
      ...(['#e7ecf3', '#c8d0dc', '#a9b4c3', '#728093', '#2b3543'] as const),
      ...(['#252e3b', '#1d2531', '#161c25', '#121821', '#0f141b'] as const),
    ],
  },
  respectReducedMotion: true,
  // Where a field says something about itself stays the same, whether or not it has a hint.
  components: {
    InputWrapper: { defaultProps: { inputWrapperOrder: ['label', 'input', 'description', 'error'] } },
    Checkbox: { defaultProps: { size: 'xs' } },
    Radio: { defaultProps: { size: 'xs' } },
    Switch: { defaultProps: { size: 'xs' } },
    SegmentedControl: { defaultProps: { size: 'xs' } },
  },
});

const variables = {
  '--mantine-color-body': 'var(--panel)',
  '--mantine-color-text': 'var(--ink)',
  '--mantine-color-dimmed': 'var(--soft)',
  '--mantine-color-placeholder': 'var(--faint)',
  '--mantine-color-error': 'var(--bad)',
  '--mantine-color-default': 'var(--panel)',
  '--mantine-color-default-hover': 'var(--hover)',
  '--mantine-color-default-color': 'var(--ink)',
  '--mantine-color-default-border': 'var(--edge)',
  '--mantine-color-anchor': 'var(--client)',
  '--mantine-primary-color-filled': 'var(--proxy)',
  '--mantine-primary-color-filled-hover': 'var(--proxy)',
  '--mantine-primary-color-light': 'var(--sel)',
  '--mantine-primary-color-light-color': 'var(--proxy)',
  '--mantine-primary-color-contrast': 'var(--on-primary)',
  '--mantine-color-disabled': 'var(--bg)',
  '--mantine-color-disabled-color': 'var(--faint)',
  '--mantine-color-disabled-border': 'var(--line)',
} as const;

/** The same pointers in both schemes: the tokens themselves change with the scheme. */
export const variablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  light: { ...variables },
  dark: { ...variables },
});
