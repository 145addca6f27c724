/** Colours of VS Code's default themes, as the editor hands them to a webview: variables on the root, a class on the body. */
export type Theme = { readonly bodyClass: string; readonly variables: Readonly<Record<string, string>> };

const font = { 'font-family': 'DejaVu Sans, sans-serif', 'font-size': '13px' };

export const themes = {
  dark: theme('vscode-dark', {
    foreground: '#cccccc', descriptionForeground: '#9d9d9d', errorForeground: '#f85149', focusBorder: '#0078d4',
    'editor-background': '#1f1f1f', 'editor-foreground': '#cccccc', 'sideBar-background': '#181818',
    'charts-blue': '#59a4f9', 'charts-purple': '#b180d7', 'charts-green': '#89d185', 'charts-yellow': '#cca700', 'charts-red': '#f14c4c', 'charts-foreground': '#cccccc',
    'gitDecoration-addedResourceForeground': '#81b88b', 'editorWarning-foreground': '#cca700', 'progressBar-background': '#0078d4', 'textLink-foreground': '#4daafc',
    'button-background': '#0078d4', 'button-foreground': '#ffffff', 'button-hoverBackground': '#026ec1', 'button-border': '#ffffff1a',
    'button-secondaryBackground': '#00000000', 'button-secondaryForeground': '#cccccc', 'button-secondaryHoverBackground': '#2b2b2b',
    'list-hoverBackground': '#2a2d2e', 'list-activeSelectionBackground': '#04395e', 'list-activeSelectionForeground': '#ffffff',
    'input-background': '#313131', 'input-foreground': '#cccccc', 'input-placeholderForeground': '#989898', 'settings-textInputBorder': '#3c3c3c', 'dropdown-border': '#3c3c3c',
  }),
  light: theme('vscode-light', {
    foreground: '#3b3b3b', descriptionForeground: '#3b3b3b', errorForeground: '#f85149', focusBorder: '#005fb8',
    'editor-background': '#ffffff', 'editor-foreground': '#3b3b3b', 'sideBar-background': '#f8f8f8',
    'charts-blue': '#0063d3', 'charts-purple': '#652d90', 'charts-green': '#388a34', 'charts-yellow': '#bf8803', 'charts-red': '#e51400', 'charts-foreground': '#3b3b3b',
    'gitDecoration-addedResourceForeground': '#587c0c', 'editorWarning-foreground': '#bf8803', 'progressBar-background': '#005fb8', 'textLink-foreground': '#005fb8',
    'button-background': '#005fb8', 'button-foreground': '#ffffff', 'button-hoverBackground': '#0258a8', 'button-border': '#0000001a',
    'button-secondaryBackground': '#e5e5e5', 'button-secondaryForeground': '#3b3b3b', 'button-secondaryHoverBackground': '#cccccc',
    'list-hoverBackground': '#f2f2f2', 'list-activeSelectionBackground': '#e8e8e8', 'list-activeSelectionForeground': '#000000',
    'input-background': '#ffffff', 'input-foreground': '#3b3b3b', 'input-placeholderForeground': '#767676', 'settings-textInputBorder': '#cecece', 'dropdown-border': '#cecece',
  }),
  highContrast: theme('vscode-high-contrast', {
    foreground: '#ffffff', descriptionForeground: '#ffffffb3', errorForeground: '#f48771', focusBorder: '#f38518',
    'editor-background': '#000000', 'editor-foreground': '#ffffff', 'sideBar-background': '#000000', contrastBorder: '#6fc3df', contrastActiveBorder: '#f38518',
    'charts-blue': '#59a4f9', 'charts-purple': '#b180d7', 'charts-green': '#89d185', 'charts-yellow': '#ffd370', 'charts-red': '#f48771', 'charts-foreground': '#ffffff',
    'gitDecoration-addedResourceForeground': '#a1e3ad', 'editorWarning-foreground': '#ffd370', 'progressBar-background': '#6fc3df', 'textLink-foreground': '#21a6ff',
    'button-background': '#000000', 'button-foreground': '#ffffff', 'button-border': '#6fc3df', 'button-secondaryForeground': '#ffffff',
    'input-background': '#000000', 'input-foreground': '#ffffff', 'input-placeholderForeground': '#ffffffb3', 'settings-textInputBorder': '#6fc3df', 'dropdown-border': '#6fc3df',
  }),
  highContrastLight: theme('vscode-high-contrast-light vscode-high-contrast', {
    foreground: '#292929', descriptionForeground: '#292929b3', errorForeground: '#b5200d', focusBorder: '#006bbd',
    'editor-background': '#ffffff', 'editor-foreground': '#292929', 'sideBar-background': '#ffffff', contrastBorder: '#0f4a85', contrastActiveBorder: '#006bbd',
    'charts-blue': '#0063d3', 'charts-purple': '#652d90', 'charts-green': '#374e06', 'charts-yellow': '#895503', 'charts-red': '#b5200d', 'charts-foreground': '#292929',
    'gitDecoration-addedResourceForeground': '#374e06', 'editorWarning-foreground': '#895503', 'progressBar-background': '#0f4a85', 'textLink-foreground': '#0f4a85',
    'button-background': '#0f4a85', 'button-foreground': '#ffffff', 'button-border': '#0f4a85', 'button-secondaryBackground': '#ffffff', 'button-secondaryForeground': '#292929',
    'input-background': '#ffffff', 'input-foreground': '#292929', 'input-placeholderForeground': '#292929b3', 'settings-textInputBorder': '#0f4a85', 'dropdown-border': '#0f4a85',
  }),
} as const satisfies Record<string, Theme>;

function theme(bodyClass: string, colours: Readonly<Record<string, string>>): Theme {
  const variables = Object.fromEntries(Object.entries({ ...font, ...colours }).map(([name, value]) => [`--vscode-${name}`, value]));
  return { bodyClass, variables };
}
