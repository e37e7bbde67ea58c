<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
 <context>
  <name>editor</name>
  <message>
   <source>&amp;Open…</source>
   <translation>&amp;Öffnen …</translation>
  </message>
  <message>
   <source>Open a photo</source>
   <translation>Ein Foto öffnen</translation>
  </message>
  <message>
   <source>Open &amp;recent</source>
   <translation>&amp;Zuletzt geöffnet</translation>
  </message>
  <message>
   <source>&amp;Paste</source>
   <translation>&amp;Einfügen</translation>
  </message>
  <message>
   <source>Open the picture in the clipboard</source>
   <translation>Das Bild aus der Zwischenablage öffnen</translation>
  </message>
  <message>
   <source>New &amp;random face</source>
   <translation>Neues &amp;Zufallsgesicht</translation>
  </message>
  <message>
   <source>A face of nobody, to try things on</source>
   <translation>Ein Gesicht von niemandem, zum Ausprobieren</translation>
  </message>
  <message>
   <source>&amp;Save picture…</source>
   <translation>Bild &amp;speichern …</translation>
  </message>
  <message>
   <source>Save the photo with its edits, at full size</source>
   <translation>Das Foto mit seinen Änderungen in voller Größe speichern</translation>
  </message>
  <message>
   <source>&amp;Export picture…</source>
   <translation>Bild &amp;exportieren …</translation>
  </message>
  <message>
   <source>Choose format, quality and metadata, then save</source>
   <translation>Format, Qualität und Metadaten wählen, dann speichern</translation>
  </message>
  <message>
   <source>Save pro&amp;ject</source>
   <translation>Pro&amp;jekt speichern</translation>
  </message>
  <message>
   <source>Save photo, masks and edits, to go on later</source>
   <translation>Foto, Masken und Änderungen speichern, um später weiterzuarbeiten</translation>
  </message>
  <message>
   <source>Save project as…</source>
   <translation>Projekt speichern unter …</translation>
  </message>
  <message>
   <source>Export &amp;mask…</source>
   <translation>&amp;Maske exportieren …</translation>
  </message>
  <message>
   <source>Save where the edit shows, as a grey picture</source>
   <translation>Als graues Bild speichern, wo die Änderung zu sehen ist</translation>
  </message>
  <message>
   <source>&amp;Copy picture</source>
   <translation>Bild &amp;kopieren</translation>
  </message>
  <message>
   <source>Copy the edited photo to the clipboard</source>
   <translation>Das geänderte Foto in die Zwischenablage kopieren</translation>
  </message>
  <message>
   <source>&amp;Quit</source>
   <translation>&amp;Beenden</translation>
  </message>
  <message>
   <source>&amp;Apply edit</source>
   <translation>Änderung &amp;anwenden</translation>
  </message>
  <message>
   <source>Run the edit</source>
   <translation>Die Änderung berechnen</translation>
  </message>
  <message>
   <source>&amp;Pause</source>
   <translation>&amp;Pause</translation>
  </message>
  <message>
   <source>Hold the run, or go on with it</source>
   <translation>Den Lauf anhalten oder fortsetzen</translation>
  </message>
  <message>
   <source>Stop and &amp;keep</source>
   <translation>Beenden und &amp;behalten</translation>
  </message>
  <message>
   <source>End the run and show what it has reached</source>
   <translation>Den Lauf beenden und zeigen, was er erreicht hat</translation>
  </message>
  <message>
   <source>&amp;Cancel run</source>
   <translation>Lauf abbre&amp;chen</translation>
  </message>
  <message>
   <source>End the run and discard it</source>
   <translation>Den Lauf beenden und verwerfen</translation>
  </message>
  <message>
   <source>Co&amp;mmit result</source>
   <translation>Ergebnis über&amp;nehmen</translation>
  </message>
  <message>
   <source>Keep this edit and go on from it</source>
   <translation>Diese Änderung behalten und von ihr aus weiterarbeiten</translation>
  </message>
  <message>
   <source>&amp;Discard result</source>
   <translation>Ergebnis &amp;verwerfen</translation>
  </message>
  <message>
   <source>Go back to before this edit</source>
   <translation>Zurück zum Stand vor dieser Änderung</translation>
  </message>
  <message>
   <source>&amp;Split before and after</source>
   <translation>&amp;Vorher und nachher teilen</translation>
  </message>
  <message>
   <source>Before on the left, after on the right of a line to drag</source>
   <translation>Vorher links, nachher rechts einer Linie, die sich ziehen lässt</translation>
  </message>
  <message>
   <source>Show &amp;regions</source>
   <translation>&amp;Bereiche zeigen</translation>
  </message>
  <message>
   <source>The face's regions as colours over the photo</source>
   <translation>Die Bereiche des Gesichts als Farben über dem Foto</translation>
  </message>
  <message>
   <source>Zoom &amp;in</source>
   <translation>Ver&amp;größern</translation>
  </message>
  <message>
   <source>Zoom &amp;out</source>
   <translation>Ver&amp;kleinern</translation>
  </message>
  <message>
   <source>&amp;Fit the photo</source>
   <translation>&amp;Foto einpassen</translation>
  </message>
  <message>
   <source>Show the whole photo</source>
   <translation>Das ganze Foto zeigen</translation>
  </message>
  <message>
   <source>&amp;Actual pixels</source>
   <translation>&amp;Tatsächliche Pixel</translation>
  </message>
  <message>
   <source>One pixel of the photo on one pixel of the screen</source>
   <translation>Ein Pixel des Fotos auf einem Pixel des Bildschirms</translation>
  </message>
  <message>
   <source>&amp;Hand</source>
   <translation>&amp;Hand</translation>
  </message>
  <message>
   <source>Drag the photo</source>
   <translation>Das Foto verschieben</translation>
  </message>
  <message>
   <source>&amp;Brush</source>
   <translation>&amp;Pinsel</translation>
  </message>
  <message>
   <source>Paint on the mask; Alt erases</source>
   <translation>Auf die Maske malen; Alt radiert</translation>
  </message>
  <message>
   <source>&amp;Eraser</source>
   <translation>&amp;Radierer</translation>
  </message>
  <message>
   <source>Erase from the mask; Alt paints</source>
   <translation>Aus der Maske radieren; Alt malt</translation>
  </message>
  <message>
   <source>&amp;Lasso</source>
   <translation>&amp;Lasso</translation>
  </message>
  <message>
   <source>Outline an area and add it; Alt takes it away</source>
   <translation>Eine Fläche umreißen und hinzufügen; Alt nimmt sie weg</translation>
  </message>
  <message>
   <source>&amp;Fill</source>
   <translation>&amp;Füllen</translation>
  </message>
  <message>
   <source>Fill a hole in the mask</source>
   <translation>Ein Loch in der Maske füllen</translation>
  </message>
  <message>
   <source>&amp;Pick region</source>
   <translation>Bereich &amp;wählen</translation>
  </message>
  <message>
   <source>Choose the region you click</source>
   <translation>Den angeklickten Bereich wählen</translation>
  </message>
  <message>
   <source>Smaller brush</source>
   <translation>Kleinerer Pinsel</translation>
  </message>
  <message>
   <source>Larger brush</source>
   <translation>Größerer Pinsel</translation>
  </message>
  <message>
   <source>Softer brush</source>
   <translation>Weicherer Pinsel</translation>
  </message>
  <message>
   <source>Harder brush</source>
   <translation>Härterer Pinsel</translation>
  </message>
  <message>
   <source>Gro&amp;w</source>
   <translation>&amp;Vergrößern</translation>
  </message>
  <message>
   <source>Make the mask a little larger</source>
   <translation>Die Maske etwas größer machen</translation>
  </message>
  <message>
   <source>Shrin&amp;k</source>
   <translation>Ver&amp;kleinern</translation>
  </message>
  <message>
   <source>Make the mask a little smaller</source>
   <translation>Die Maske etwas kleiner machen</translation>
  </message>
  <message>
   <source>&amp;Feather</source>
   <translation>&amp;Weichzeichnen</translation>
  </message>
  <message>
   <source>Soften the mask's border</source>
   <translation>Den Rand der Maske weicher machen</translation>
  </message>
  <message>
   <source>S&amp;mooth</source>
   <translation>&amp;Glätten</translation>
  </message>
  <message>
   <source>Round the mask's outline</source>
   <translation>Den Umriss der Maske runden</translation>
  </message>
  <message>
   <source>M&amp;irror</source>
   <translation>&amp;Spiegeln</translation>
  </message>
  <message>
   <source>Make both sides of the face alike, as the larger one</source>
   <translation>Beide Gesichtshälften angleichen, nach der größeren</translation>
  </message>
  <message>
   <source>&amp;Reset mask</source>
   <translation>Maske &amp;zurücksetzen</translation>
  </message>
  <message>
   <source>Back to what the parser found</source>
   <translation>Zurück zu dem, was der Parser gefunden hat</translation>
  </message>
  <message>
   <source>&amp;Next face</source>
   <translation>&amp;Nächstes Gesicht</translation>
  </message>
  <message>
   <source>Mark a &amp;face…</source>
   <translation>Ein &amp;Gesicht markieren …</translation>
  </message>
  <message>
   <source>Place the five points of a face yourself</source>
   <translation>Die fünf Punkte eines Gesichts selbst setzen</translation>
  </message>
  <message>
   <source>Search &amp;attributes</source>
   <translation>&amp;Attribute suchen</translation>
  </message>
  <message>
   <source>&amp;Keyboard shortcuts</source>
   <translation>&amp;Tastenkürzel</translation>
  </message>
  <message>
   <source>&amp;Preferences…</source>
   <translation>&amp;Einstellungen …</translation>
  </message>
  <message>
   <source>&amp;Model packs…</source>
   <translation>&amp;Modellpakete …</translation>
  </message>
  <message>
   <source>Get, check, import and remove model packs</source>
   <translation>Modellpakete holen, prüfen, importieren und entfernen</translation>
  </message>
  <message>
   <source>Check for &amp;updates…</source>
   <translation>Nach &amp;neuer Version fragen …</translation>
  </message>
  <message>
   <source>Ask whether there is a newer version; only when you ask</source>
   <translation>Fragen, ob es eine neuere Version gibt; nur auf Wunsch</translation>
  </message>
  <message>
   <source>A&amp;bout</source>
   <translation>Ü&amp;ber</translation>
  </message>
  <message>
   <source>Show the photo before the edits</source>
   <translation>Das Foto vor den Änderungen zeigen</translation>
  </message>
  <message>
   <source>Space</source>
   <translation>Leertaste</translation>
  </message>
  <message>
   <source>Drag the photo with the mouse</source>
   <translation>Das Foto mit der Maus verschieben</translation>
  </message>
  <message>
   <source>Wheel</source>
   <translation>Mausrad</translation>
  </message>
  <message>
   <source>Zoom at the pointer</source>
   <translation>Am Zeiger zoomen</translation>
  </message>
  <message>
   <source>&amp;File</source>
   <translation>&amp;Datei</translation>
  </message>
  <message>
   <source>&amp;Edit</source>
   <translation>&amp;Bearbeiten</translation>
  </message>
  <message>
   <source>&amp;Run</source>
   <translation>&amp;Lauf</translation>
  </message>
  <message>
   <source>&amp;Mask</source>
   <translation>&amp;Maske</translation>
  </message>
  <message>
   <source>&amp;View</source>
   <translation>&amp;Ansicht</translation>
  </message>
  <message>
   <source>&amp;Help</source>
   <translation>&amp;Hilfe</translation>
  </message>
  <message>
   <source>A report was written. You can go on working, or save and restart.</source>
   <translation>Ein Bericht wurde geschrieben. Sie können weiterarbeiten oder speichern und neu starten.</translation>
  </message>
  <message>
   <source>Photo</source>
   <translation>Foto</translation>
  </message>
  <message>
   <source>The photo. Wheel or Ctrl and plus or minus zoom, Space and drag moves it.</source>
   <translation>Das Foto. Das Mausrad oder Strg mit Plus oder Minus zoomt, Leertaste und Ziehen verschiebt.</translation>
  </message>
  <message>
   <source>The application ended unexpectedly the last time.</source>
   <translation>Das Programm wurde beim letzten Mal unerwartet beendet.</translation>
  </message>
  <message>
   <source>A report was written to this computer; nothing has been sent.</source>
   <translation>Ein Bericht wurde auf diesem Rechner geschrieben; nichts wurde gesendet.</translation>
  </message>
  <message>
   <source>Show the report</source>
   <translation>Den Bericht zeigen</translation>
  </message>
  <message>
   <source>It states no terms.</source>
   <translation>Es nennt keine Bedingungen.</translation>
  </message>
  <message>
   <source>About</source>
   <translation>Über</translation>
  </message>
  <message>
   <source>Edits attributes of a face in a photo by masked optimisation of a generator's latent code, after Pernuš, Štruc and Dobrišek, “High Resolution Face Editing with Masked GAN Latent Code Optimization” (IEEE TIP 2023).</source>
   <translation>Ändert Attribute eines Gesichts auf einem Foto durch maskierte Optimierung des latenten Codes eines Generators, nach Pernuš, Štruc und Dobrišek, „High Resolution Face Editing with Masked GAN Latent Code Optimization“ (IEEE TIP 2023).</translation>
  </message>
  <message>
   <source>Responsible use</source>
   <translation>Verantwortungsvoller Gebrauch</translation>
  </message>
  <message>
   <source>Model terms</source>
   <translation>Bedingungen des Modells</translation>
  </message>
  <message>
   <source>Third-party licences</source>
   <translation>Lizenzen Dritter</translation>
  </message>
  <message>
   <source>Export the picture</source>
   <translation>Bild exportieren</translation>
  </message>
  <message>
   <source>Format</source>
   <translation>Format</translation>
  </message>
  <message>
   <source>keeps every pixel</source>
   <translation>behält jeden Pixel</translation>
  </message>
  <message>
   <source>small, for sharing</source>
   <translation>klein, zum Weitergeben</translation>
  </message>
  <message>
   <source>smaller, without loss at 100</source>
   <translation>kleiner, bei 100 ohne Verlust</translation>
  </message>
  <message>
   <source>keeps every pixel, 16 bit and CMYK too</source>
   <translation>behält jeden Pixel, auch 16 Bit und CMYK</translation>
  </message>
  <message>
   <source>Quality</source>
   <translation>Qualität</translation>
  </message>
  <message>
   <source>Keep the photo's metadata (EXIF: camera, date, place)</source>
   <translation>Die Metadaten des Fotos behalten (EXIF: Kamera, Datum, Ort)</translation>
  </message>
  <message>
   <source>Say in the metadata that the picture was edited</source>
   <translation>In den Metadaten sagen, dass das Bild bearbeitet wurde</translation>
  </message>
  <message>
   <source>Size</source>
   <translation>Größe</translation>
  </message>
  <message>
   <source>Choose a place…</source>
   <translation>Ort wählen …</translation>
  </message>
  <message>
   <source>The colour profile is always kept.</source>
   <translation>Das Farbprofil bleibt immer erhalten.</translation>
  </message>
  <message>
   <source>Projects</source>
   <translation>Projekte</translation>
  </message>
  <message>
   <source>Photos and projects</source>
   <translation>Fotos und Projekte</translation>
  </message>
  <message>
   <source>Photos</source>
   <translation>Fotos</translation>
  </message>
  <message>
   <source>All files</source>
   <translation>Alle Dateien</translation>
  </message>
  <message>
   <source>Save the project</source>
   <translation>Das Projekt speichern</translation>
  </message>
  <message>
   <source>An edit is running.</source>
   <translation>Eine Änderung wird gerade berechnet.</translation>
  </message>
  <message>
   <source>It will be stopped, and what it has reached is lost.</source>
   <translation>Sie wird beendet, und was sie erreicht hat, geht verloren.</translation>
  </message>
  <message>
   <source>The photo has edits that are not saved.</source>
   <translation>Das Foto hat Änderungen, die nicht gespeichert sind.</translation>
  </message>
  <message>
   <source>A project keeps masks and edits, to go on later.</source>
   <translation>Ein Projekt behält Masken und Änderungen, um später weiterzuarbeiten.</translation>
  </message>
  <message>
   <source>Save project</source>
   <translation>Projekt speichern</translation>
  </message>
  <message>
   <source>Save picture…</source>
   <translation>Bild speichern …</translation>
  </message>
  <message>
   <source>Stop the run</source>
   <translation>Lauf beenden</translation>
  </message>
  <message>
   <source>Discard</source>
   <translation>Verwerfen</translation>
  </message>
  <message>
   <source>Cancel</source>
   <translation>Abbrechen</translation>
  </message>
  <message>
   <source>I accept these licences</source>
   <translation>Ich nehme diese Lizenzen an</translation>
  </message>
  <message>
   <source>In use</source>
   <translation>Wird verwendet</translation>
  </message>
  <message>
   <source>Ready</source>
   <translation>Bereit</translation>
  </message>
  <message>
   <source>{0} to download</source>
   <translation>{0} herunterzuladen</translation>
  </message>
  <message>
   <source>and a file of unknown size</source>
   <translation>und eine Datei unbekannter Größe</translation>
  </message>
  <message>
   <source>and {0} files of unknown size</source>
   <translation>und {0} Dateien unbekannter Größe</translation>
  </message>
  <message>
   <source>size unknown</source>
   <translation>Größe unbekannt</translation>
  </message>
  <message>
   <source>built in</source>
   <translation>eingebaut</translation>
  </message>
  <message>
   <source>optional</source>
   <translation>entbehrlich</translation>
  </message>
  <message>
   <source>missing</source>
   <translation>fehlt</translation>
  </message>
  <message>
   <source>there</source>
   <translation>vorhanden</translation>
  </message>
  <message>
   <source>No hash is known. It is shown, kept and checked from the first download on.</source>
   <translation>Keine Prüfsumme ist bekannt. Sie wird gezeigt, gemerkt und ab dem ersten Herunterladen geprüft.</translation>
  </message>
  <message>
   <source>None</source>
   <translation>Keine</translation>
  </message>
  <message>
   <source>Download</source>
   <translation>Herunterladen</translation>
  </message>
  <message>
   <source>Use this pack</source>
   <translation>Dieses Paket verwenden</translation>
  </message>
  <message>
   <source>Check</source>
   <translation>Prüfen</translation>
  </message>
  <message>
   <source>Check the files, and what they do with a face</source>
   <translation>Die Dateien prüfen, und was sie mit einem Gesicht machen</translation>
  </message>
  <message>
   <source>Remove</source>
   <translation>Entfernen</translation>
  </message>
  <message>
   <source>{0} s left</source>
   <translation>noch {0} s</translation>
  </message>
  <message>
   <source>{0} min left</source>
   <translation>noch {0} min</translation>
  </message>
  <message>
   <source>{0} h left</source>
   <translation>noch {0} h</translation>
  </message>
  <message>
   <source>{0}: connecting to {1}…</source>
   <translation>{0}: Verbindung zu {1} …</translation>
  </message>
  <message>
   <source>{0}: paused at {1}.</source>
   <translation>{0}: angehalten bei {1}.</translation>
  </message>
  <message>
   <source>{0}: waiting, then trying again ({1}: {2}).</source>
   <translation>{0}: wartet und versucht es erneut ({1}: {2}).</translation>
  </message>
  <message>
   <source>{0}: checking…</source>
   <translation>{0}: wird geprüft …</translation>
  </message>
  <message>
   <source>Generator</source>
   <translation>Generator</translation>
  </message>
  <message>
   <source>Face parser</source>
   <translation>Gesichtsparser</translation>
  </message>
  <message>
   <source>Attributes</source>
   <translation>Attribute</translation>
  </message>
  <message>
   <source>Encoder</source>
   <translation>Encoder</translation>
  </message>
  <message>
   <source>Likeness</source>
   <translation>Ähnlichkeit</translation>
  </message>
  <message>
   <source>Model packs</source>
   <translation>Modellpakete</translation>
  </message>
  <message>
   <source>Import files…</source>
   <translation>Dateien importieren …</translation>
  </message>
  <message>
   <source>Or drop model files or a folder here</source>
   <translation>Oder Modelldateien oder einen Ordner hier ablegen</translation>
  </message>
  <message>
   <source>Progress</source>
   <translation>Fortschritt</translation>
  </message>
  <message>
   <source>Pause</source>
   <translation>Pause</translation>
  </message>
  <message>
   <source>Without a connection: get the files elsewhere and drop them here.</source>
   <translation>Ohne Verbindung: die Dateien anderswo holen und hier ablegen.</translation>
  </message>
  <message>
   <source>“{0}” is in use.</source>
   <translation>„{0}“ wird verwendet.</translation>
  </message>
  <message>
   <source>Starting the download…</source>
   <translation>Der Download beginnt …</translation>
  </message>
  <message>
   <source>First seen, and checked from now on:</source>
   <translation>Zum ersten Mal gesehen und von nun an geprüft:</translation>
  </message>
  <message>
   <source>“{0}” is ready.</source>
   <translation>„{0}“ ist bereit.</translation>
  </message>
  <message>
   <source>“{0}” is in order.</source>
   <translation>„{0}“ ist in Ordnung.</translation>
  </message>
  <message>
   <source>“{0}” is not in order.</source>
   <translation>„{0}“ ist nicht in Ordnung.</translation>
  </message>
  <message>
   <source>Checking the files, and what they do with a face…</source>
   <translation>Die Dateien werden geprüft, und was sie mit einem Gesicht tun …</translation>
  </message>
  <message>
   <source>The pack was removed.</source>
   <translation>Das Paket wurde entfernt.</translation>
  </message>
  <message>
   <source>Removing…</source>
   <translation>Wird entfernt …</translation>
  </message>
  <message>
   <source>Import model files</source>
   <translation>Modelldateien importieren</translation>
  </message>
  <message>
   <source>Model files</source>
   <translation>Modelldateien</translation>
  </message>
  <message>
   <source>{0} of {1} files were taken.</source>
   <translation>{0} von {1} Dateien wurden übernommen.</translation>
  </message>
  <message>
   <source>Still needed: {0}.</source>
   <translation>Es fehlt noch: {0}.</translation>
  </message>
  <message>
   <source>No model files were found there.</source>
   <translation>Dort wurden keine Modelldateien gefunden.</translation>
  </message>
  <message>
   <source>Looking at the files…</source>
   <translation>Die Dateien werden angesehen …</translation>
  </message>
  <message>
   <source>Cancelled; nothing unfinished was kept.</source>
   <translation>Abgebrochen; nichts Unfertiges wurde behalten.</translation>
  </message>
  <message>
   <source>Resume</source>
   <translation>Fortsetzen</translation>
  </message>
  <message>
   <source>Let go to import: each file is recognised by what is in it.</source>
   <translation>Zum Importieren loslassen: Jede Datei wird an ihrem Inhalt erkannt.</translation>
  </message>
  <message>
   <source>Preferences</source>
   <translation>Einstellungen</translation>
  </message>
  <message>
   <source>Appearance</source>
   <translation>Aussehen</translation>
  </message>
  <message>
   <source>As the system</source>
   <translation>Wie das System</translation>
  </message>
  <message>
   <source>Dark</source>
   <translation>Dunkel</translation>
  </message>
  <message>
   <source>Light</source>
   <translation>Hell</translation>
  </message>
  <message>
   <source>Compute on</source>
   <translation>Rechnen auf</translation>
  </message>
  <message>
   <source>The fastest device there is</source>
   <translation>Dem schnellsten Gerät, das da ist</translation>
  </message>
  <message>
   <source>Processor (CPU)</source>
   <translation>Prozessor (CPU)</translation>
  </message>
  <message>
   <source>NVIDIA graphics card (CUDA)</source>
   <translation>NVIDIA-Grafikkarte (CUDA)</translation>
  </message>
  <message>
   <source>Apple graphics (MPS)</source>
   <translation>Apple-Grafik (MPS)</translation>
  </message>
  <message>
   <source>Model pack</source>
   <translation>Modellpaket</translation>
  </message>
  <message>
   <source>The networks that edit: a pack, or the models folder of the published implementation</source>
   <translation>Die Netze, die bearbeiten: ein Paket oder der Modellordner der veröffentlichten Fassung</translation>
  </message>
  <message>
   <source>Quality of JPEG and WebP</source>
   <translation>Qualität von JPEG und WebP</translation>
  </message>
  <message>
   <source>Say in a saved picture's metadata that it was edited</source>
   <translation>In den Metadaten eines gespeicherten Bilds sagen, dass es bearbeitet wurde</translation>
  </message>
  <message>
   <source>JPEG and WebP quality</source>
   <translation>Qualität von JPEG und WebP</translation>
  </message>
  <message>
   <source>Changes apply at once.</source>
   <translation>Änderungen gelten sofort.</translation>
  </message>
  <message>
   <source>Choose a folder…</source>
   <translation>Ordner wählen …</translation>
  </message>
  <message>
   <source>Folder of a model pack</source>
   <translation>Ordner eines Modellpakets</translation>
  </message>
  <message>
   <source>Keyboard shortcuts</source>
   <translation>Tastenkürzel</translation>
  </message>
  <message>
   <source>Newer versions</source>
   <translation>Neuere Versionen</translation>
  </message>
  <message>
   <source>Asking whether there is a newer version…</source>
   <translation>Es wird gefragt, ob es eine neuere Version gibt …</translation>
  </message>
  <message>
   <source>This is version {0}. Nothing about you or your photos is sent.</source>
   <translation>Dies ist Version {0}. Nichts über Sie oder Ihre Fotos wird gesendet.</translation>
  </message>
  <message>
   <source>You have the newest version.</source>
   <translation>Sie haben die neueste Version.</translation>
  </message>
  <message>
   <source>Version {0} can be had.</source>
   <translation>Version {0} ist erhältlich.</translation>
  </message>
  <message>
   <source>Apply {0}</source>
   <translation>{0} anwenden</translation>
  </message>
  <message>
   <source>Discard the result</source>
   <translation>Ergebnis verwerfen</translation>
  </message>
  <message>
   <source>Commit {0}</source>
   <translation>{0} übernehmen</translation>
  </message>
  <message>
   <source>Delete {0}</source>
   <translation>{0} löschen</translation>
  </message>
  <message>
   <source>Move {0}</source>
   <translation>{0} verschieben</translation>
  </message>
  <message>
   <source>Edit {0} again</source>
   <translation>{0} erneut bearbeiten</translation>
  </message>
  <message>
   <source>This face is {0:,} px wide in the photo; the pack draws changes at {1:,} px.</source>
   <translation>Dieses Gesicht ist im Foto {0:,} px breit; das Paket zeichnet Änderungen mit {1:,} px.</translation>
  </message>
  <message>
   <source>What an edit moves or recolours keeps the photo's own detail. What it draws anew, such as teeth, is as fine as the pack.</source>
   <translation>Was eine Änderung bewegt oder umfärbt, behält die Einzelheiten des Fotos. Was sie neu zeichnet, etwa Zähne, ist so fein wie das Paket.</translation>
  </message>
  <message>
   <source>Point {0} of 5: {1}. Drag the points, or press 1 to 5 and move with the arrows.</source>
   <translation>Punkt {0} von 5: {1}. Ziehen Sie die Punkte, oder drücken Sie 1 bis 5 und bewegen Sie sie mit den Pfeiltasten.</translation>
  </message>
  <message>
   <source>the eye on the left</source>
   <translation>das Auge links</translation>
  </message>
  <message>
   <source>the eye on the right</source>
   <translation>das Auge rechts</translation>
  </message>
  <message>
   <source>the tip of the nose</source>
   <translation>die Nasenspitze</translation>
  </message>
  <message>
   <source>the left corner of the mouth</source>
   <translation>der linke Mundwinkel</translation>
  </message>
  <message>
   <source>the right corner of the mouth</source>
   <translation>der rechte Mundwinkel</translation>
  </message>
  <message>
   <source>{0} files were dropped; {1} was opened.</source>
   <translation>{0} Dateien wurden abgelegt; {1} wurde geöffnet.</translation>
  </message>
  <message>
   <source>One photo at a time can be edited.</source>
   <translation>Es kann immer nur ein Foto bearbeitet werden.</translation>
  </message>
  <message>
   <source>{0} is not there any more.</source>
   <translation>{0} ist nicht mehr da.</translation>
  </message>
  <message>
   <source>It was in {0} and has left the list.</source>
   <translation>Die Datei lag in {0} und wurde aus der Liste genommen.</translation>
  </message>
  <message>
   <source>The clipboard holds no picture.</source>
   <translation>Die Zwischenablage enthält kein Bild.</translation>
  </message>
  <message>
   <source>Save the picture to this computer first.</source>
   <translation>Speichern Sie das Bild zuerst auf diesem Rechner.</translation>
  </message>
  <message>
   <source>Save the photo</source>
   <translation>Das Foto speichern</translation>
  </message>
  <message>
   <source>edited</source>
   <translation>bearbeitet</translation>
  </message>
  <message>
   <source>Export the mask</source>
   <translation>Maske exportieren</translation>
  </message>
  <message>
   <source>mask</source>
   <translation>Maske</translation>
  </message>
  <message>
   <source>The picture is in the clipboard.</source>
   <translation>Das Bild ist in der Zwischenablage.</translation>
  </message>
  <message>
   <source>Saving {0}…</source>
   <translation>{0} wird gespeichert …</translation>
  </message>
  <message>
   <source>Saved {0}.</source>
   <translation>{0} gespeichert.</translation>
  </message>
  <message>
   <source>Parts of {0} are damaged.</source>
   <translation>Teile von {0} sind beschädigt.</translation>
  </message>
  <message>
   <source>Opening {0}…</source>
   <translation>{0} wird geöffnet …</translation>
  </message>
  <message>
   <source>No copy of your work can be kept for the case of a crash.</source>
   <translation>Für den Fall eines Absturzes kann keine Kopie Ihrer Arbeit aufgehoben werden.</translation>
  </message>
  <message>
   <source>Save the project now. {0} cannot be written, or its disk is full.</source>
   <translation>Speichern Sie jetzt das Projekt. {0} kann nicht beschrieben werden, oder die Platte ist voll.</translation>
  </message>
  <message>
   <source>Work that was not saved has been found.</source>
   <translation>Nicht gespeicherte Arbeit wurde gefunden.</translation>
  </message>
  <message>
   <source>Recover it</source>
   <translation>Wiederherstellen</translation>
  </message>
  <message>
   <source>Edits ({0})</source>
   <translation>Änderungen ({0})</translation>
  </message>
  <message>
   <source>Edits</source>
   <translation>Änderungen</translation>
  </message>
  <message>
   <source>Edit</source>
   <translation>Bearbeiten</translation>
  </message>
  <message>
   <source>Regions</source>
   <translation>Bereiche</translation>
  </message>
  <message>
   <source>Before</source>
   <translation>Vorher</translation>
  </message>
  <message>
   <source>Hold to see the photo before the edits (C)</source>
   <translation>Halten, um das Foto vor den Änderungen zu sehen (C)</translation>
  </message>
  <message>
   <source>Before: hold to see the photo before the edits</source>
   <translation>Vorher: halten, um das Foto vor den Änderungen zu sehen</translation>
  </message>
  <message>
   <source>&amp;Undo</source>
   <translation>&amp;Rückgängig</translation>
  </message>
  <message>
   <source>&amp;Redo</source>
   <translation>&amp;Wiederholen</translation>
  </message>
  <message>
   <source>Tools</source>
   <translation>Werkzeuge</translation>
  </message>
  <message>
   <source>Save</source>
   <translation>Speichern</translation>
  </message>
  <message>
   <source>Split</source>
   <translation>Teilen</translation>
  </message>
  <message>
   <source>Loading the model pack…</source>
   <translation>Das Modellpaket wird geladen …</translation>
  </message>
  <message>
   <source>Untitled</source>
   <translation>Unbenannt</translation>
  </message>
  <message>
   <source>Held and mouse</source>
   <translation>Gehalten und Maus</translation>
  </message>
  <message>
   <source>What was dropped is not a file of this computer.</source>
   <translation>Was abgelegt wurde, ist keine Datei dieses Rechners.</translation>
  </message>
  <message>
   <source>Erase</source>
   <translation>Radieren</translation>
  </message>
  <message>
   <source>Paint</source>
   <translation>Malen</translation>
  </message>
  <message>
   <source>Grow</source>
   <translation>Vergrößern</translation>
  </message>
  <message>
   <source>Shrink</source>
   <translation>Verkleinern</translation>
  </message>
  <message>
   <source>Feather</source>
   <translation>Weichzeichnen</translation>
  </message>
  <message>
   <source>Smooth</source>
   <translation>Glätten</translation>
  </message>
  <message>
   <source>Mirror</source>
   <translation>Spiegeln</translation>
  </message>
  <message>
   <source>Fill</source>
   <translation>Füllen</translation>
  </message>
  <message>
   <source>There is no hole to fill here.</source>
   <translation>Hier gibt es kein Loch zu füllen.</translation>
  </message>
  <message>
   <source>Click inside a gap that the region encloses.</source>
   <translation>Klicken Sie in eine Lücke, die der Bereich umschließt.</translation>
  </message>
  <message>
   <source>Outline</source>
   <translation>Umreißen</translation>
  </message>
  <message>
   <source>Copy to</source>
   <translation>Kopieren nach</translation>
  </message>
  <message>
   <source>Reset the blend mask</source>
   <translation>Die Blendmaske zurücksetzen</translation>
  </message>
  <message>
   <source>Reset</source>
   <translation>Zurücksetzen</translation>
  </message>
  <message>
   <source>the blend mask</source>
   <translation>die Blendmaske</translation>
  </message>
  <message>
   <source>Strength</source>
   <translation>Stärke</translation>
  </message>
  <message>
   <source>The probability the classifier shall see in the end. To the right of the present score the attribute is added, to the left it is taken away.</source>
   <translation>Die Wahrscheinlichkeit, die der Klassifikator am Ende sehen soll. Rechts vom jetzigen Wert wird das Attribut hinzugefügt, links davon weggenommen.</translation>
  </message>
  <message>
   <source>Strength of {0}: the target probability in per cent</source>
   <translation>Stärke von {0}: die Zielwahrscheinlichkeit in Prozent</translation>
  </message>
  <message>
   <source>The area of the region, compared with the photo. “As is” leaves it to the optimisation.</source>
   <translation>Die Fläche des Bereichs, verglichen mit dem Foto. „wie es ist“ überlässt sie der Optimierung.</translation>
  </message>
  <message>
   <source>Size of the region of {0}</source>
   <translation>Größe des Bereichs von {0}</translation>
  </message>
  <message>
   <source>as is</source>
   <translation>wie es ist</translation>
  </message>
  <message>
   <source>Search attributes</source>
   <translation>Attribute suchen</translation>
  </message>
  <message>
   <source>Clear the search</source>
   <translation>Die Suche leeren</translation>
  </message>
  <message>
   <source>Show those this pack cannot edit</source>
   <translation>Auch zeigen, was dieses Paket nicht kann</translation>
  </message>
  <message>
   <source>Clear</source>
   <translation>Leeren</translation>
  </message>
  <message>
   <source>Untick all attributes</source>
   <translation>Alle Attribute abwählen</translation>
  </message>
  <message>
   <source>Saved</source>
   <translation>Gemerkt</translation>
  </message>
  <message>
   <source>Saved settings of edits</source>
   <translation>Gemerkte Einstellungen von Änderungen</translation>
  </message>
  <message>
   <source>Attributes, strengths and sizes that you saved under a name</source>
   <translation>Attribute, Stärken und Größen, die Sie unter einem Namen gemerkt haben</translation>
  </message>
  <message>
   <source>No attribute has this name.</source>
   <translation>Kein Attribut heißt so.</translation>
  </message>
  <message>
   <source>Loss terms of the run</source>
   <translation>Verlustterme des Laufs</translation>
  </message>
  <message>
   <source>Likeness: how far the picture is from the photo where it must not change. Attribute: how far the classifier is from the target. Shape and size: how far the region is from the one wanted. Noise: what keeps the fine grain natural. Lower is better.</source>
   <translation>Ähnlichkeit: wie weit das Bild vom Foto abweicht, wo es sich nicht ändern darf. Attribut: wie weit der Klassifikator vom Ziel entfernt ist. Form und Größe: wie weit der Bereich vom gewünschten abweicht. Rauschen: was die feine Körnung natürlich hält. Weniger ist besser.</translation>
  </message>
  <message>
   <source>Name of the edit</source>
   <translation>Name der Änderung</translation>
  </message>
  <message>
   <source>Click to rename</source>
   <translation>Zum Umbenennen klicken</translation>
  </message>
  <message>
   <source>Show {0}</source>
   <translation>{0} zeigen</translation>
  </message>
  <message>
   <source>Move {0} up</source>
   <translation>{0} nach oben</translation>
  </message>
  <message>
   <source>Move {0} down</source>
   <translation>{0} nach unten</translation>
  </message>
  <message>
   <source>Opacity</source>
   <translation>Deckkraft</translation>
  </message>
  <message>
   <source>Opacity of {0}</source>
   <translation>Deckkraft von {0}</translation>
  </message>
  <message>
   <source>Committed edits appear here. They can be faded, switched off, reordered and edited again; the photo itself is never changed.</source>
   <translation>Hier erscheinen übernommene Änderungen. Sie lassen sich abschwächen, ausschalten, umordnen und erneut bearbeiten; das Foto selbst wird nie verändert.</translation>
  </message>
  <message>
   <source>Preset</source>
   <translation>Vorgabe</translation>
  </message>
  <message>
   <source>How long and how carefully the edit is optimised. “As published” is the slowest.</source>
   <translation>Wie lange und wie sorgfältig die Änderung optimiert wird. „Wie veröffentlicht“ ist am langsamsten.</translation>
  </message>
  <message>
   <source>Seed</source>
   <translation>Startwert</translation>
  </message>
  <message>
   <source>Where the random numbers start. The same seed gives the same result again.</source>
   <translation>Wo die Zufallszahlen beginnen. Derselbe Startwert gibt dasselbe Ergebnis.</translation>
  </message>
  <message>
   <source>Apply</source>
   <translation>Anwenden</translation>
  </message>
  <message>
   <source>Queue</source>
   <translation>Anreihen</translation>
  </message>
  <message>
   <source>Go on</source>
   <translation>Weiter</translation>
  </message>
  <message>
   <source>Clear the queue</source>
   <translation>Die Reihe leeren</translation>
  </message>
  <message>
   <source>Progress of the edit</source>
   <translation>Fortschritt der Änderung</translation>
  </message>
  <message>
   <source>Stop and keep</source>
   <translation>Behalten</translation>
  </message>
  <message>
   <source>End the run now and show what it has reached</source>
   <translation>Den Lauf jetzt beenden und zeigen, was er erreicht hat</translation>
  </message>
  <message>
   <source>End the run now and discard what it has reached</source>
   <translation>Den Lauf jetzt beenden und verwerfen, was er erreicht hat</translation>
  </message>
  <message>
   <source>Between the photo as it was (0 %) and the edit (100 %), or beyond it: along the line between their two latent codes, without another run.</source>
   <translation>Zwischen dem Foto, wie es war (0 %), und der Änderung (100 %), oder darüber hinaus: auf der Linie zwischen ihren beiden latenten Codes, ohne neuen Lauf.</translation>
  </message>
  <message>
   <source>Strength of the result</source>
   <translation>Stärke des Ergebnisses</translation>
  </message>
  <message>
   <source>Commit</source>
   <translation>Übernehmen</translation>
  </message>
  <message>
   <source>Keep this edit; the next one starts from the picture as it is</source>
   <translation>Diese Änderung behalten; die nächste beginnt beim Bild, wie es ist</translation>
  </message>
  <message>
   <source>Go back to the picture before this edit</source>
   <translation>Zurück zum Bild vor dieser Änderung</translation>
  </message>
  <message>
   <source>How the result is blended</source>
   <translation>Wie das Ergebnis eingeblendet wird</translation>
  </message>
  <message>
   <source>Keep detail: only what the edit changed is brought into the photo, whose own skin and hair stay sharp. As published: the generated picture itself is shown inside the mask.</source>
   <translation>Einzelheiten behalten: Nur was die Änderung bewirkt hat, kommt in das Foto; dessen Haut und Haare bleiben scharf. Wie veröffentlicht: In der Maske wird das erzeugte Bild selbst gezeigt.</translation>
  </message>
  <message>
   <source>Keep detail</source>
   <translation>Einzelheiten behalten</translation>
  </message>
  <message>
   <source>As published</source>
   <translation>Wie veröffentlicht</translation>
  </message>
  <message>
   <source>Blending</source>
   <translation>Einblenden</translation>
  </message>
  <message>
   <source>Apply goes on from this result</source>
   <translation>Anwenden geht von hier aus weiter</translation>
  </message>
  <message>
   <source>The next run starts from the latent code that this one has reached, instead of from the photo: for a little more of the same, or the same with other settings.</source>
   <translation>Der nächste Lauf beginnt beim latenten Code, den dieser erreicht hat, statt beim Foto: für etwas mehr davon oder dasselbe mit anderen Einstellungen.</translation>
  </message>
  <message>
   <source>Run the edit (Ctrl+Return)</source>
   <translation>Die Änderung berechnen (Strg+Eingabe)</translation>
  </message>
  <message>
   <source>Run this edit after those that wait, and commit them one after the other</source>
   <translation>Diese Änderung nach den wartenden berechnen und eine nach der anderen übernehmen</translation>
  </message>
  <message>
   <source>Queue halted: {0}</source>
   <translation>Reihe angehalten: {0}</translation>
  </message>
  <message>
   <source>Then: {0}</source>
   <translation>Dann: {0}</translation>
  </message>
  <message>
   <source>Starting…</source>
   <translation>Beginnt …</translation>
  </message>
  <message>
   <source>{0}, step {1} of {2}</source>
   <translation>{0}, Schritt {1} von {2}</translation>
  </message>
  <message>
   <source>{0:.1f} steps/s · {1} left</source>
   <translation>{0:.1f} Schritte/s · noch {1}</translation>
  </message>
  <message>
   <source>Fine detail</source>
   <translation>Feinheiten</translation>
  </message>
  <message>
   <source>Shape and colour</source>
   <translation>Form und Farbe</translation>
  </message>
  <message>
   <source>Learning the face</source>
   <translation>Das Gesicht wird gelernt</translation>
  </message>
  <message>
   <source>Continue</source>
   <translation>Fortsetzen</translation>
  </message>
  <message>
   <source>Paused</source>
   <translation>Angehalten</translation>
  </message>
  <message>
   <source>Stopping…</source>
   <translation>Wird beendet …</translation>
  </message>
  <message>
   <source>Colour of {0}</source>
   <translation>Farbe von {0}</translation>
  </message>
  <message>
   <source>Choose another colour</source>
   <translation>Eine andere Farbe wählen</translation>
  </message>
  <message>
   <source>Paint on {0}</source>
   <translation>Auf {0} malen</translation>
  </message>
  <message>
   <source>Choose this region for the mask tools</source>
   <translation>Diesen Bereich für die Maskenwerkzeuge wählen</translation>
  </message>
  <message>
   <source>Lock {0}</source>
   <translation>{0} sperren</translation>
  </message>
  <message>
   <source>A locked region gives nothing away when another is painted</source>
   <translation>Ein gesperrter Bereich gibt nichts ab, wenn ein anderer gemalt wird</translation>
  </message>
  <message>
   <source>Show the regions over the photo</source>
   <translation>Die Bereiche über dem Foto zeigen</translation>
  </message>
  <message>
   <source>What the method holds and what it may change follows from these regions. Paint on them before a run where the parser was wrong.</source>
   <translation>Was das Verfahren festhält und was es ändern darf, folgt aus diesen Bereichen. Malen Sie vor einem Lauf darauf, wo der Parser sich geirrt hat.</translation>
  </message>
  <message>
   <source>Masks to change</source>
   <translation>Zu ändernde Masken</translation>
  </message>
  <message>
   <source>Regions: what the next run holds and edits. Blend mask: where the result that is waiting shows; changing it needs no other run.</source>
   <translation>Bereiche: was der nächste Lauf festhält und ändert. Blendmaske: wo das wartende Ergebnis zu sehen ist; sie zu ändern braucht keinen neuen Lauf.</translation>
  </message>
  <message>
   <source>Blend mask</source>
   <translation>Blendmaske</translation>
  </message>
  <message>
   <source>Region to paint on</source>
   <translation>Bereich, auf den gemalt wird</translation>
  </message>
  <message>
   <source>The region that the tools change</source>
   <translation>Der Bereich, den die Werkzeuge ändern</translation>
  </message>
  <message>
   <source>Radius of the brush ([ and ])</source>
   <translation>Radius des Pinsels ([ und ])</translation>
  </message>
  <message>
   <source>Hardness</source>
   <translation>Härte</translation>
  </message>
  <message>
   <source>How sharp the brush's border is (Shift+[ and Shift+])</source>
   <translation>Wie scharf der Rand des Pinsels ist (Umschalt+[ und Umschalt+])</translation>
  </message>
  <message>
   <source>Flow</source>
   <translation>Fluss</translation>
  </message>
  <message>
   <source>How much one pass of the brush adds</source>
   <translation>Wie viel ein Pinselzug hinzufügt</translation>
  </message>
  <message>
   <source>{0} of the brush</source>
   <translation>{0} des Pinsels</translation>
  </message>
  <message>
   <source>Refine</source>
   <translation>Verfeinern</translation>
  </message>
  <message>
   <source>Refine the whole mask</source>
   <translation>Die ganze Maske verfeinern</translation>
  </message>
  <message>
   <source>Grow, shrink, soften, smooth, mirror or reset the whole mask</source>
   <translation>Die ganze Maske vergrößern, verkleinern, weichzeichnen, glätten, spiegeln oder zurücksetzen</translation>
  </message>
  <message>
   <source>Copy from</source>
   <translation>Kopieren von</translation>
  </message>
  <message>
   <source>Pasting into the photo…</source>
   <translation>Wird in das Foto eingefügt …</translation>
  </message>
  <message>
   <source>Reading the face again…</source>
   <translation>Das Gesicht wird neu gelesen …</translation>
  </message>
  <message>
   <source>{0} {1} % here, {2:.1f} % of the face</source>
   <translation>{0} {1} % hier, {2:.1f} % des Gesichts</translation>
  </message>
  <message>
   <source>No file was opened yet</source>
   <translation>Noch wurde keine Datei geöffnet</translation>
  </message>
  <message>
   <source>Clear the list</source>
   <translation>Die Liste leeren</translation>
  </message>
  <message>
   <source>Change the opacity</source>
   <translation>Deckkraft ändern</translation>
  </message>
  <message>
   <source>Rename an edit</source>
   <translation>Änderung umbenennen</translation>
  </message>
  <message>
   <source>The model pack is not loaded.</source>
   <translation>Das Modellpaket ist nicht geladen.</translation>
  </message>
  <message>
   <source>Open a photo with a face first.</source>
   <translation>Öffnen Sie zuerst ein Foto mit einem Gesicht.</translation>
  </message>
  <message>
   <source>Tick an attribute first.</source>
   <translation>Haken Sie zuerst ein Attribut an.</translation>
  </message>
  <message>
   <source>Change the strength</source>
   <translation>Stärke ändern</translation>
  </message>
  <message>
   <source>Change the blending</source>
   <translation>Einblenden ändern</translation>
  </message>
  <message>
   <source>Show an edit</source>
   <translation>Änderung zeigen</translation>
  </message>
  <message>
   <source>Hide an edit</source>
   <translation>Änderung verbergen</translation>
  </message>
  <message>
   <source>Nothing is saved yet</source>
   <translation>Noch ist nichts gemerkt</translation>
  </message>
  <message>
   <source>Save these settings…</source>
   <translation>Diese Einstellungen merken …</translation>
  </message>
  <message>
   <source>Delete</source>
   <translation>Löschen</translation>
  </message>
  <message>
   <source>This model pack cannot edit {0}.</source>
   <translation>Dieses Modellpaket kann {0} nicht ändern.</translation>
  </message>
  <message>
   <source>The other settings were taken.</source>
   <translation>Die anderen Einstellungen wurden übernommen.</translation>
  </message>
  <message>
   <source>Save these settings</source>
   <translation>Diese Einstellungen merken</translation>
  </message>
  <message>
   <source>Name</source>
   <translation>Name</translation>
  </message>
  <message>
   <source>Opening the pasted picture…</source>
   <translation>Das eingefügte Bild wird geöffnet …</translation>
  </message>
  <message>
   <source>Drawing a face…</source>
   <translation>Ein Gesicht wird gezeichnet …</translation>
  </message>
  <message>
   <source>Wait for it, or cancel it first.</source>
   <translation>Warten Sie darauf, oder brechen Sie sie zuerst ab.</translation>
  </message>
  <message>
   <source>Looking for faces…</source>
   <translation>Gesichter werden gesucht …</translation>
  </message>
  <message>
   <source>No face was found in this photo.</source>
   <translation>In diesem Foto wurde kein Gesicht gefunden.</translation>
  </message>
  <message>
   <source>{0} faces were found; the largest is chosen.</source>
   <translation>{0} Gesichter wurden gefunden; das größte ist gewählt.</translation>
  </message>
  <message>
   <source>Click another face, in the photo or below it, to edit that one.</source>
   <translation>Klicken Sie ein anderes Gesicht an, im Foto oder darunter, um jenes zu ändern.</translation>
  </message>
  <message>
   <source>Mark a face…</source>
   <translation>Ein Gesicht markieren …</translation>
  </message>
  <message>
   <source>Use the whole picture</source>
   <translation>Das ganze Bild verwenden</translation>
  </message>
  <message>
   <source>Aligning and parsing the face…</source>
   <translation>Das Gesicht wird ausgerichtet und zerlegt …</translation>
  </message>
  <message>
   <source>Working</source>
   <translation>Es wird gearbeitet</translation>
  </message>
  <message>
   <source>Faces in the photo</source>
   <translation>Gesichter im Foto</translation>
  </message>
  <message>
   <source>Left and Right choose the face to edit.</source>
   <translation>Links und Rechts wählen das Gesicht.</translation>
  </message>
  <message>
   <source>Use this face</source>
   <translation>Dieses Gesicht verwenden</translation>
  </message>
  <message>
   <source>Cancel marking the face</source>
   <translation>Das Markieren abbrechen</translation>
  </message>
  <message>
   <source>Face {0}</source>
   <translation>Gesicht {0}</translation>
  </message>
  <message>
   <source>What the message offers</source>
   <translation>Was die Nachricht anbietet</translation>
  </message>
  <message>
   <source>Details</source>
   <translation>Einzelheiten</translation>
  </message>
  <message>
   <source>Copy</source>
   <translation>Kopieren</translation>
  </message>
  <message>
   <source>Copy the details</source>
   <translation>Die Einzelheiten kopieren</translation>
  </message>
  <message>
   <source>Close the message</source>
   <translation>Die Nachricht schließen</translation>
  </message>
  <message>
   <source>Details of the error</source>
   <translation>Einzelheiten des Fehlers</translation>
  </message>
  <message>
   <source>No score yet</source>
   <translation>Noch kein Wert</translation>
  </message>
  <message>
   <source>Now {0} %</source>
   <translation>Jetzt {0} %</translation>
  </message>
  <message>
   <source>Now {0} %, target {1} %</source>
   <translation>Jetzt {0} %, Ziel {1} %</translation>
  </message>
  <message>
   <source>Drop a photo here</source>
   <translation>Hier ein Foto ablegen</translation>
  </message>
  <message>
   <source>The face in it is found and aligned by itself.
Nothing leaves this computer.</source>
   <translation>Das Gesicht darin wird von selbst gefunden und ausgerichtet.
Nichts verlässt diesen Rechner.</translation>
  </message>
  <message>
   <source>Open a photo…</source>
   <translation>Ein Foto öffnen …</translation>
  </message>
  <message>
   <source>New random face</source>
   <translation>Neues Zufallsgesicht</translation>
  </message>
  <message>
   <source>A face of nobody: drawn by the generator of the loaded model pack, to try things on</source>
   <translation>Ein Gesicht von niemandem: gezeichnet vom Generator des geladenen Modellpakets, zum Ausprobieren</translation>
  </message>
  <message>
   <source>Stubble</source>
   <translation>Bartstoppeln</translation>
  </message>
  <message>
   <source>Arched brows</source>
   <translation>Geschwungene Brauen</translation>
  </message>
  <message>
   <source>Bags under the eyes</source>
   <translation>Tränensäcke</translation>
  </message>
  <message>
   <source>Fringe</source>
   <translation>Pony</translation>
  </message>
  <message>
   <source>Full lips</source>
   <translation>Volle Lippen</translation>
  </message>
  <message>
   <source>Big nose</source>
   <translation>Große Nase</translation>
  </message>
  <message>
   <source>Bushy brows</source>
   <translation>Buschige Brauen</translation>
  </message>
  <message>
   <source>Glasses</source>
   <translation>Brille</translation>
  </message>
  <message>
   <source>Make-up</source>
   <translation>Make-up</translation>
  </message>
  <message>
   <source>Male</source>
   <translation>Männlich</translation>
  </message>
  <message>
   <source>Mouth open</source>
   <translation>Offener Mund</translation>
  </message>
  <message>
   <source>Narrow eyes</source>
   <translation>Schmale Augen</translation>
  </message>
  <message>
   <source>Clean-shaven</source>
   <translation>Glatt rasiert</translation>
  </message>
  <message>
   <source>Earrings</source>
   <translation>Ohrringe</translation>
  </message>
  <message>
   <source>Hat</source>
   <translation>Hut</translation>
  </message>
  <message>
   <source>Lipstick</source>
   <translation>Lippenstift</translation>
  </message>
  <message>
   <source>Necklace</source>
   <translation>Halskette</translation>
  </message>
  <message>
   <source>Necktie</source>
   <translation>Krawatte</translation>
  </message>
  <message>
   <source>Attractive</source>
   <translation>Attraktiv</translation>
  </message>
  <message>
   <source>Bald</source>
   <translation>Glatze</translation>
  </message>
  <message>
   <source>Black hair</source>
   <translation>Schwarze Haare</translation>
  </message>
  <message>
   <source>Blond hair</source>
   <translation>Blonde Haare</translation>
  </message>
  <message>
   <source>Blurry</source>
   <translation>Unscharf</translation>
  </message>
  <message>
   <source>Brown hair</source>
   <translation>Braune Haare</translation>
  </message>
  <message>
   <source>Chubby</source>
   <translation>Rundlich</translation>
  </message>
  <message>
   <source>Double chin</source>
   <translation>Doppelkinn</translation>
  </message>
  <message>
   <source>Goatee</source>
   <translation>Ziegenbart</translation>
  </message>
  <message>
   <source>Gray hair</source>
   <translation>Graue Haare</translation>
  </message>
  <message>
   <source>High cheekbones</source>
   <translation>Hohe Wangenknochen</translation>
  </message>
  <message>
   <source>Mustache</source>
   <translation>Schnurrbart</translation>
  </message>
  <message>
   <source>Oval face</source>
   <translation>Ovales Gesicht</translation>
  </message>
  <message>
   <source>Pale skin</source>
   <translation>Blasse Haut</translation>
  </message>
  <message>
   <source>Pointy nose</source>
   <translation>Spitze Nase</translation>
  </message>
  <message>
   <source>Receding hairline</source>
   <translation>Geheimratsecken</translation>
  </message>
  <message>
   <source>Rosy cheeks</source>
   <translation>Rosige Wangen</translation>
  </message>
  <message>
   <source>Sideburns</source>
   <translation>Koteletten</translation>
  </message>
  <message>
   <source>Smiling</source>
   <translation>Lächeln</translation>
  </message>
  <message>
   <source>Straight hair</source>
   <translation>Glatte Haare</translation>
  </message>
  <message>
   <source>Wavy hair</source>
   <translation>Wellige Haare</translation>
  </message>
  <message>
   <source>Young</source>
   <translation>Jung</translation>
  </message>
  <message>
   <source>Mouth</source>
   <translation>Mund</translation>
  </message>
  <message>
   <source>Eyebrows</source>
   <translation>Augenbrauen</translation>
  </message>
  <message>
   <source>Eyes</source>
   <translation>Augen</translation>
  </message>
  <message>
   <source>Nose</source>
   <translation>Nase</translation>
  </message>
  <message>
   <source>Hair</source>
   <translation>Haare</translation>
  </message>
  <message>
   <source>Skin</source>
   <translation>Haut</translation>
  </message>
  <message>
   <source>Ears</source>
   <translation>Ohren</translation>
  </message>
  <message>
   <source>Neck and clothes</source>
   <translation>Hals und Kleidung</translation>
  </message>
  <message>
   <source>Background</source>
   <translation>Hintergrund</translation>
  </message>
  <message>
   <source>Whole face</source>
   <translation>Ganzes Gesicht</translation>
  </message>
  <message>
   <source>Quick</source>
   <translation>Schnell</translation>
  </message>
  <message>
   <source>Fast</source>
   <translation>Flott</translation>
  </message>
  <message>
   <source>Attribute</source>
   <translation>Attribut</translation>
  </message>
  <message>
   <source>Shape</source>
   <translation>Form</translation>
  </message>
  <message>
   <source>Noise</source>
   <translation>Rauschen</translation>
  </message>
  <message>
   <source>less {0}</source>
   <translation>weniger {0}</translation>
  </message>
  <message>
   <source>{0} s</source>
   <translation>{0} s</translation>
  </message>
  <message>
   <source>{0} min {1} s</source>
   <translation>{0} min {1} s</translation>
  </message>
  <message>
   <source>stopped early</source>
   <translation>früher beendet</translation>
  </message>
  <message>
   <source>There is not enough memory for this.</source>
   <translation>Dafür reicht der Speicher nicht.</translation>
  </message>
  <message>
   <source>Close other programs.</source>
   <translation>Schließen Sie andere Programme.</translation>
  </message>
  <message>
   <source>Something unexpected went wrong: {0}</source>
   <translation>Etwas Unerwartetes ist schiefgegangen: {0}</translation>
  </message>
 </context>
</TS>
