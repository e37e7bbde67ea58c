<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
 <context>
  <name>editor</name>
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
   <source>{0} {1} % here, {2} % of the face</source>
   <translation>{0} {1} % hier, {2} % des Gesichts</translation>
  </message>
  <message>
   <source>No program could be found to show it.</source>
   <translation>Es wurde kein Programm gefunden, das ihn zeigen kann.</translation>
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
   <source>This face is {0} px wide in the photo; the pack draws changes at {1} px, a mouth at {2} px.</source>
   <translation>Dieses Gesicht ist im Foto {0} px breit; das Paket zeichnet Änderungen mit {1} px, einen Mund mit {2} px.</translation>
  </message>
  <message>
   <source>This face is {0} px wide in the photo; the pack draws changes at {1} px.</source>
   <translation>Dieses Gesicht ist im Foto {0} px breit; das Paket zeichnet Änderungen mit {1} px.</translation>
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
   <source>{1} is opened, the first of {0} files.</source>
   <translation>{1} wird geöffnet, die erste von {0} Dateien.</translation>
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
   <source>The drive that {0} is on does not answer.</source>
   <translation>Das Laufwerk, auf dem {0} liegt, antwortet nicht.</translation>
  </message>
  <message>
   <source>It is in {0}. Connect the drive, then choose it again.</source>
   <translation>Die Datei liegt in {0}. Verbinden Sie das Laufwerk, und wählen Sie sie dann noch einmal.</translation>
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
   <source>Export the picture</source>
   <translation>Bild exportieren</translation>
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
   <source>The edit was saved as {0}.</source>
   <translation>Die Änderung wurde als {0} gespeichert.</translation>
  </message>
  <message>
   <source>File, Edit many photos… takes it, and so does: maskfacegan batch --edit {0}</source>
   <translation>Datei, Viele Fotos bearbeiten… nimmt sie, und ebenso: maskfacegan batch --edit {0}</translation>
  </message>
  <message>
   <source>As ticked in the panel</source>
   <translation>Wie in der Leiste angekreuzt</translation>
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
   <source>A pack that draws faces at 1024 px can be had: {0} to download.</source>
   <translation>Es gibt ein Paket, das Gesichter mit 1024 px zeichnet: {0} sind herunterzuladen.</translation>
  </message>
  <message>
   <source>For research and non-commercial use only. Getting it accepts the licences under Details.</source>
   <translation>Nur für Forschung und nicht kommerzielle Nutzung. Wer es holt, nimmt die Lizenzen unter „Einzelheiten“ an.</translation>
  </message>
  <message>
   <source>Get the portrait pack</source>
   <translation>Porträtpaket holen</translation>
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
   <source>An edit is running.</source>
   <translation>Eine Änderung wird gerade berechnet.</translation>
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
   <source>{0}, of face {1}</source>
   <translation>{0}, Gesicht {1}</translation>
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
   <source>Save edit for many photos…</source>
   <translation>Änderung für viele Fotos speichern…</translation>
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
   <source>Format</source>
   <translation>Format</translation>
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
   <source>This format holds no metadata and no colour profile; the colours become sRGB.</source>
   <translation>Dieses Format enthält weder Metadaten noch ein Farbprofil; die Farben werden zu sRGB.</translation>
  </message>
  <message>
   <source>Open a photo</source>
   <translation>Ein Foto öffnen</translation>
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
   <source>Open a saved edit</source>
   <translation>Eine gespeicherte Änderung öffnen</translation>
  </message>
  <message>
   <source>Saved edits</source>
   <translation>Gespeicherte Änderungen</translation>
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
   <source>Load a report</source>
   <translation>Einen Bericht laden</translation>
  </message>
  <message>
   <source>Reports</source>
   <translation>Berichte</translation>
  </message>
  <message>
   <source>Save the edit for many photos</source>
   <translation>Die Änderung für viele Fotos speichern</translation>
  </message>
  <message>
   <source>It will be stopped, and what it has reached is lost.</source>
   <translation>Sie wird beendet, und was sie erreicht hat, geht verloren.</translation>
  </message>
  <message>
   <source>The picture has been saved as {0}, but its edits are not saved.</source>
   <translation>Das Bild ist als {0} gespeichert, seine Änderungen sind es nicht.</translation>
  </message>
  <message>
   <source>Only the masks and edits would be lost. A project keeps them, to go on later.</source>
   <translation>Verloren gingen nur die Masken und Änderungen. Ein Projekt behält sie, um später weiterzuarbeiten.</translation>
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
   <source>Cancel</source>
   <translation>Abbrechen</translation>
  </message>
  <message>
   <source>{0} is still being saved.</source>
   <translation>{0} wird noch gespeichert.</translation>
  </message>
  <message>
   <source>The window closes when that is done. If the drive does not answer, close it without.</source>
   <translation>Das Fenster schließt, sobald das getan ist. Antwortet das Laufwerk nicht, schließen Sie es ohne.</translation>
  </message>
  <message>
   <source>Close without it</source>
   <translation>Ohne schließen</translation>
  </message>
  <message>
   <source>Stop the run</source>
   <translation>Lauf beenden</translation>
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
   <source>Discard the edits</source>
   <translation>Änderungen verwerfen</translation>
  </message>
  <message>
   <source>Discard</source>
   <translation>Verwerfen</translation>
  </message>
  <message>
   <source>Edit many photos</source>
   <translation>Viele Fotos bearbeiten</translation>
  </message>
  <message>
   <source>Folder of photos</source>
   <translation>Ordner mit Fotos</translation>
  </message>
  <message>
   <source>Folder for the results</source>
   <translation>Ordner für die Ergebnisse</translation>
  </message>
  <message>
   <source>Edit</source>
   <translation>Bearbeiten</translation>
  </message>
  <message>
   <source>Faces</source>
   <translation>Gesichter</translation>
  </message>
  <message>
   <source>The largest face of each photo</source>
   <translation>Das größte Gesicht jedes Fotos</translation>
  </message>
  <message>
   <source>All faces of each photo</source>
   <translation>Alle Gesichter jedes Fotos</translation>
  </message>
  <message>
   <source>Try again what failed before</source>
   <translation>Erneut versuchen, was vorher misslang</translation>
  </message>
  <message>
   <source>A folder for results that a batch was begun in is gone on with: what is done stays.</source>
   <translation>In einem Ordner für Ergebnisse, in dem schon begonnen wurde, geht es weiter: Was fertig ist, bleibt.</translation>
  </message>
  <message>
   <source>Choose…</source>
   <translation>Wählen…</translation>
  </message>
  <message>
   <source>Choose the folder of photos</source>
   <translation>Den Ordner mit Fotos wählen</translation>
  </message>
  <message>
   <source>Choose the folder for the results</source>
   <translation>Den Ordner für die Ergebnisse wählen</translation>
  </message>
  <message>
   <source>From a file…</source>
   <translation>Aus einer Datei…</translation>
  </message>
  <message>
   <source>Results</source>
   <translation>Ergebnisse</translation>
  </message>
  <message>
   <source>Progress</source>
   <translation>Fortschritt</translation>
  </message>
  <message>
   <source>Open result</source>
   <translation>Ergebnis öffnen</translation>
  </message>
  <message>
   <source>Pause</source>
   <translation>Pause</translation>
  </message>
  <message>
   <source>Photos under way come to their end; no other one begins</source>
   <translation>Begonnene Fotos werden fertig, weitere beginnen nicht</translation>
  </message>
  <message>
   <source>Stop at once; what is done stays, and can be gone on with</source>
   <translation>Sofort anhalten; was fertig ist, bleibt, und es kann weitergehen</translation>
  </message>
  <message>
   <source>Start</source>
   <translation>Starten</translation>
  </message>
  <message>
   <source>Choose a folder</source>
   <translation>Einen Ordner wählen</translation>
  </message>
  <message>
   <source>Choose a folder of photos.</source>
   <translation>Wählen Sie einen Ordner mit Fotos.</translation>
  </message>
  <message>
   <source>Tick attributes in the panel, save an edit, or choose one from a file.</source>
   <translation>Kreuzen Sie Attribute in der Leiste an, speichern Sie eine Änderung, oder wählen Sie eine aus einer Datei.</translation>
  </message>
  <message>
   <source>Choose a folder for the results.</source>
   <translation>Wählen Sie einen Ordner für die Ergebnisse.</translation>
  </message>
  <message>
   <source>Starting…</source>
   <translation>Beginnt …</translation>
  </message>
  <message>
   <source>Stopping…</source>
   <translation>Wird beendet …</translation>
  </message>
  <message>
   <source>Resume</source>
   <translation>Fortsetzen</translation>
  </message>
  <message>
   <source>Go on</source>
   <translation>Weiter</translation>
  </message>
  <message>
   <source>{0} of {1} photos</source>
   <translation>{0} von {1} Fotos</translation>
  </message>
  <message>
   <source>{0} failed</source>
   <translation>{0} misslungen</translation>
  </message>
  <message>
   <source>paused</source>
   <translation>angehalten</translation>
  </message>
  <message>
   <source>the pack is being loaded</source>
   <translation>das Modellpaket wird geladen</translation>
  </message>
  <message>
   <source>{0} a minute</source>
   <translation>{0} in der Minute</translation>
  </message>
  <message>
   <source>{0} left</source>
   <translation>noch {0}</translation>
  </message>
  <message>
   <source>{0} of {1} photos are done</source>
   <translation>{0} von {1} Fotos sind fertig</translation>
  </message>
  <message>
   <source>{0} are waiting</source>
   <translation>{0} warten</translation>
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
   <source>Show report…</source>
   <translation>Bericht zeigen …</translation>
  </message>
  <message>
   <source>Open the whole report, with its pictures, in the browser</source>
   <translation>Den ganzen Bericht mit seinen Bildern im Browser öffnen</translation>
  </message>
  <message>
   <source>Load report…</source>
   <translation>Bericht laden …</translation>
  </message>
  <message>
   <source>Choose the report.json that “maskfacegan evaluate” wrote</source>
   <translation>Die report.json wählen, die „maskfacegan evaluate“ geschrieben hat</translation>
  </message>
  <message>
   <source>The run was not finished: these are the figures of what there is.</source>
   <translation>Der Lauf kam nicht bis ans Ende: Dies sind die Werte dessen, was vorliegt.</translation>
  </message>
  <message>
   <source>Figure</source>
   <translation>Messwert</translation>
  </message>
  <message>
   <source>one face</source>
   <translation>einem Gesicht</translation>
  </message>
  <message>
   <source>{0} faces</source>
   <translation>{0} Gesichtern</translation>
  </message>
  <message>
   <source>This report holds no figures.</source>
   <translation>Dieser Bericht enthält keine Werte.</translation>
  </message>
  <message>
   <source>Measured on {0}</source>
   <translation>Gemessen an {0}</translation>
  </message>
  <message>
   <source>Measured on {0}, {1}</source>
   <translation>Gemessen an {0}, {1}</translation>
  </message>
  <message>
   <source>Figures by attribute and method</source>
   <translation>Werte nach Attribut und Verfahren</translation>
  </message>
  <message>
   <source>All attributes</source>
   <translation>Alle Attribute</translation>
  </message>
  <message>
   <source>{0}, the best</source>
   <translation>{0}, am besten</translation>
  </message>
  <message>
   <source>Higher is better.</source>
   <translation>Höher ist besser.</translation>
  </message>
  <message>
   <source>Lower is better.</source>
   <translation>Niedriger ist besser.</translation>
  </message>
  <message>
   <source>Nearer to 1 is better.</source>
   <translation>Näher an 1 ist besser.</translation>
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
   <source>Small pictures</source>
   <translation>Kleine Bilder</translation>
  </message>
  <message>
   <source>Face finder</source>
   <translation>Gesichtssuche</translation>
  </message>
  <message>
   <source>Directions</source>
   <translation>Richtungen</translation>
  </message>
  <message>
   <source>Mouth refiner</source>
   <translation>Mundverfeinerung</translation>
  </message>
  <message>
   <source>Judge of edits</source>
   <translation>Gutachter</translation>
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
   <source>This report is of the pack “{0}”, which is not in this list.</source>
   <translation>Dieser Bericht gehört zum Paket „{0}“, das nicht in dieser Liste steht.</translation>
  </message>
  <message>
   <source>The figures are shown at “{0}”.</source>
   <translation>Die Werte stehen bei „{0}“.</translation>
  </message>
  <message>
   <source>Reading the report…</source>
   <translation>Der Bericht wird gelesen …</translation>
  </message>
  <message>
   <source>The report could not be opened.</source>
   <translation>Der Bericht konnte nicht geöffnet werden.</translation>
  </message>
  <message>
   <source>Cancelled; nothing unfinished was kept.</source>
   <translation>Abgebrochen; nichts Unfertiges wurde behalten.</translation>
  </message>
  <message>
   <source>Let go to import: each file is recognised by what is in it.</source>
   <translation>Zum Importieren loslassen: Jede Datei wird an ihrem Inhalt erkannt.</translation>
  </message>
  <message>
   <source>Waiting</source>
   <translation>Wartet</translation>
  </message>
  <message>
   <source>Running…</source>
   <translation>Läuft…</translation>
  </message>
  <message>
   <source>Done</source>
   <translation>Fertig</translation>
  </message>
  <message>
   <source>Failed</source>
   <translation>Misslungen</translation>
  </message>
  <message>
   <source>{0} s</source>
   <translation>{0} s</translation>
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
   <source>Pen pressure</source>
   <translation>Stiftdruck</translation>
  </message>
  <message>
   <source>Changes the brush's size</source>
   <translation>Ändert die Größe des Pinsels</translation>
  </message>
  <message>
   <source>Changes the brush's flow</source>
   <translation>Ändert den Fluss des Pinsels</translation>
  </message>
  <message>
   <source>Changes nothing</source>
   <translation>Ändert nichts</translation>
  </message>
  <message>
   <source>and</source>
   <translation>und</translation>
  </message>
  <message>
   <source>Quality of {0}</source>
   <translation>Qualität von {0}</translation>
  </message>
  <message>
   <source>Say in a saved picture's metadata that it was edited</source>
   <translation>In den Metadaten eines gespeicherten Bilds sagen, dass es bearbeitet wurde</translation>
  </message>
  <message>
   <source>Learn a chosen face while nothing else is to be done</source>
   <translation>Ein gewähltes Gesicht lernen, solange sonst nichts zu tun ist</translation>
  </message>
  <message>
   <source>Its first edit is quicker then. It keeps one core of the processor busy for a while.</source>
   <translation>Seine erste Bearbeitung geht dann schneller. Ein Kern des Prozessors ist eine Weile damit beschäftigt.</translation>
  </message>
  <message>
   <source>{0} quality</source>
   <translation>Qualität von {0}</translation>
  </message>
  <message>
   <source>Changes apply at once.</source>
   <translation>Änderungen gelten sofort.</translation>
  </message>
  <message>
   <source>The portrait pack where it is installed</source>
   <translation>Das Porträtpaket, wo es installiert ist</translation>
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
   <source>&amp;Open…</source>
   <translation>&amp;Öffnen …</translation>
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
   <source>Edit &amp;many photos…</source>
   <translation>&amp;Viele Fotos bearbeiten…</translation>
  </message>
  <message>
   <source>One saved edit of all photos in a folder</source>
   <translation>Eine gespeicherte Änderung an allen Fotos eines Ordners</translation>
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
   <source>Rotate &amp;left</source>
   <translation>Nach &amp;links drehen</translation>
  </message>
  <message>
   <source>Turn the whole photo anticlockwise</source>
   <translation>Das ganze Foto gegen den Uhrzeigersinn drehen</translation>
  </message>
  <message>
   <source>Rotate ri&amp;ght</source>
   <translation>Nach rec&amp;hts drehen</translation>
  </message>
  <message>
   <source>Turn the whole photo clockwise</source>
   <translation>Das ganze Foto im Uhrzeigersinn drehen</translation>
  </message>
  <message>
   <source>Flip &amp;horizontally</source>
   <translation>&amp;Spiegeln</translation>
  </message>
  <message>
   <source>Show the whole photo as in a mirror</source>
   <translation>Das ganze Foto wie in einem Spiegel zeigen</translation>
  </message>
  <message>
   <source>&amp;Straighten…</source>
   <translation>&amp;Gerade richten …</translation>
  </message>
  <message>
   <source>Turn the whole photo by a small angle</source>
   <translation>Das ganze Foto um einen kleinen Winkel drehen</translation>
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
   <source>&amp;Undo</source>
   <translation>&amp;Rückgängig</translation>
  </message>
  <message>
   <source>&amp;Redo</source>
   <translation>&amp;Wiederholen</translation>
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
   <source>Edits ({0})</source>
   <translation>Änderungen ({0})</translation>
  </message>
  <message>
   <source>Edits</source>
   <translation>Änderungen</translation>
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
   <source>experimental</source>
   <translation>experimentell</translation>
  </message>
  <message>
   <source>Live: {0}</source>
   <translation>Live: {0}</translation>
  </message>
  <message>
   <source>Drag to see the edit at once: to the right more of it, to the left less. Escape or a double click puts it back. Apply makes the edit from there.</source>
   <translation>Ziehen zeigt die Bearbeitung sofort: nach rechts mehr davon, nach links weniger. Escape oder ein Doppelklick setzt zurück. „Anwenden“ beginnt dort.</translation>
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
   <source>Edit {0} again</source>
   <translation>{0} erneut bearbeiten</translation>
  </message>
  <message>
   <source>Delete {0}</source>
   <translation>{0} löschen</translation>
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
   <source>{0}, step {1} of {2}</source>
   <translation>{0}, Schritt {1} von {2}</translation>
  </message>
  <message>
   <source>{0} steps/s · {1} left</source>
   <translation>{0} Schritte/s · noch {1}</translation>
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
   <source>What the method holds and what it may change follows from these regions. Paint on them before a run where the parser was wrong. What lies in front of the face, a hat, a hand, a microphone, keeps its pixels.</source>
   <translation>Was das Verfahren festhält und was es ändern darf, folgt aus diesen Bereichen. Malen Sie vor einem Lauf darauf, wo der Parser sich geirrt hat. Was vor dem Gesicht liegt, ein Hut, eine Hand, ein Mikrofon, behält seine Pixel.</translation>
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
   <source>Radius of the brush (the two keys right of P)</source>
   <translation>Radius des Pinsels (die beiden Tasten rechts vom P)</translation>
  </message>
  <message>
   <source>How sharp the brush's border is (Shift and the two keys right of P)</source>
   <translation>Wie scharf der Rand des Pinsels ist (Umschalt und die beiden Tasten rechts vom P)</translation>
  </message>
  <message>
   <source>Hardness</source>
   <translation>Härte</translation>
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
   <source>Move {0}</source>
   <translation>{0} verschieben</translation>
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
   <source>Mark its eyes, nose and mouth yourself, or try a photo with a larger, upright face.</source>
   <translation>Markieren Sie Augen, Nase und Mund selbst, oder nehmen Sie ein Foto mit einem größeren, aufrechten Gesicht.</translation>
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
   <source>Replace it anyway</source>
   <translation>Trotzdem ersetzen</translation>
  </message>
  <message>
   <source>Do not wait</source>
   <translation>Nicht warten</translation>
  </message>
  <message>
   <source>The drive may not answer. What is open can be edited meanwhile.</source>
   <translation>Vielleicht antwortet das Laufwerk nicht. Was offen ist, kann inzwischen bearbeitet werden.</translation>
  </message>
  <message>
   <source>What was to be opened has been read.</source>
   <translation>Was geöffnet werden sollte, ist gelesen.</translation>
  </message>
  <message>
   <source>Work on the open picture went on meanwhile, so it is still there.</source>
   <translation>Am offenen Bild wurde inzwischen gearbeitet, deshalb ist es noch da.</translation>
  </message>
  <message>
   <source>Open it</source>
   <translation>Öffnen</translation>
  </message>
  <message>
   <source>Opening {0}…</source>
   <translation>{0} wird geöffnet …</translation>
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
   <source>Saved {0}.</source>
   <translation>{0} gespeichert.</translation>
  </message>
  <message>
   <source>Turning the photo…</source>
   <translation>Das Foto wird gedreht …</translation>
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
   <source>Parts of {0} are damaged.</source>
   <translation>Teile von {0} sind beschädigt.</translation>
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
   <source>No copy of your work can be kept for the case of a crash.</source>
   <translation>Für den Fall eines Absturzes kann keine Kopie Ihrer Arbeit aufgehoben werden.</translation>
  </message>
  <message>
   <source>Save the project now. {0} cannot be written, or its disk is full.</source>
   <translation>Speichern Sie jetzt das Projekt. {0} kann nicht beschrieben werden, oder die Platte ist voll.</translation>
  </message>
  <message>
   <source>Wait for it, or cancel it first.</source>
   <translation>Warten Sie darauf, oder brechen Sie sie zuerst ab.</translation>
  </message>
  <message>
   <source>Saving {0}…</source>
   <translation>{0} wird gespeichert …</translation>
  </message>
  <message>
   <source>The drive may not answer. What is open can be edited and saved elsewhere meanwhile.</source>
   <translation>Vielleicht antwortet das Laufwerk nicht. Was offen ist, kann inzwischen bearbeitet und anderswo gespeichert werden.</translation>
  </message>
  <message>
   <source>{0} was not saved.</source>
   <translation>{0} wurde nicht gespeichert.</translation>
  </message>
  <message>
   <source>What is open is as it was. Save it to another drive.</source>
   <translation>Was offen ist, ist wie zuvor. Speichern Sie es auf einem anderen Laufwerk.</translation>
  </message>
  <message>
   <source>Rotate left</source>
   <translation>Nach links drehen</translation>
  </message>
  <message>
   <source>Rotate right</source>
   <translation>Nach rechts drehen</translation>
  </message>
  <message>
   <source>Flip horizontally</source>
   <translation>Spiegeln</translation>
  </message>
  <message>
   <source>Straightening the photo…</source>
   <translation>Das Foto wird gerade gerichtet …</translation>
  </message>
  <message>
   <source>Straighten</source>
   <translation>Gerade richten</translation>
  </message>
  <message>
   <source>The face in this photo is upside down.</source>
   <translation>Das Gesicht in diesem Foto steht auf dem Kopf.</translation>
  </message>
  <message>
   <source>Turn the photo over</source>
   <translation>Foto umdrehen</translation>
  </message>
  <message>
   <source>The face in this photo lies on its side.</source>
   <translation>Das Gesicht in diesem Foto liegt auf der Seite.</translation>
  </message>
  <message>
   <source>Turn the photo upright</source>
   <translation>Foto aufrichten</translation>
  </message>
  <message>
   <source>It can be edited as it is, or turned first (Edit menu).</source>
   <translation>Es kann so bearbeitet oder vorher gedreht werden (Menü Bearbeiten).</translation>
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
   <source>In front of the face</source>
   <translation>Vor dem Gesicht</translation>
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
   <source>How much of the face is learnt</source>
   <translation>Wie viel vom Gesicht gelernt ist</translation>
  </message>
  <message>
   <source>Sliders show this face better then, and its first edit is quicker. Preferences can turn it off.</source>
   <translation>Regler zeigen dieses Gesicht dann besser, und seine erste Bearbeitung geht schneller. In den Einstellungen lässt es sich abschalten.</translation>
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
   <source>Angle</source>
   <translation>Winkel</translation>
  </message>
  <message>
   <source>Cancel straightening the photo</source>
   <translation>Das Geraderichten abbrechen</translation>
  </message>
  <message>
   <source>Drag the photo, or use the arrow keys; Enter straightens, Esc cancels.</source>
   <translation>Das Foto ziehen oder die Pfeiltasten benutzen; die Eingabetaste richtet gerade, Esc bricht ab.</translation>
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
   <source>Blurry</source>
   <translation>Unscharf</translation>
  </message>
  <message>
   <source>Sideburns</source>
   <translation>Koteletten</translation>
  </message>
  <message>
   <source>Earrings</source>
   <translation>Ohrringe</translation>
  </message>
  <message>
   <source>Bald</source>
   <translation>Glatze</translation>
  </message>
  <message>
   <source>Goatee</source>
   <translation>Ziegenbart</translation>
  </message>
  <message>
   <source>Mustache</source>
   <translation>Schnurrbart</translation>
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
   <source>Clean-shaven</source>
   <translation>Glatt rasiert</translation>
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
   <source>Lipstick</source>
   <translation>Lippenstift</translation>
  </message>
  <message>
   <source>Black hair</source>
   <translation>Schwarze Haare</translation>
  </message>
  <message>
   <source>High cheekbones</source>
   <translation>Hohe Wangenknochen</translation>
  </message>
  <message>
   <source>Smiling</source>
   <translation>Lächeln</translation>
  </message>
  <message>
   <source>Mouth open</source>
   <translation>Offener Mund</translation>
  </message>
  <message>
   <source>Oval face</source>
   <translation>Ovales Gesicht</translation>
  </message>
  <message>
   <source>Bushy brows</source>
   <translation>Buschige Brauen</translation>
  </message>
  <message>
   <source>Attractive</source>
   <translation>Attraktiv</translation>
  </message>
  <message>
   <source>Young</source>
   <translation>Jung</translation>
  </message>
  <message>
   <source>Gray hair</source>
   <translation>Graue Haare</translation>
  </message>
  <message>
   <source>Brown hair</source>
   <translation>Braune Haare</translation>
  </message>
  <message>
   <source>Blond hair</source>
   <translation>Blonde Haare</translation>
  </message>
  <message>
   <source>Pale skin</source>
   <translation>Blasse Haut</translation>
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
   <source>Big nose</source>
   <translation>Große Nase</translation>
  </message>
  <message>
   <source>Bags under the eyes</source>
   <translation>Tränensäcke</translation>
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
   <source>Rosy cheeks</source>
   <translation>Rosige Wangen</translation>
  </message>
  <message>
   <source>Fringe</source>
   <translation>Pony</translation>
  </message>
  <message>
   <source>Wavy hair</source>
   <translation>Wellige Haare</translation>
  </message>
  <message>
   <source>Straight hair</source>
   <translation>Glatte Haare</translation>
  </message>
  <message>
   <source>Hat</source>
   <translation>Hut</translation>
  </message>
  <message>
   <source>Full lips</source>
   <translation>Volle Lippen</translation>
  </message>
  <message>
   <source>Narrow eyes</source>
   <translation>Schmale Augen</translation>
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
   <source>Glasses</source>
   <translation>Brille</translation>
  </message>
  <message>
   <source>'{0}' cannot be the {1} of the pack '{2}'.</source>
   <translation>'{0}' kann nicht {1} des Pakets '{2}' sein.</translation>
  </message>
  <message>
   <source>'{0}' could not be downloaded ({1}).</source>
   <translation>'{0}' konnte nicht heruntergeladen werden ({1}).</translation>
  </message>
  <message>
   <source>'{0}' could not be found. {1}</source>
   <translation>„{0}“ wurde nicht gefunden. {1}</translation>
  </message>
  <message>
   <source>'{0}' could not be saved: {1}.</source>
   <translation>'{0}' konnte nicht gespeichert werden: {1}.</translation>
  </message>
  <message>
   <source>'{0}' has no use for a {1}.</source>
   <translation>'{0}' kann mit {1} nichts anfangen.</translation>
  </message>
  <message>
   <source>'{0}' holds numbers that are not finite.</source>
   <translation>„{0}“ enthält Zahlen, die nicht endlich sind.</translation>
  </message>
  <message>
   <source>'{0}' in the manifest {1} is not a table.</source>
   <translation>'{0}' im Manifest {1} ist keine Tabelle.</translation>
  </message>
  <message>
   <source>'{0}' is missing; install the program again.</source>
   <translation>„{0}“ fehlt; installieren Sie das Programm neu.</translation>
  </message>
  <message>
   <source>'{0}' is not the name of a pack.</source>
   <translation>'{0}' ist nicht der Name eines Pakets.</translation>
  </message>
  <message>
   <source>'{0}' needs {1} MB, but only {2} MB are free on the disk of {3}.</source>
   <translation>'{0}' braucht {1} MB, aber auf der Platte von {3} sind nur {2} MB frei.</translation>
  </message>
  <message>
   <source>'{0}' of the {1} has the shape {2} where {3} is needed.</source>
   <translation>'{0}' von {1} hat die Form {2}, nötig ist {3}.</translation>
  </message>
  <message>
   <source>A generator of {0} px has no place for a head of {1} px.</source>
   <translation>Ein Generator mit {0} px hat keinen Platz für einen Kopf mit {1} px.</translation>
  </message>
  <message>
   <source>A mask cannot be saved as {0}, which would change its values.</source>
   <translation>Eine Maske kann nicht als {0} gespeichert werden, denn das würde ihre Werte ändern.</translation>
  </message>
  <message>
   <source>A part of this photo's XMP is damaged; the rest is kept.</source>
   <translation>Ein Teil des XMP dieses Fotos ist beschädigt; der Rest bleibt erhalten.</translation>
  </message>
  <message>
   <source>A part of this photo's XMP is missing in the file; the rest is kept.</source>
   <translation>Ein Teil des XMP dieses Fotos fehlt in der Datei; der Rest bleibt erhalten.</translation>
  </message>
  <message>
   <source>A short run from the encoder's guess: 200 latent and 50 noise steps, for a result within a minute.</source>
   <translation>Ein kurzer Lauf von der Schätzung des Encoders aus: 200 Schritte für den latenten Code und 50 für das Rauschen, ein Ergebnis in weniger als einer Minute.</translation>
  </message>
  <message>
   <source>A tensor in the file asks for '{0}'; it was refused.</source>
   <translation>Ein Tensor in der Datei verlangt '{0}'; das wurde verweigert.</translation>
  </message>
  <message>
   <source>A worker could not begin: {0}.</source>
   <translation>Ein Prozess konnte nicht beginnen: {0}.</translation>
  </message>
  <message>
   <source>A worker needs {0} of memory; {1} may be taken.</source>
   <translation>Ein Arbeiter braucht {0} Speicher; {1} dürfen belegt werden.</translation>
  </message>
  <message>
   <source>Add --resume to go on with it, or choose another output folder.</source>
   <translation>Mit --resume geht es weiter; oder wählen Sie einen anderen Ordner für die Ergebnisse.</translation>
  </message>
  <message>
   <source>Another run is at work on {0}.</source>
   <translation>Ein anderer Lauf arbeitet schon an {0}.</translation>
  </message>
  <message>
   <source>Ask for --jobs {0}, or leave --jobs out.</source>
   <translation>Verlangen Sie --jobs {0}, oder lassen Sie --jobs weg.</translation>
  </message>
  <message>
   <source>Change its permissions, or copy it to your own folder.</source>
   <translation>Ändern Sie die Zugriffsrechte, oder kopieren Sie sie in Ihren eigenen Ordner.</translation>
  </message>
  <message>
   <source>Check its permissions.</source>
   <translation>Prüfen Sie die Zugriffsrechte.</translation>
  </message>
  <message>
   <source>Check the connection and ask again, or look where you got the program.</source>
   <translation>Prüfen Sie die Verbindung und fragen Sie noch einmal, oder sehen Sie dort nach, woher Sie das Programm haben.</translation>
  </message>
  <message>
   <source>Check the connection and try again, or import the file from a folder.</source>
   <translation>Prüfen Sie die Verbindung und versuchen Sie es noch einmal, oder importieren Sie die Datei aus einem Ordner.</translation>
  </message>
  <message>
   <source>Check the connection, and the index that pip is told to use, and try again.</source>
   <translation>Prüfen Sie die Verbindung und den Index, den pip benutzen soll, und versuchen Sie es erneut.</translation>
  </message>
  <message>
   <source>Check the name and the folder.</source>
   <translation>Prüfen Sie den Namen und den Ordner.</translation>
  </message>
  <message>
   <source>Check the permissions and the disk of {0}.</source>
   <translation>Prüfen Sie die Zugriffsrechte und die Platte von {0}.</translation>
  </message>
  <message>
   <source>Choose a JPEG, PNG, WebP, TIFF or BMP photo.</source>
   <translation>Wählen Sie ein Foto in JPEG, PNG, WebP, TIFF oder BMP.</translation>
  </message>
  <message>
   <source>Choose a file name.</source>
   <translation>Wählen Sie einen Dateinamen.</translation>
  </message>
  <message>
   <source>Choose a photo of at least {0} x {1} px.</source>
   <translation>Wählen Sie ein Foto mit mindestens {0} x {1} px.</translation>
  </message>
  <message>
   <source>Choose a shorter name.</source>
   <translation>Wählen Sie einen kürzeren Namen.</translation>
  </message>
  <message>
   <source>Choose an output folder on another disk or share.</source>
   <translation>Wählen Sie einen Ordner für die Ergebnisse auf einem anderen Laufwerk.</translation>
  </message>
  <message>
   <source>Choose another --faces.</source>
   <translation>Wählen Sie ein anderes --faces.</translation>
  </message>
  <message>
   <source>Choose another attribute, or a larger model pack.</source>
   <translation>Wählen Sie ein anderes Attribut oder ein größeres Modellpaket.</translation>
  </message>
  <message>
   <source>Choose another face, or place its points again.</source>
   <translation>Wählen Sie ein anderes Gesicht, oder setzen Sie seine Punkte neu.</translation>
  </message>
  <message>
   <source>Choose another folder, or free some space, and save again.</source>
   <translation>Wählen Sie einen anderen Ordner, oder schaffen Sie Platz, und speichern Sie noch einmal.</translation>
  </message>
  <message>
   <source>Choose another folder, or make this one first.</source>
   <translation>Wählen Sie einen anderen Ordner, oder legen Sie diesen zuerst an.</translation>
  </message>
  <message>
   <source>Choose another folder.</source>
   <translation>Wählen Sie einen anderen Ordner.</translation>
  </message>
  <message>
   <source>Choose another model pack, or use the built-in one, 'starter'.</source>
   <translation>Wählen Sie ein anderes Modellpaket, oder verwenden Sie das eingebaute, 'starter'.</translation>
  </message>
  <message>
   <source>Choose another name, or allow writing to it first.</source>
   <translation>Wählen Sie einen anderen Namen, oder erlauben Sie zuerst das Schreiben.</translation>
  </message>
  <message>
   <source>Choose another output folder.</source>
   <translation>Wählen Sie einen anderen Ordner für die Ergebnisse.</translation>
  </message>
  <message>
   <source>Choose at least one attribute to edit.</source>
   <translation>Wählen Sie mindestens ein Attribut, das geändert werden soll.</translation>
  </message>
  <message>
   <source>Choose at least one.</source>
   <translation>Wählen Sie mindestens eines.</translation>
  </message>
  <message>
   <source>Choose one of: {0}.</source>
   <translation>Zur Wahl stehen: {0}.</translation>
  </message>
  <message>
   <source>Choose one photo inside it.</source>
   <translation>Wählen Sie ein Foto darin.</translation>
  </message>
  <message>
   <source>Choose the report.json that maskfacegan evaluate wrote.</source>
   <translation>Wählen Sie die report.json, die maskfacegan evaluate geschrieben hat.</translation>
  </message>
  <message>
   <source>Close other programs, compute on the CPU, or use a model pack with a smaller resolution.</source>
   <translation>Schließen Sie andere Programme, rechnen Sie auf dem Prozessor, oder verwenden Sie ein Modellpaket mit kleinerer Auflösung.</translation>
  </message>
  <message>
   <source>Close other programs, or scale the photo down in another program.</source>
   <translation>Schließen Sie andere Programme, oder verkleinern Sie das Foto in einem anderen Programm.</translation>
  </message>
  <message>
   <source>Close what uses it and try again; nothing has to be downloaded again.</source>
   <translation>Schließen Sie, was es benutzt, und versuchen Sie es erneut; nichts muss noch einmal heruntergeladen werden.</translation>
  </message>
  <message>
   <source>Close what uses it.</source>
   <translation>Schließen Sie, was es benutzt.</translation>
  </message>
  <message>
   <source>Compute on the CPU, or choose auto.</source>
   <translation>Rechnen Sie auf dem Prozessor, oder wählen Sie „auto“.</translation>
  </message>
  <message>
   <source>Copy or download the photo again.</source>
   <translation>Kopieren oder laden Sie das Foto noch einmal.</translation>
  </message>
  <message>
   <source>Develop it first, with the camera's or another program, and open the JPEG or TIFF.</source>
   <translation>Entwickeln Sie sie zuerst, mit dem Programm der Kamera oder einem anderen, und öffnen Sie das JPEG oder TIFF.</translation>
  </message>
  <message>
   <source>Distance of the edited faces from other, unedited ones; from 200 faces on</source>
   <translation>Abstand der bearbeiteten Gesichter von anderen, unbearbeiteten; ab 200 Gesichtern</translation>
  </message>
  <message>
   <source>Do not use this file. Get it again from a source you trust.</source>
   <translation>Verwenden Sie diese Datei nicht. Holen Sie sie noch einmal aus einer Quelle, der Sie vertrauen.</translation>
  </message>
  <message>
   <source>Download the file again from its source, or use the built-in pack 'starter'.</source>
   <translation>Laden Sie die Datei noch einmal aus ihrer Quelle, oder verwenden Sie das eingebaute Paket 'starter'.</translation>
  </message>
  <message>
   <source>Edits whose target the judge sees</source>
   <translation>Bearbeitungen, deren Ziel der Gutachter sieht</translation>
  </message>
  <message>
   <source>Entanglement</source>
   <translation>Verflechtung</translation>
  </message>
  <message>
   <source>Exactly the published method: 1000 latent and 501 noise steps in single precision; slow.</source>
   <translation>Genau das veröffentlichte Verfahren: 1000 Schritte für den latenten Code und 501 für das Rauschen, in einfacher Genauigkeit; langsam.</translation>
  </message>
  <message>
   <source>Experimental: this pack tells '{0}' less reliably than the others (AUC {1}).</source>
   <translation>Experimentell: Dieses Paket erkennt '{0}' weniger zuverlässig als die anderen (AUC {1}).</translation>
  </message>
  <message>
   <source>Experimental: this pack tells '{0}' less reliably than the others.</source>
   <translation>Experimentell: Dieses Paket erkennt '{0}' weniger zuverlässig als die anderen.</translation>
  </message>
  <message>
   <source>Export it as JPEG or PNG, or install the Python package pi-heif.</source>
   <translation>Exportieren Sie es als JPEG oder PNG, oder installieren Sie das Python-Paket pi-heif.</translation>
  </message>
  <message>
   <source>Export it as a 16-bit TIFF or PNG.</source>
   <translation>Exportieren Sie es als TIFF oder PNG mit 16 Bit.</translation>
  </message>
  <message>
   <source>Export it with interleaved channels, or as a 16-bit PNG.</source>
   <translation>Exportieren Sie es mit verschränkten Kanälen oder als PNG mit 16 Bit.</translation>
  </message>
  <message>
   <source>Faces come back as themselves ({0} times nearer than others).</source>
   <translation>Gesichter kommen als sie selbst zurück ({0}-mal näher als andere).</translation>
  </message>
  <message>
   <source>Fine detail of the result, as a share of the input's</source>
   <translation>Feine Einzelheiten des Ergebnisses, als Anteil an denen der Vorlage</translation>
  </message>
  <message>
   <source>Formats: {0}.</source>
   <translation>Formate: {0}.</translation>
  </message>
  <message>
   <source>Free some space and try again.</source>
   <translation>Schaffen Sie Platz und versuchen Sie es noch einmal.</translation>
  </message>
  <message>
   <source>Free some space, or check the folder's permissions.</source>
   <translation>Schaffen Sie Platz, oder prüfen Sie die Zugriffsrechte des Ordners.</translation>
  </message>
  <message>
   <source>Free some space, or choose another disk.</source>
   <translation>Schaffen Sie Platz, oder wählen Sie eine andere Platte.</translation>
  </message>
  <message>
   <source>Get it with the download script of the reference implementation (MartinPernus/MaskFaceGAN) and put it there, or use the built-in pack 'starter'.</source>
   <translation>Holen Sie sie mit dem Download-Skript der Referenzimplementierung (MartinPernus/MaskFaceGAN) und legen Sie sie dorthin, oder verwenden Sie das eingebaute Paket 'starter'.</translation>
  </message>
  <message>
   <source>Get the package again.</source>
   <translation>Holen Sie das Paket noch einmal.</translation>
  </message>
  <message>
   <source>Give it more with --memory, leave --memory out, or take a smaller pack.</source>
   <translation>Geben Sie mit --memory mehr, lassen Sie --memory weg, oder nehmen Sie ein kleineres Paket.</translation>
  </message>
  <message>
   <source>Give the photo a shorter or simpler name, or choose another output folder.</source>
   <translation>Geben Sie dem Foto einen kürzeren oder einfacheren Namen, oder wählen Sie einen anderen Ordner für die Ergebnisse.</translation>
  </message>
  <message>
   <source>Go on with it as it was begun, or choose another output folder.</source>
   <translation>Setzen Sie ihn so fort, wie er begonnen wurde, oder wählen Sie einen anderen Ordner für die Ergebnisse.</translation>
  </message>
  <message>
   <source>Go on with that version, or choose another output folder.</source>
   <translation>Fahren Sie mit jener Version fort, oder wählen Sie einen anderen Ordner für die Ergebnisse.</translation>
  </message>
  <message>
   <source>Go on with the version of this program that began it, or choose another output folder.</source>
   <translation>Fahren Sie mit der Version dieses Programms fort, die ihn begonnen hat, oder wählen Sie einen anderen Ordner für die Ergebnisse.</translation>
  </message>
  <message>
   <source>Identity</source>
   <translation>Identität</translation>
  </message>
  <message>
   <source>If it is NVIDIA's generator: convert it first with 'maskfacegan packs convert'.</source>
   <translation>Wenn es NVIDIAs Generator ist: Wandeln Sie ihn zuerst mit 'maskfacegan packs convert' um.</translation>
  </message>
  <message>
   <source>Install the Python package 'lpips' again.</source>
   <translation>Installieren Sie das Python-Paket 'lpips' noch einmal.</translation>
  </message>
  <message>
   <source>Install the pack again, or use the built-in one, 'starter'.</source>
   <translation>Installieren Sie das Paket neu, oder benutzen Sie das eingebaute, „starter“.</translation>
  </message>
  <message>
   <source>It edits: {0}.</source>
   <translation>Es ändert: {0}.</translation>
  </message>
  <message>
   <source>It has another architecture: '{0}' is missing.</source>
   <translation>Er ist anders aufgebaut: '{0}' fehlt.</translation>
  </message>
  <message>
   <source>It has another architecture: '{0}' is not known.</source>
   <translation>Er ist anders aufgebaut: '{0}' ist nicht bekannt.</translation>
  </message>
  <message>
   <source>It holds no {0} that this program knows.</source>
   <translation>Sie enthält keinen Teil der Art „{0}“, den dieses Programm kennt.</translation>
  </message>
  <message>
   <source>It is a conditional generator, which has another architecture.</source>
   <translation>Es ist ein bedingter Generator, der anders aufgebaut ist.</translation>
  </message>
  <message>
   <source>It is an alias-free StyleGAN3 generator, which has another architecture.</source>
   <translation>Es ist ein aliasfreier Generator von StyleGAN3, der anders aufgebaut ist.</translation>
  </message>
  <message>
   <source>It is damaged, or no ledger: begin again in another output folder; results that are there stay.</source>
   <translation>Es ist beschädigt oder keines: Beginnen Sie in einem anderen Ordner von vorn; Ergebnisse, die da sind, bleiben.</translation>
  </message>
  <message>
   <source>It uses another filter than [1, 3, 3, 1].</source>
   <translation>Er verwendet einen anderen Filter als [1, 3, 3, 1].</translation>
  </message>
  <message>
   <source>It was cancelled.</source>
   <translation>Es wurde abgebrochen.</translation>
  </message>
  <message>
   <source>Kernel distance × 1000</source>
   <translation>Kernabstand × 1000</translation>
  </message>
  <message>
   <source>Known are: {0}.</source>
   <translation>Bekannt sind: {0}.</translation>
  </message>
  <message>
   <source>Known attributes: {0}.</source>
   <translation>Bekannte Attribute: {0}.</translation>
  </message>
  <message>
   <source>Known keys: {0}.</source>
   <translation>Bekannte Schlüssel: {0}.</translation>
  </message>
  <message>
   <source>LPIPS finds {0} between equal pictures and {1} between different ones.</source>
   <translation>LPIPS findet {0} zwischen gleichen und {1} zwischen verschiedenen Bildern.</translation>
  </message>
  <message>
   <source>LPIPS outside</source>
   <translation>LPIPS außerhalb</translation>
  </message>
  <message>
   <source>LPIPS tells pictures apart.</source>
   <translation>LPIPS unterscheidet Bilder.</translation>
  </message>
  <message>
   <source>Let maskfacegan evaluate --resume write it again.</source>
   <translation>Lassen Sie ihn von maskfacegan evaluate --resume neu schreiben.</translation>
  </message>
  <message>
   <source>Let the face be found instead, or crop the photo to a square.</source>
   <translation>Lassen Sie das Gesicht suchen, oder schneiden Sie das Foto quadratisch zu.</translation>
  </message>
  <message>
   <source>Likeness of the edited face to the input; 0: strangers, 1: two photos of one person</source>
   <translation>Ähnlichkeit des bearbeiteten Gesichts mit der Vorlage; 0: Fremde, 1: zwei Fotos einer Person</translation>
  </message>
  <message>
   <source>Likeness of the pixels outside the edited region</source>
   <translation>Ähnlichkeit der Bildpunkte außerhalb des bearbeiteten Bereichs</translation>
  </message>
  <message>
   <source>Load that pack to go on with the edit.</source>
   <translation>Laden Sie dieses Paket, um mit der Bearbeitung weiterzumachen.</translation>
  </message>
  <message>
   <source>Look where you got the program.</source>
   <translation>Sehen Sie dort nach, woher Sie das Programm haben.</translation>
  </message>
  <message>
   <source>Mean change of all other attributes, as the judge sees them, in standard deviations</source>
   <translation>Mittlere Änderung aller anderen Attribute, wie der Gutachter sie sieht, in Standardabweichungen</translation>
  </message>
  <message>
   <source>Move what is there away, and try the photo again.</source>
   <translation>Räumen Sie weg, was dort ist, und versuchen Sie es mit dem Foto noch einmal.</translation>
  </message>
  <message>
   <source>Name it generator.safetensors.</source>
   <translation>Nennen Sie sie generator.safetensors.</translation>
  </message>
  <message>
   <source>Newer versions could not be asked for ({0}: {1}).</source>
   <translation>Nach neueren Versionen konnte nicht gefragt werden ({0}: {1}).</translation>
  </message>
  <message>
   <source>No attribute was chosen.</source>
   <translation>Es wurde kein Attribut gewählt.</translation>
  </message>
  <message>
   <source>No classifier knows an attribute '{0}'.</source>
   <translation>Kein Klassifikator kennt ein Attribut '{0}'.</translation>
  </message>
  <message>
   <source>No pack '{0}' is on offer.</source>
   <translation>Ein Paket '{0}' wird nicht angeboten.</translation>
  </message>
  <message>
   <source>No photo is open; call Editor.open first.</source>
   <translation>Es ist kein Foto geöffnet; zuerst Editor.open aufrufen.</translation>
  </message>
  <message>
   <source>Open the photo itself, or an earlier copy of the project.</source>
   <translation>Öffnen Sie das Foto selbst oder eine ältere Kopie des Projekts.</translation>
  </message>
  <message>
   <source>PSNR outside</source>
   <translation>PSNR außerhalb</translation>
  </message>
  <message>
   <source>Packages can be found.</source>
   <translation>Pakete können gefunden werden.</translation>
  </message>
  <message>
   <source>Packages cannot be found: {0}.</source>
   <translation>Pakete können nicht gefunden werden: {0}.</translation>
  </message>
  <message>
   <source>Packs that are here: {0}. A folder needs a {1} or the reference's models/ files.</source>
   <translation>Vorhandene Pakete: {0}. Ein Ordner braucht {1} oder die Dateien aus models/ der Referenz.</translation>
  </message>
  <message>
   <source>Parts of a pack are: generator, parser, classifier, encoder, VGG16.</source>
   <translation>Teile eines Pakets sind: Generator, Parser, Klassifikator, Encoder, VGG16.</translation>
  </message>
  <message>
   <source>Perceptual change outside the edited region</source>
   <translation>Wahrnehmbare Änderung außerhalb des bearbeiteten Bereichs</translation>
  </message>
  <message>
   <source>Place them on the eyes, the nose and the corners of the mouth.</source>
   <translation>Setzen Sie sie auf die Augen, die Nase und die Mundwinkel.</translation>
  </message>
  <message>
   <source>Presets: {0}.</source>
   <translation>Vorgaben: {0}.</translation>
  </message>
  <message>
   <source>Remove the pack's other part first, or import the one that belongs to it.</source>
   <translation>Entfernen Sie zuerst den anderen Teil des Pakets, oder importieren Sie den, der dazugehört.</translation>
  </message>
  <message>
   <source>Save it as .jpg or .avif, or install the Python package pillow-heif, which can write it.</source>
   <translation>Speichern Sie es als .jpg oder .avif, oder installieren Sie das Python-Paket pillow-heif, das es schreiben kann.</translation>
  </message>
  <message>
   <source>Save it as .jpg or .png.</source>
   <translation>Speichern Sie es als .jpg oder .png.</translation>
  </message>
  <message>
   <source>Save it as .png or .tiff.</source>
   <translation>Speichern Sie es als .png oder .tiff.</translation>
  </message>
  <message>
   <source>Save it as .png.</source>
   <translation>Speichern Sie sie als .png.</translation>
  </message>
  <message>
   <source>Save it as {0} or {1}.</source>
   <translation>Speichern Sie es als {0} oder {1}.</translation>
  </message>
  <message>
   <source>Save the photo anew in another program, and try it again.</source>
   <translation>Speichern Sie das Foto in einem anderen Programm neu, und versuchen Sie es noch einmal.</translation>
  </message>
  <message>
   <source>Say what is to be edited.</source>
   <translation>Sagen Sie, was geändert werden soll.</translation>
  </message>
  <message>
   <source>Scale the photo down in another program and open the smaller copy.</source>
   <translation>Verkleinern Sie das Foto in einem anderen Programm und öffnen Sie die kleinere Kopie.</translation>
  </message>
  <message>
   <source>Seconds for an edit</source>
   <translation>Sekunden für eine Bearbeitung</translation>
  </message>
  <message>
   <source>See that its folder can be written to and has space left; results that are there stay.</source>
   <translation>Sorgen Sie dafür, dass in seinen Ordner geschrieben werden kann und dort Platz ist; Ergebnisse, die da sind, bleiben.</translation>
  </message>
  <message>
   <source>Sharpness kept</source>
   <translation>Erhaltene Schärfe</translation>
  </message>
  <message>
   <source>Some of the photo's texts were left out.</source>
   <translation>Einige Texte des Fotos wurden weggelassen.</translation>
  </message>
  <message>
   <source>Some of this photo's texts are not kept; they share a name, are damaged or very long.</source>
   <translation>Einige Texte dieses Fotos werden nicht behalten: Sie haben denselben Namen wie andere, sind beschädigt oder sehr lang.</translation>
  </message>
  <message>
   <source>Something unexpected happened ({0}: {1}).</source>
   <translation>Etwas Unerwartetes ist geschehen ({0}: {1}).</translation>
  </message>
  <message>
   <source>Start from the mean face instead (encoder start off), or use a pack with an encoder.</source>
   <translation>Beginnen Sie stattdessen beim mittleren Gesicht (ohne Encoder), oder verwenden Sie ein Paket mit Encoder.</translation>
  </message>
  <message>
   <source>StyleGAN2 FFHQ weights: non-commercial research use (NVIDIA Source Code License-NC, FFHQ CC BY-NC-SA 4.0). The classifier and the parser are trained on CelebA and CelebAMask-HQ: non-commercial research.</source>
   <translation>StyleGAN2-Gewichte von FFHQ: nur für nichtkommerzielle Forschung (NVIDIA Source Code License-NC, FFHQ CC BY-NC-SA 4.0). Klassifikator und Parser sind mit CelebA und CelebAMask-HQ trainiert: nichtkommerzielle Forschung.</translation>
  </message>
  <message>
   <source>Target reached</source>
   <translation>Ziel erreicht</translation>
  </message>
  <message>
   <source>The archive {0} holds '{1}' as something other than a plain file.</source>
   <translation>Das Archiv {0} enthält „{1}“ nicht als gewöhnliche Datei.</translation>
  </message>
  <message>
   <source>The archive {0} holds '{1}' with {2} bytes where {3} are expected.</source>
   <translation>Das Archiv {0} enthält „{1}“ mit {2} Bytes, erwartet werden {3}.</translation>
  </message>
  <message>
   <source>The archive {0} holds another '{1}' than the known one (its checksum differs).</source>
   <translation>Das Archiv {0} enthält ein anderes „{1}“ als das bekannte (die Prüfsumme weicht ab).</translation>
  </message>
  <message>
   <source>The archive {0} holds no file '{1}'.</source>
   <translation>Das Archiv {0} enthält keine Datei „{1}“.</translation>
  </message>
  <message>
   <source>The archive {0} holds too many files.</source>
   <translation>Das Archiv {0} enthält zu viele Dateien.</translation>
  </message>
  <message>
   <source>The archive {0} is cut short or damaged.</source>
   <translation>Das Archiv {0} ist abgeschnitten oder beschädigt.</translation>
  </message>
  <message>
   <source>The archive {0} is not the known one (its checksum differs).</source>
   <translation>Das Archiv {0} ist nicht das bekannte (seine Prüfsumme weicht ab).</translation>
  </message>
  <message>
   <source>The archive {0} unpacks to more than a package holds.</source>
   <translation>Das Archiv {0} entpackt sich zu mehr, als ein Paket enthält.</translation>
  </message>
  <message>
   <source>The batch in {0} was begun otherwise: {1} differs.</source>
   <translation>Der Lauf in {0} wurde anders begonnen: {1} weicht ab.</translation>
  </message>
  <message>
   <source>The built-in pack has no face finder; the installation is incomplete.</source>
   <translation>Das eingebaute Paket hat keine Gesichtssuche; die Installation ist unvollständig.</translation>
  </message>
  <message>
   <source>The checkpoint of LPIPS holds more than VGG16 and its heads.</source>
   <translation>Die LPIPS-Datei enthält mehr als VGG16 und seine Köpfe.</translation>
  </message>
  <message>
   <source>The checkpoint of LPIPS lacks '{0}'.</source>
   <translation>Der LPIPS-Datei fehlt „{0}“.</translation>
  </message>
  <message>
   <source>The classifier gives the same scores for every picture.</source>
   <translation>Der Klassifikator gibt für jedes Bild dieselben Werte.</translation>
  </message>
  <message>
   <source>The configuration file {0} cannot be read ({1}).</source>
   <translation>Die Konfigurationsdatei {0} kann nicht gelesen werden ({1}).</translation>
  </message>
  <message>
   <source>The configuration file {0} holds no keys.</source>
   <translation>Die Konfigurationsdatei {0} enthält keine Schlüssel.</translation>
  </message>
  <message>
   <source>The configuration file {0} is not valid YAML or JSON.</source>
   <translation>Die Konfigurationsdatei {0} ist weder gültiges YAML noch JSON.</translation>
  </message>
  <message>
   <source>The device '{0}' is not available here.</source>
   <translation>Das Gerät '{0}' gibt es hier nicht.</translation>
  </message>
  <message>
   <source>The disk is full: '{0}' was not saved.</source>
   <translation>Die Platte ist voll: '{0}' wurde nicht gespeichert.</translation>
  </message>
  <message>
   <source>The disk is full: {0} was not saved.</source>
   <translation>Die Platte ist voll: {0} wurde nicht gespeichert.</translation>
  </message>
  <message>
   <source>The disk takes no file called {0}: {1}.</source>
   <translation>Das Laufwerk nimmt keine Datei namens {0} an: {1}.</translation>
  </message>
  <message>
   <source>The edit changes no attribute.</source>
   <translation>Die Änderung ändert kein Attribut.</translation>
  </message>
  <message>
   <source>The edit was made with another model pack.</source>
   <translation>Die Änderung wurde mit einem anderen Modellpaket gemacht.</translation>
  </message>
  <message>
   <source>The edit was made with the model pack '{0}'.</source>
   <translation>Die Bearbeitung wurde mit dem Modellpaket „{0}“ gemacht.</translation>
  </message>
  <message>
   <source>The edit {0} cannot be read ({1}).</source>
   <translation>Die Änderung {0} kann nicht gelesen werden ({1}).</translation>
  </message>
  <message>
   <source>The edit “{0}” could not be recovered.</source>
   <translation>Die Änderung „{0}“ konnte nicht wiederhergestellt werden.</translation>
  </message>
  <message>
   <source>The edits could not be recovered.</source>
   <translation>Die Änderungen konnten nicht wiederhergestellt werden.</translation>
  </message>
  <message>
   <source>The encoder returns another face ({0} of {1} tried).</source>
   <translation>Der Encoder gibt ein anderes Gesicht zurück ({0} von {1} Versuchen).</translation>
  </message>
  <message>
   <source>The face is reconstructed once at low resolution, then each edit starts from what the pack knows of its attribute: seconds instead of minutes, with the photo's own skin.</source>
   <translation>Das Gesicht wird einmal in kleiner Auflösung rekonstruiert, dann beginnt jede Änderung bei dem, was das Paket von ihrem Attribut weiß: Sekunden statt Minuten, mit der Haut des Fotos.</translation>
  </message>
  <message>
   <source>The face lies outside the photo.</source>
   <translation>Das Gesicht liegt außerhalb des Fotos.</translation>
  </message>
  <message>
   <source>The faces could not be recovered; they have to be found again.</source>
   <translation>Die Gesichter konnten nicht wiederhergestellt werden; sie müssen neu gesucht werden.</translation>
  </message>
  <message>
   <source>The file system of {0} cannot keep two runs apart (it has no locks).</source>
   <translation>Das Dateisystem von {0} kann zwei Läufe nicht auseinanderhalten (es kennt keine Sperren).</translation>
  </message>
  <message>
   <source>The file's further pictures were left out.</source>
   <translation>Die weiteren Bilder der Datei wurden weggelassen.</translation>
  </message>
  <message>
   <source>The file's name is too long.</source>
   <translation>Der Name der Datei ist zu lang.</translation>
  </message>
  <message>
   <source>The five points do not make a face.</source>
   <translation>Die fünf Punkte ergeben kein Gesicht.</translation>
  </message>
  <message>
   <source>The folder {0} cannot be written to.</source>
   <translation>In den Ordner {0} kann nicht geschrieben werden.</translation>
  </message>
  <message>
   <source>The folder {0} is no model pack: it has neither {1} nor {2}.</source>
   <translation>Der Ordner {0} ist kein Modellpaket: Er hat weder {1} noch {2}.</translation>
  </message>
  <message>
   <source>The folder {0} is not a pack that this program installed.</source>
   <translation>Der Ordner {0} ist kein Paket, das dieses Programm installiert hat.</translation>
  </message>
  <message>
   <source>The generator in {0} scales its mapping differently.</source>
   <translation>Der Generator in {0} skaliert seine Abbildung anders.</translation>
  </message>
  <message>
   <source>The generator in {0} uses another activation.</source>
   <translation>Der Generator in {0} verwendet eine andere Aktivierung.</translation>
  </message>
  <message>
   <source>The generator that it belongs to draws smaller pictures by itself.</source>
   <translation>Der Generator, zu dem er gehört, zeichnet kleinere Bilder selbst.</translation>
  </message>
  <message>
   <source>The generator uses another filter than [1, 3, 3, 1] in {0}.</source>
   <translation>Der Generator verwendet in {0} einen anderen Filter als [1, 3, 3, 1].</translation>
  </message>
  <message>
   <source>The generator's weights claim impossible sizes.</source>
   <translation>Die Gewichte des Generators behaupten unmögliche Größen.</translation>
  </message>
  <message>
   <source>The generator's weights do not have StyleGAN2's layout ({0}).</source>
   <translation>Die Gewichte des Generators sind nicht wie bei StyleGAN2 angeordnet ({0}).</translation>
  </message>
  <message>
   <source>The generator's weights do not have StyleGAN2's layout.</source>
   <translation>Die Gewichte des Generators sind nicht wie bei StyleGAN2 angeordnet.</translation>
  </message>
  <message>
   <source>The graph cannot be read ({0}).</source>
   <translation>Der Graph kann nicht gelesen werden ({0}).</translation>
  </message>
  <message>
   <source>The graph is not that of a mapping network.</source>
   <translation>Der Graph ist nicht der eines Mapping-Netzes.</translation>
  </message>
  <message>
   <source>The graph's constant '{0}' does not lie in its file of numbers.</source>
   <translation>Die Konstante „{0}“ des Graphen liegt nicht in seiner Zahlendatei.</translation>
  </message>
  <message>
   <source>The graph's description declares a document type or entities; it is refused.</source>
   <translation>Die Beschreibung des Graphen erklärt einen Dokumenttyp oder Entitäten; sie wird abgelehnt.</translation>
  </message>
  <message>
   <source>The graph's description is nested too deeply.</source>
   <translation>Die Beschreibung des Graphen ist zu tief verschachtelt.</translation>
  </message>
  <message>
   <source>The graph's description is too large to be one.</source>
   <translation>Die Beschreibung des Graphen ist zu groß.</translation>
  </message>
  <message>
   <source>The graph's description joins layers that it does not name.</source>
   <translation>Die Beschreibung des Graphen verbindet Schichten, die sie nicht nennt.</translation>
  </message>
  <message>
   <source>The graph's description names no layers.</source>
   <translation>Die Beschreibung des Graphen nennt keine Schichten.</translation>
  </message>
  <message>
   <source>The graph's layer '{0}' has no weights.</source>
   <translation>Die Schicht „{0}“ des Graphen hat keine Gewichte.</translation>
  </message>
  <message>
   <source>The graphics card cannot be used ({0}), so the processor computes.</source>
   <translation>Die Grafikkarte ist nicht zu gebrauchen ({0}); darum rechnet der Prozessor.</translation>
  </message>
  <message>
   <source>The graphics card failed ({0}); the processor went on with this edit.</source>
   <translation>Die Grafikkarte hat versagt ({0}); der Prozessor hat diese Bearbeitung fortgesetzt.</translation>
  </message>
  <message>
   <source>The graphs are not those of MobileStyleGAN ({0}).</source>
   <translation>Die Graphen sind nicht die von MobileStyleGAN ({0}).</translation>
  </message>
  <message>
   <source>The head for {0} px belongs to another generator.</source>
   <translation>Der Kopf für {0} px gehört zu einem anderen Generator.</translation>
  </message>
  <message>
   <source>The index of packages has no proper address.</source>
   <translation>Der Index der Pakete hat keine gültige Adresse.</translation>
  </message>
  <message>
   <source>The initial latent code has shape {0}, but this pack needs {1}.</source>
   <translation>Der latente Code am Anfang hat die Form {0}, dieses Paket braucht {1}.</translation>
  </message>
  <message>
   <source>The judge looks through VGG16, which the pack '{0}' does not have.</source>
   <translation>Der Gutachter sieht durch VGG16, das das Paket '{0}' nicht hat.</translation>
  </message>
  <message>
   <source>The judge was fitted to another VGG16 than the pack has.</source>
   <translation>Der Gutachter wurde an ein anderes VGG16 angepasst als das des Pakets.</translation>
  </message>
  <message>
   <source>The ledger in {0} says no edit that is understood: {1}.</source>
   <translation>Das Verzeichnis in {0} nennt keine verständliche Änderung: {1}.</translation>
  </message>
  <message>
   <source>The ledger {0} cannot be used: {1}.</source>
   <translation>Das Verzeichnis {0} kann nicht verwendet werden: {1}.</translation>
  </message>
  <message>
   <source>The linear heads of LPIPS (lpips/weights/v0.1/vgg.pth) are missing.</source>
   <translation>Die linearen Köpfe von LPIPS (lpips/weights/v0.1/vgg.pth) fehlen.</translation>
  </message>
  <message>
   <source>The list of packs {0} cannot be read: {1}.</source>
   <translation>Die Liste der Pakete {0} kann nicht gelesen werden: {1}.</translation>
  </message>
  <message>
   <source>The list of packs {0} is not understood: {1}.</source>
   <translation>Die Liste der Pakete {0} ist nicht verständlich: {1}.</translation>
  </message>
  <message>
   <source>The list of packs {0} is too large to be one.</source>
   <translation>Die Liste der Pakete {0} ist zu groß, um eine zu sein.</translation>
  </message>
  <message>
   <source>The manifest {0} cannot be read: {1}.</source>
   <translation>Das Manifest {0} kann nicht gelesen werden: {1}.</translation>
  </message>
  <message>
   <source>The manifest {0} has an entry '{1}' that is not understood.</source>
   <translation>Das Manifest {0} hat einen unverständlichen Eintrag '{1}'.</translation>
  </message>
  <message>
   <source>The manifest {0} is not of format {1}, the one this program reads.</source>
   <translation>Das Manifest {0} hat nicht das Format {1}, das dieses Programm liest.</translation>
  </message>
  <message>
   <source>The manifest {0} is too large to be one.</source>
   <translation>Das Manifest {0} ist zu groß, um eines zu sein.</translation>
  </message>
  <message>
   <source>The manifest {0} lists unknown attributes: {1}.</source>
   <translation>Das Manifest {0} führt unbekannte Attribute auf: {1}.</translation>
  </message>
  <message>
   <source>The manifest {0} names a file outside its folder: '{1}'.</source>
   <translation>Das Manifest {0} nennt eine Datei außerhalb seines Ordners: '{1}'.</translation>
  </message>
  <message>
   <source>The manifest {0} names no file for: {1}.</source>
   <translation>Das Manifest {0} nennt keine Datei für: {1}.</translation>
  </message>
  <message>
   <source>The masks of a face could not be recovered; it has to be parsed again.</source>
   <translation>Die Masken eines Gesichts konnten nicht wiederhergestellt werden; es muss neu zerlegt werden.</translation>
  </message>
  <message>
   <source>The mean face has no {0}: the parser does not see it.</source>
   <translation>Dem mittleren Gesicht fehlt „{0}“: Der Parser sieht es nicht.</translation>
  </message>
  <message>
   <source>The mean face holds numbers that are not finite.</source>
   <translation>Das mittlere Gesicht enthält Zahlen, die nicht endlich sind.</translation>
  </message>
  <message>
   <source>The mean face is an even grey.</source>
   <translation>Das mittlere Gesicht ist eine graue Fläche.</translation>
  </message>
  <message>
   <source>The mean face is rendered (contrast {0}).</source>
   <translation>Das mittlere Gesicht wird gezeichnet (Kontrast {0}).</translation>
  </message>
  <message>
   <source>The mean face is scored (up to {0} from an empty picture).</source>
   <translation>Das mittlere Gesicht wird bewertet (bis zu {0} Abstand vom leeren Bild).</translation>
  </message>
  <message>
   <source>The mean face's regions: {0}.</source>
   <translation>Die Bereiche des mittleren Gesichts: {0}.</translation>
  </message>
  <message>
   <source>The mean latent code in {0} has the shape {1} where {2} or {3} is needed.</source>
   <translation>Der mittlere latente Code in {0} hat die Form {1}, nötig ist {2} oder {3}.</translation>
  </message>
  <message>
   <source>The mean latent code in {0} holds numbers that are not finite.</source>
   <translation>Der mittlere latente Code in {0} enthält Zahlen, die nicht endlich sind.</translation>
  </message>
  <message>
   <source>The mean latent code in {0} is not a tensor of numbers.</source>
   <translation>Der mittlere latente Code in {0} ist kein Tensor aus Zahlen.</translation>
  </message>
  <message>
   <source>The model file {0} asks for more than weights ({1}), so it was not opened.</source>
   <translation>Die Modelldatei {0} verlangt mehr als Gewichte ({1}); deshalb wurde sie nicht geöffnet.</translation>
  </message>
  <message>
   <source>The model file {0} cannot be read: {1}.</source>
   <translation>Die Modelldatei {0} kann nicht gelesen werden: {1}.</translation>
  </message>
  <message>
   <source>The model file {0} cannot be used. {1}</source>
   <translation>Die Modelldatei {0} kann nicht verwendet werden. {1}</translation>
  </message>
  <message>
   <source>The model file {0} changed while it was copied.</source>
   <translation>Die Modelldatei {0} änderte sich, während sie kopiert wurde.</translation>
  </message>
  <message>
   <source>The model file {0} claims more numbers than it holds.</source>
   <translation>Die Modelldatei {0} behauptet mehr Zahlen, als sie enthält.</translation>
  </message>
  <message>
   <source>The model file {0} has {1} bytes where the manifest says {2}.</source>
   <translation>Die Modelldatei {0} hat {1} Byte, das Manifest nennt {2}.</translation>
  </message>
  <message>
   <source>The model file {0} holds no network that this program knows.</source>
   <translation>Die Modelldatei {0} enthält kein Netz, das dieses Programm kennt.</translation>
  </message>
  <message>
   <source>The model file {0} holds no {1}.</source>
   <translation>Die Modelldatei {0} enthält keinen Teil der Art „{1}“.</translation>
  </message>
  <message>
   <source>The model file {0} holds tensors that are not plain.</source>
   <translation>Die Modelldatei {0} enthält ungewöhnliche Tensoren.</translation>
  </message>
  <message>
   <source>The model file {0} is cut short or damaged.</source>
   <translation>Die Modelldatei {0} ist abgeschnitten oder beschädigt.</translation>
  </message>
  <message>
   <source>The model file {0} is damaged: '{1}' holds numbers that are not finite.</source>
   <translation>Die Modelldatei {0} ist beschädigt: '{1}' enthält Zahlen, die nicht endlich sind.</translation>
  </message>
  <message>
   <source>The model file {0} is empty.</source>
   <translation>Die Modelldatei {0} ist leer.</translation>
  </message>
  <message>
   <source>The model file {0} is missing.</source>
   <translation>Die Modelldatei {0} fehlt.</translation>
  </message>
  <message>
   <source>The model file {0} is neither a PyTorch checkpoint nor a safetensors file.</source>
   <translation>Die Modelldatei {0} ist weder ein PyTorch-Checkpoint noch eine safetensors-Datei.</translation>
  </message>
  <message>
   <source>The model file {0} is not the file that the manifest names (its checksum differs).</source>
   <translation>Die Modelldatei {0} ist nicht die, die das Manifest nennt (ihre Prüfsumme ist anders).</translation>
  </message>
  <message>
   <source>The pack '{0}' cannot show an edit before it is made.</source>
   <translation>Das Paket „{0}“ kann eine Bearbeitung nicht zeigen, bevor sie gemacht ist.</translation>
  </message>
  <message>
   <source>The pack '{0}' cannot tell '{1}' reliably; this needs a larger model pack.</source>
   <translation>Das Paket '{0}' erkennt '{1}' nicht zuverlässig; dafür ist ein größeres Modellpaket nötig.</translation>
  </message>
  <message>
   <source>The pack '{0}' comes with the program and cannot be removed.</source>
   <translation>Das Paket '{0}' gehört zum Programm und kann nicht entfernt werden.</translation>
  </message>
  <message>
   <source>The pack '{0}' comes with the program; nothing can be added to it.</source>
   <translation>Das Paket '{0}' gehört zum Programm; ihm kann nichts hinzugefügt werden.</translation>
  </message>
  <message>
   <source>The pack '{0}' could not be deleted: {1}.</source>
   <translation>Das Paket '{0}' konnte nicht gelöscht werden: {1}.</translation>
  </message>
  <message>
   <source>The pack '{0}' could not be put in its place: {1}.</source>
   <translation>Das Paket „{0}“ konnte nicht an seinen Platz gebracht werden: {1}.</translation>
  </message>
  <message>
   <source>The pack '{0}' has no direction for '{1}'.</source>
   <translation>Das Paket „{0}“ hat keine Richtung für „{1}“.</translation>
  </message>
  <message>
   <source>The pack '{0}' has no encoder, which this edit starts from.</source>
   <translation>Das Paket '{0}' hat keinen Encoder, bei dem diese Änderung beginnt.</translation>
  </message>
  <message>
   <source>The pack '{0}' has no judge of attributes.</source>
   <translation>Das Paket '{0}' hat keinen Gutachter für Attribute.</translation>
  </message>
  <message>
   <source>The pack '{0}' has no part '{1}'.</source>
   <translation>Das Paket '{0}' hat keinen Teil '{1}'.</translation>
  </message>
  <message>
   <source>The pack '{0}' lacks its {1}: {2} is missing.</source>
   <translation>Dem Paket „{0}“ fehlt ein Teil ({1}): {2} ist nicht da.</translation>
  </message>
  <message>
   <source>The pack '{0}' says {1} px, but its generator makes {2} px.</source>
   <translation>Das Paket '{0}' nennt {1} px, sein Generator macht aber {2} px.</translation>
  </message>
  <message>
   <source>The pack could not draw the edited mouth convincingly on this face, so the photo's own was only moved.</source>
   <translation>Der bearbeitete Mund ließ sich auf diesem Gesicht nicht überzeugend zeichnen; der des Fotos wurde nur bewegt.</translation>
  </message>
  <message>
   <source>The pack has no encoder, so the run started from the mean face.</source>
   <translation>Das Paket hat keinen Encoder, deshalb begann der Lauf beim mittleren Gesicht.</translation>
  </message>
  <message>
   <source>The pack has no encoder; edits of the whole face need one.</source>
   <translation>Das Paket hat keinen Encoder; Änderungen des ganzen Gesichts brauchen einen.</translation>
  </message>
  <message>
   <source>The package {0} {1} was not found{2}.</source>
   <translation>Das Paket {0} {1} wurde nicht gefunden{2}.</translation>
  </message>
  <message>
   <source>The parts fit together, {0} px.</source>
   <translation>Die Teile passen zusammen, {0} px.</translation>
  </message>
  <message>
   <source>The photo has no face number {0}; {1} found.</source>
   <translation>Das Foto hat kein Gesicht mit der Nummer {0}; gefunden: {1}.</translation>
  </message>
  <message>
   <source>The photo in {0} is damaged.</source>
   <translation>Das Foto in {0} ist beschädigt.</translation>
  </message>
  <message>
   <source>The photo is {0} x {1} px; an aligned face must be square.</source>
   <translation>Das Foto hat {0} x {1} px; ein ausgerichtetes Gesicht muss quadratisch sein.</translation>
  </message>
  <message>
   <source>The photo's HDR gain map was left out.</source>
   <translation>Die HDR-Gain-Map des Fotos wurde weggelassen.</translation>
  </message>
  <message>
   <source>The photo's XMP is damaged and was left out.</source>
   <translation>Das XMP des Fotos ist beschädigt und wurde weggelassen.</translation>
  </message>
  <message>
   <source>The photo's content credentials were left out.</source>
   <translation>Die Herkunftsnachweise (Content Credentials) des Fotos wurden weggelassen.</translation>
  </message>
  <message>
   <source>The photo's depth map was left out.</source>
   <translation>Die Tiefenkarte des Fotos wurde weggelassen.</translation>
  </message>
  <message>
   <source>The photo's video was left out.</source>
   <translation>Das Video des Fotos wurde weggelassen.</translation>
  </message>
  <message>
   <source>The process that edited this photo ended: {0}.</source>
   <translation>Der Prozess, der dieses Foto bearbeitete, endete: {0}.</translation>
  </message>
  <message>
   <source>The program ended when it read the header of this photo.</source>
   <translation>Das Programm endete, als es den Kopf dieses Fotos las.</translation>
  </message>
  <message>
   <source>The regions hold numbers that are not finite.</source>
   <translation>Die Bereiche enthalten Zahlen, die nicht endlich sind.</translation>
  </message>
  <message>
   <source>The result {0} cannot be read again ({1}).</source>
   <translation>Das Ergebnis {0} kann nicht wieder gelesen werden ({1}).</translation>
  </message>
  <message>
   <source>The scores hold numbers that are not finite.</source>
   <translation>Die Bewertungen enthalten Zahlen, die nicht endlich sind.</translation>
  </message>
  <message>
   <source>The size for '{0}' asked for more than the whole picture and was reduced.</source>
   <translation>Die Größe für '{0}' verlangte mehr als das ganze Bild und wurde verkleinert.</translation>
  </message>
  <message>
   <source>The smoothing must lie between 0 and 0.5.</source>
   <translation>Die Glättung muss zwischen 0 und 0,5 liegen.</translation>
  </message>
  <message>
   <source>The strength has to lie between 0 and {0}.</source>
   <translation>Die Stärke muss zwischen 0 und {0} liegen.</translation>
  </message>
  <message>
   <source>The system does this when memory runs out; try fewer --jobs, or scale the photo down.</source>
   <translation>Das System tut das, wenn der Speicher ausgeht; nehmen Sie weniger Prozesse (--jobs), oder verkleinern Sie das Foto.</translation>
  </message>
  <message>
   <source>The {0} file {1} is made for latent codes of {2} x {3} numbers, but the generator needs {4} x {5}: they do not belong together.</source>
   <translation>Die Datei {1} ({0}) ist für latente Codes aus {2} x {3} Zahlen gemacht, der Generator braucht {4} x {5}: Sie gehören nicht zusammen.</translation>
  </message>
  <message>
   <source>The {0} of the pack '{1}' needs another kind of face parser than it has.</source>
   <translation>Paket „{1}“: Sein Teil „{0}“ braucht einen anderen Gesichtsparser, als es hat.</translation>
  </message>
  <message>
   <source>There is no attribute called '{0}'.</source>
   <translation>Es gibt kein Attribut '{0}'.</translation>
  </message>
  <message>
   <source>There is no batch in {0} to go on with.</source>
   <translation>In {0} wurde nichts begonnen, womit es weitergehen könnte.</translation>
  </message>
  <message>
   <source>There is no file {0}.</source>
   <translation>Es gibt keine Datei {0}.</translation>
  </message>
  <message>
   <source>There is no folder {0}.</source>
   <translation>Es gibt keinen Ordner {0}.</translation>
  </message>
  <message>
   <source>There is no format '{0}' for results.</source>
   <translation>Es gibt kein Format „{0}“ für Ergebnisse.</translation>
  </message>
  <message>
   <source>There is no kind of device '{0}'.</source>
   <translation>Es gibt keine Geräteart '{0}'.</translation>
  </message>
  <message>
   <source>There is no model pack '{0}', neither by name nor as a folder.</source>
   <translation>Es gibt kein Modellpaket '{0}', weder dem Namen nach noch als Ordner.</translation>
  </message>
  <message>
   <source>There is no precision '{0}'.</source>
   <translation>Es gibt keine Genauigkeit '{0}'.</translation>
  </message>
  <message>
   <source>There is no preset called '{0}'.</source>
   <translation>Es gibt keine Vorgabe '{0}'.</translation>
  </message>
  <message>
   <source>There is not enough memory to open {0}.</source>
   <translation>Der Speicher reicht nicht, um {0} zu öffnen.</translation>
  </message>
  <message>
   <source>There is too little memory for this photo.</source>
   <translation>Für dieses Foto ist zu wenig Speicher da.</translation>
  </message>
  <message>
   <source>There is too little memory on '{0}' for '{1}'.</source>
   <translation>Auf '{0}' ist zu wenig Speicher für '{1}'.</translation>
  </message>
  <message>
   <source>There is too little memory to open {0}.</source>
   <translation>Um {0} zu öffnen, ist zu wenig Speicher da.</translation>
  </message>
  <message>
   <source>There is too little space for {0} ({1} MB).</source>
   <translation>Für {0} ist zu wenig Platz ({1} MB).</translation>
  </message>
  <message>
   <source>There was not enough memory for this edit.</source>
   <translation>Für diese Änderung reichte der Speicher nicht.</translation>
  </message>
  <message>
   <source>This copy of the program names no address to ask for newer versions.</source>
   <translation>Diese Ausgabe des Programms nennt keine Adresse, bei der nach neueren Versionen gefragt werden kann.</translation>
  </message>
  <message>
   <source>This does not fit the {0}: '{1}' has the shape {2} where {3} is needed.</source>
   <translation>Das passt nicht zu „{0}“: '{1}' hat die Form {2}, nötig ist {3}.</translation>
  </message>
  <message>
   <source>This does not fit the {0}: '{1}' reads no square of features.</source>
   <translation>Das passt nicht zu „{0}“: '{1}' liest kein Quadrat von Merkmalen.</translation>
  </message>
  <message>
   <source>This editor has no model pack; make one with Editor.load.</source>
   <translation>Dieser Editor hat kein Modellpaket; mit Editor.load einen laden.</translation>
  </message>
  <message>
   <source>This file holds several pictures; only the first is edited and saved.</source>
   <translation>Diese Datei enthält mehrere Bilder; nur das erste wird bearbeitet und gespeichert.</translation>
  </message>
  <message>
   <source>This file lacks its last bytes; all of the picture but at most its last few pixels is there.</source>
   <translation>Dieser Datei fehlen die letzten Bytes; das Bild ist bis auf höchstens seine letzten paar Pixel da.</translation>
  </message>
  <message>
   <source>This is an animation; its first picture is edited.</source>
   <translation>Das ist eine Animation; ihr erstes Bild wird bearbeitet.</translation>
  </message>
  <message>
   <source>This is another network than the {0}: {1} left over.</source>
   <translation>Das ist ein anderes Netz als „{0}“: Übrig bleibt {1}.</translation>
  </message>
  <message>
   <source>This is no complete {0}: {1} missing.</source>
   <translation>Das ist kein vollständiges „{0}“: Es fehlt {1}.</translation>
  </message>
  <message>
   <source>This is no {0}: '{1}' has no entry for each attribute.</source>
   <translation>Das ist kein „{0}“: '{1}' hat nicht für jedes Attribut einen Eintrag.</translation>
  </message>
  <message>
   <source>This is no {0}: '{1}' has the shape {2}.</source>
   <translation>Das ist kein „{0}“: '{1}' hat die Form {2}.</translation>
  </message>
  <message>
   <source>This is no {0}: its levels are missing.</source>
   <translation>Das ist kein „{0}“: Seine Ebenen fehlen.</translation>
  </message>
  <message>
   <source>This is no {0}: its sizes do not fit one another.</source>
   <translation>Das ist kein „{0}“: Seine Größen passen nicht zueinander.</translation>
  </message>
  <message>
   <source>This is no {0}: its tensors differ in shape.</source>
   <translation>Das ist kein „{0}“: Seine Tensoren haben verschiedene Formen.</translation>
  </message>
  <message>
   <source>This is no {0}: its {1} network is none that this program knows.</source>
   <translation>Das ist kein „{0}“: Eines seiner Netze ({1}) kennt dieses Programm nicht.</translation>
  </message>
  <message>
   <source>This is no {0}: the tensor '{1}' belongs to no size.</source>
   <translation>Dies ist kein(e) {0}: der Tensor „{1}“ gehört zu keiner Größe.</translation>
  </message>
  <message>
   <source>This is no {0}: the tensor '{1}' is missing.</source>
   <translation>Das ist kein „{0}“: Der Tensor '{1}' fehlt.</translation>
  </message>
  <message>
   <source>This is no {0}: the tensors of '{1}' are missing.</source>
   <translation>Das ist kein „{0}“: Die Tensoren von '{1}' fehlen.</translation>
  </message>
  <message>
   <source>This photo is HDR; what is brighter than paper's white is shown as white.</source>
   <translation>Dieses Foto ist HDR; was heller als das Weiß von Papier ist, wird weiß gezeigt.</translation>
  </message>
  <message>
   <source>This photo's HDR gain map is not kept; saved pictures show it without HDR.</source>
   <translation>Die HDR-Gain-Map dieses Fotos bleibt nicht erhalten; gespeicherte Bilder zeigen es ohne HDR.</translation>
  </message>
  <message>
   <source>This photo's XMP is damaged and is not kept.</source>
   <translation>Das XMP dieses Fotos ist beschädigt und bleibt nicht erhalten.</translation>
  </message>
  <message>
   <source>This photo's content credentials are not kept; they vouch for the photo before the edit.</source>
   <translation>Die Herkunftsnachweise (Content Credentials) dieses Fotos bleiben nicht erhalten; sie bürgen für das Foto vor der Bearbeitung.</translation>
  </message>
  <message>
   <source>This photo's depth map is not kept.</source>
   <translation>Die Tiefenkarte dieses Fotos bleibt nicht erhalten.</translation>
  </message>
  <message>
   <source>This photo's video is not kept; the picture is edited and saved.</source>
   <translation>Das Video dieses Fotos bleibt nicht erhalten; bearbeitet und gespeichert wird das Bild.</translation>
  </message>
  <message>
   <source>This photo's {0} bits in each colour could not be kept; 8 are edited.</source>
   <translation>Die {0} Bit je Farbe dieses Fotos konnten nicht erhalten werden; bearbeitet werden 8.</translation>
  </message>
  <message>
   <source>This photo's {0} colours were turned into sRGB.</source>
   <translation>Die {0}-Farben dieses Fotos wurden in sRGB umgerechnet.</translation>
  </message>
  <message>
   <source>This picture is not at its full strength; start from what the run made.</source>
   <translation>Dieses Bild hat nicht seine volle Stärke; gehen Sie von dem aus, was der Lauf gemacht hat.</translation>
  </message>
  <message>
   <source>This {0} has no '{1}', to which its codes are offsets.</source>
   <translation>Hier ({0}) fehlt '{1}', wozu die Codes Abstände sind.</translation>
  </message>
  <message>
   <source>This {0} tells {1} classes apart; {2} are needed.</source>
   <translation>Dieses Netz ({0}) unterscheidet {1} Klassen; nötig sind {2}.</translation>
  </message>
  <message>
   <source>Time</source>
   <translation>Zeit</translation>
  </message>
  <message>
   <source>Try a photo with a larger, upright face, or open an aligned square crop as it is.</source>
   <translation>Versuchen Sie es mit einem Foto mit größerem, aufrechtem Gesicht, oder öffnen Sie einen ausgerichteten quadratischen Ausschnitt, wie er ist.</translation>
  </message>
  <message>
   <source>Try again.</source>
   <translation>Versuchen Sie es noch einmal.</translation>
  </message>
  <message>
   <source>Try another model pack, or --device cpu; what the worker said is on the terminal.</source>
   <translation>Versuchen Sie es mit einem anderen Modellpaket oder --device cpu; was der Arbeiter sagte, steht im Terminal.</translation>
  </message>
  <message>
   <source>Update the program.</source>
   <translation>Aktualisieren Sie das Programm.</translation>
  </message>
  <message>
   <source>Use a latent code that was saved with the same pack.</source>
   <translation>Verwenden Sie einen latenten Code, der mit demselben Paket gespeichert wurde.</translation>
  </message>
  <message>
   <source>Use the PyTorch version of the file (stylegan2-ada-pytorch or stylegan3 format).</source>
   <translation>Verwenden Sie die PyTorch-Fassung der Datei (Format von stylegan2-ada-pytorch oder stylegan3).</translation>
  </message>
  <message>
   <source>Wait for its end, or choose another output folder.</source>
   <translation>Warten Sie auf sein Ende, oder wählen Sie einen anderen Ordner für die Ergebnisse.</translation>
  </message>
  <message>
   <source>it answers with status {0}</source>
   <translation>Antwort mit Status {0}</translation>
  </message>
  <message>
   <source>it continues at another place than asked</source>
   <translation>die Übertragung geht an einer anderen Stelle weiter als verlangt</translation>
  </message>
  <message>
   <source>it has another file than the one begun</source>
   <translation>dort liegt eine andere Datei als die begonnene</translation>
  </message>
  <message>
   <source>it leads to an address that is not https ({0})</source>
   <translation>die Adresse führt zu einer ohne https ({0})</translation>
  </message>
  <message>
   <source>it redirects away from https ({0})</source>
   <translation>die Adresse leitet von https weg ({0})</translation>
  </message>
  <message>
   <source>it redirects to nowhere</source>
   <translation>die Adresse leitet ins Leere</translation>
  </message>
  <message>
   <source>it redirects without end</source>
   <translation>die Adresse leitet ohne Ende weiter</translation>
  </message>
  <message>
   <source>it sends a web page instead of the file</source>
   <translation>statt der Datei kommt eine Webseite</translation>
  </message>
  <message>
   <source>it sends a web page or something else instead of the file</source>
   <translation>statt der Datei kommt eine Webseite oder etwas anderes</translation>
  </message>
  <message>
   <source>it sends more than a page</source>
   <translation>er sendet mehr als eine Seite</translation>
  </message>
  <message>
   <source>it sends more than an answer</source>
   <translation>es kommt mehr als eine Antwort</translation>
  </message>
  <message>
   <source>it sends more than the file</source>
   <translation>es kommt mehr als die Datei</translation>
  </message>
  <message>
   <source>it sends the file in another encoding</source>
   <translation>die Datei kommt in einer anderen Kodierung</translation>
  </message>
  <message>
   <source>its address is not https</source>
   <translation>seine Adresse ist nicht https</translation>
  </message>
  <message>
   <source>its address is that of a file</source>
   <translation>seine Adresse ist die einer Datei</translation>
  </message>
  <message>
   <source>its file has {0} bytes where {1} are expected</source>
   <translation>die Datei hat {0} Byte, erwartet sind {1}</translation>
  </message>
  <message>
   <source>its file has {0} bytes, more than any model</source>
   <translation>die Datei hat {0} Byte, mehr als jedes Modell</translation>
  </message>
  <message>
   <source>keeps every pixel</source>
   <translation>behält jeden Pixel</translation>
  </message>
  <message>
   <source>keeps every pixel, 16 bit and CMYK too</source>
   <translation>behält jeden Pixel, auch 16 Bit und CMYK</translation>
  </message>
  <message>
   <source>large, for old programs</source>
   <translation>groß, für alte Programme</translation>
  </message>
  <message>
   <source>small, for sharing</source>
   <translation>klein, zum Weitergeben</translation>
  </message>
  <message>
   <source>small, for telephones</source>
   <translation>klein, für Telefone</translation>
  </message>
  <message>
   <source>smaller, without loss at 100</source>
   <translation>kleiner, bei 100 ohne Verlust</translation>
  </message>
  <message>
   <source>smallest, for new programs</source>
   <translation>am kleinsten, für neue Programme</translation>
  </message>
  <message>
   <source>the archive is not for the library to fetch</source>
   <translation>das Archiv holt nicht die Bibliothek</translation>
  </message>
  <message>
   <source>the connection broke</source>
   <translation>die Verbindung brach ab</translation>
  </message>
  <message>
   <source>{0} asks for '{1}', which no array needs; it was refused.</source>
   <translation>{0} verlangt „{1}“, was kein Array braucht; es wurde abgelehnt.</translation>
  </message>
  <message>
   <source>{0} asks for '{1}', which no generator of NVIDIA's needs; it was refused.</source>
   <translation>{0} verlangt '{1}', was kein Generator von NVIDIA braucht; das wurde verweigert.</translation>
  </message>
  <message>
   <source>{0} cannot be read: {1}.</source>
   <translation>{0} kann nicht gelesen werden: {1}.</translation>
  </message>
  <message>
   <source>{0} cannot be written on this computer.</source>
   <translation>{0} kann auf diesem Rechner nicht geschrieben werden.</translation>
  </message>
  <message>
   <source>{0} claims more than it holds.</source>
   <translation>{0} behauptet mehr, als darin ist.</translation>
  </message>
  <message>
   <source>{0} components are on offer.</source>
   <translation>{0} Bestandteile werden angeboten.</translation>
  </message>
  <message>
   <source>{0} could not be copied: {1}.</source>
   <translation>{0} konnte nicht kopiert werden: {1}.</translation>
  </message>
  <message>
   <source>{0} could not be opened: {1}.</source>
   <translation>{0} konnte nicht geöffnet werden: {1}.</translation>
  </message>
  <message>
   <source>{0} could not be read: {1}.</source>
   <translation>{0} konnte nicht gelesen werden: {1}.</translation>
  </message>
  <message>
   <source>{0} could not be saved: {1}.</source>
   <translation>{0} konnte nicht gespeichert werden: {1}.</translation>
  </message>
  <message>
   <source>{0} could not be written in {1}: {2}.</source>
   <translation>{0} konnte nicht in {1} geschrieben werden: {2}.</translation>
  </message>
  <message>
   <source>{0} could not be written: {1}.</source>
   <translation>{0} konnte nicht geschrieben werden: {1}.</translation>
  </message>
  <message>
   <source>{0} does not fit the {1} of the pack: the encoder makes latent codes of {2} x {3} numbers, the generator needs {4} x {5}.</source>
   <translation>{0} passt nicht zum Paket ({1}): Der Encoder macht latente Codes aus {2} x {3} Zahlen, der Generator braucht {4} x {5}.</translation>
  </message>
  <message>
   <source>{0} does not hold a saved edit of format {1}.</source>
   <translation>{0} enthält keine gespeicherte Änderung des Formats {1}.</translation>
  </message>
  <message>
   <source>{0} does not hold a saved edit.</source>
   <translation>{0} enthält keine gespeicherte Änderung.</translation>
  </message>
  <message>
   <source>{0} does not hold a saved edit: {1}.</source>
   <translation>{0} enthält keine gespeicherte Änderung: {1}.</translation>
  </message>
  <message>
   <source>{0} does not say which version is the newest.</source>
   <translation>{0} sagt nicht, welche Version die neueste ist.</translation>
  </message>
  <message>
   <source>{0} files are right.</source>
   <translation>{0} Dateien sind in Ordnung.</translation>
  </message>
  <message>
   <source>{0} has {1} x {2} px, more than the {3} million pixels that can be opened.</source>
   <translation>{0} hat {1} x {2} px, mehr als die {3} Millionen Pixel, die geöffnet werden können.</translation>
  </message>
  <message>
   <source>{0} has {1}, so its format is not known.</source>
   <translation>{0} hat {1}, deshalb ist das Format nicht bekannt.</translation>
  </message>
  <message>
   <source>{0} holds 64 kB of EXIF; the photo's is larger and was left out.</source>
   <translation>{0} fasst 64 kB EXIF; das des Fotos ist größer und wurde weggelassen.</translation>
  </message>
  <message>
   <source>{0} holds 64 kB of IPTC; the photo's is larger and was left out.</source>
   <translation>{0} fasst 64 kB IPTC; das des Fotos ist größer und wurde weggelassen.</translation>
  </message>
  <message>
   <source>{0} holds 8 bits in each colour; the photo's 16 were rounded.</source>
   <translation>{0} fasst 8 Bit je Farbe; die 16 des Fotos wurden gerundet.</translation>
  </message>
  <message>
   <source>{0} holds a batch already.</source>
   <translation>In {0} wurde schon begonnen.</translation>
  </message>
  <message>
   <source>{0} holds floating-point values, which cannot be edited.</source>
   <translation>{0} enthält Gleitkommawerte, die nicht bearbeitet werden können.</translation>
  </message>
  <message>
   <source>{0} holds no HDR; what is brighter than paper's white is white in it.</source>
   <translation>{0} fasst kein HDR; was heller als das Weiß von Papier ist, ist darin weiß.</translation>
  </message>
  <message>
   <source>{0} holds no IPTC; the photo's was left out.</source>
   <translation>{0} fasst kein IPTC; das des Fotos wurde weggelassen.</translation>
  </message>
  <message>
   <source>{0} holds no comment as a JPEG does; the photo's was left out.</source>
   <translation>{0} fasst keinen Kommentar wie ein JPEG; der des Fotos wurde weggelassen.</translation>
  </message>
  <message>
   <source>{0} holds no generator ('G_ema').</source>
   <translation>{0} enthält keinen Generator ('G_ema').</translation>
  </message>
  <message>
   <source>{0} holds no inks; the photo's CMYK colours were turned into sRGB.</source>
   <translation>{0} fasst keine Druckfarben; die CMYK-Farben des Fotos wurden in sRGB umgerechnet.</translation>
  </message>
  <message>
   <source>{0} holds no metadata; the photo's EXIF and XMP were left out.</source>
   <translation>{0} enthält keine Metadaten; EXIF und XMP des Fotos wurden weggelassen.</translation>
  </message>
  <message>
   <source>{0} holds no texts as a PNG does; the photo's were left out.</source>
   <translation>{0} fasst keine Texte wie ein PNG; die des Fotos wurden weggelassen.</translation>
  </message>
  <message>
   <source>{0} holds no transparency; what was transparent is on white.</source>
   <translation>{0} fasst keine Transparenz; was durchsichtig war, liegt auf Weiß.</translation>
  </message>
  <message>
   <source>{0} is a HEIC photo, which cannot be read on this computer.</source>
   <translation>{0} ist ein HEIC-Foto, das dieser Rechner nicht lesen kann.</translation>
  </message>
  <message>
   <source>{0} is a camera's raw file.</source>
   <translation>{0} ist die Rohdatei einer Kamera.</translation>
  </message>
  <message>
   <source>{0} is a file; a model pack is a folder.</source>
   <translation>{0} ist eine Datei; ein Modellpaket ist ein Ordner.</translation>
  </message>
  <message>
   <source>{0} is a folder where a model file is needed.</source>
   <translation>{0} ist ein Ordner, nötig ist eine Modelldatei.</translation>
  </message>
  <message>
   <source>{0} is a folder, not a photo.</source>
   <translation>{0} ist ein Ordner, kein Foto.</translation>
  </message>
  <message>
   <source>{0} is a folder.</source>
   <translation>{0} ist ein Ordner.</translation>
  </message>
  <message>
   <source>{0} is damaged or incomplete.</source>
   <translation>{0} ist beschädigt oder unvollständig.</translation>
  </message>
  <message>
   <source>{0} is damaged: {1}.</source>
   <translation>{0} ist beschädigt: {1}.</translation>
  </message>
  <message>
   <source>{0} is empty.</source>
   <translation>{0} ist leer.</translation>
  </message>
  <message>
   <source>{0} is incomplete; what could be read was recovered.</source>
   <translation>{0} ist unvollständig; was gelesen werden konnte, wurde wiederhergestellt.</translation>
  </message>
  <message>
   <source>{0} is missing.</source>
   <translation>{0} fehlt.</translation>
  </message>
  <message>
   <source>{0} is nested too deeply.</source>
   <translation>{0} ist zu tief verschachtelt.</translation>
  </message>
  <message>
   <source>{0} is no file that can be read to its end.</source>
   <translation>{0} ist keine Datei, die bis zum Ende gelesen werden kann.</translation>
  </message>
  <message>
   <source>{0} is no folder.</source>
   <translation>{0} ist kein Ordner.</translation>
  </message>
  <message>
   <source>{0} is no pickle of NVIDIA's, or damaged.</source>
   <translation>{0} ist kein Pickle von NVIDIA oder ist beschädigt.</translation>
  </message>
  <message>
   <source>{0} is no pickle of arrays, or damaged.</source>
   <translation>{0} ist kein Pickle aus Arrays oder beschädigt.</translation>
  </message>
  <message>
   <source>{0} is no pickle, or damaged.</source>
   <translation>{0} ist kein Pickle oder ist beschädigt.</translation>
  </message>
  <message>
   <source>{0} is no report of a comparison.</source>
   <translation>{0} ist kein Bericht eines Vergleichs.</translation>
  </message>
  <message>
   <source>{0} is not a picture that can be read.</source>
   <translation>{0} ist kein lesbares Bild.</translation>
  </message>
  <message>
   <source>{0} is not a project of this program.</source>
   <translation>{0} ist kein Projekt dieses Programms.</translation>
  </message>
  <message>
   <source>{0} is of the older TensorFlow kind, which is not converted.</source>
   <translation>{0} ist von der älteren TensorFlow-Art, die nicht umgewandelt wird.</translation>
  </message>
  <message>
   <source>{0} is read-only, so it was not replaced.</source>
   <translation>{0} ist schreibgeschützt und wurde darum nicht ersetzt.</translation>
  </message>
  <message>
   <source>{0} is the ledger of another version of this program.</source>
   <translation>{0} ist das Verzeichnis einer anderen Version dieses Programms.</translation>
  </message>
  <message>
   <source>{0} is too large for a generator.</source>
   <translation>{0} ist zu groß für einen Generator.</translation>
  </message>
  <message>
   <source>{0} is {1} x {2} px, too small to hold a face.</source>
   <translation>{0} hat {1} x {2} px, zu klein für ein Gesicht.</translation>
  </message>
  <message>
   <source>{0} keeps its channels in separate planes of a kind that cannot be read.</source>
   <translation>{0} legt seine Kanäle in getrennten Ebenen ab, die so nicht gelesen werden können.</translation>
  </message>
  <message>
   <source>{0} may not be read.</source>
   <translation>{0} darf nicht gelesen werden.</translation>
  </message>
  <message>
   <source>{0} needs the suffix .safetensors.</source>
   <translation>{0} braucht die Endung .safetensors.</translation>
  </message>
  <message>
   <source>{0} sets an unknown key '{1}'.</source>
   <translation>{0} setzt einen unbekannten Schlüssel '{1}'.</translation>
  </message>
  <message>
   <source>{0} was given up, and not saved.</source>
   <translation>{0} wurde aufgegeben und nicht gespeichert.</translation>
  </message>
  <message>
   <source>{0} was made by a newer version of this program.</source>
   <translation>{0} wurde von einer neueren Version dieses Programms gemacht.</translation>
  </message>
  <message>
   <source>{0} was written by a newer version of this program.</source>
   <translation>{0} wurde von einer neueren Fassung dieses Programms geschrieben.</translation>
  </message>
  <message>
   <source>{0} workers need {1} of memory; {2} may be taken, which is enough for {3}.</source>
   <translation>{0} Prozesse brauchen {1} Speicher; {2} dürfen genommen werden, das reicht für {3}.</translation>
  </message>
  <message>
   <source>{0} x {1} px are too many for this format ({2} px a side).</source>
   <translation>{0} x {1} px sind zu viel für dieses Format ({2} px je Seite).</translation>
  </message>
  <message>
   <source>{0}. Or get the file elsewhere and import it.</source>
   <translation>{0}. Oder holen Sie die Datei anderswo und importieren Sie sie.</translation>
  </message>
  <message>
   <source>{0}: imported; its terms are those of its source.</source>
   <translation>{0}: importiert; es gelten die Bedingungen der Quelle.</translation>
  </message>
  <message>
   <source>{0}: {1} is {2}, but should be {3}.</source>
   <translation>{0}: {1} ist {2}, sollte aber {3} sein.</translation>
  </message>
 </context>
</TS>
