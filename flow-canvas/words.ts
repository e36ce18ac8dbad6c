/** What the canvas says, in the reader's language: the page hands it over. */
export interface Words {
  undo: string;
  redo: string;
  tidy: string;
  zoomIn: string;
  zoomOut: string;
  whole: string;
  add: string;
  kind: string;
  remove: string;
  saved: string;
  saving: string;
  reload: string;
  problems: string;
  connectHint: string;
  connecting: string;
}
