### Der Brief in Leichter Sprache. Ein Satz in einer Zeile. Höchstens 12 Wörter, besser 8.
### Kein Genitiv, kein Passiv, kein Konjunktiv, keine Prozente. Lange Wörter haben einen Bindestrich.
### Zwischen ** steht, was fett ist: Verneinung, dafür, dagegen.

## Betreff und Anrede
ls-subj-annex = { $vorgang }: Erklärung zum Bescheid
ls-subj-info = { $vorgang }: Eine Information für Sie
ls-subj-hearing = { $vorgang }: Sagen Sie uns Ihre Meinung
ls-subj-missing = { $vorgang }: Es fehlen Unterlagen
ls-subj-reply = { $vorgang }: Unsere Antwort an Sie
greet = Guten Tag { $anrede_name },
greet-unknown = Guten Tag,

## Worum es geht
ls-head = Worum geht es in diesem Brief?
ls-kind-annex =
    Sie haben von uns einen Bescheid bekommen.
    Ein Bescheid ist ein wichtiger Brief vom Amt.
    Im Bescheid steht eine Entscheidung.
    Dieser Brief hier erklärt den Bescheid.
    Der Bescheid gilt.
    Dieser Brief ist nur eine Hilfe.
ls-kind-info =
    Dieser Brief ist eine Information.
    Ein Computer-Programm hat mit Ihren Daten gerechnet.
    Wir erklären Ihnen das hier.
    Dieser Brief ist **kein** Bescheid.
    Ein Bescheid ist ein wichtiger Brief vom Amt.
ls-kind-hearing =
    Wir haben noch **nicht** entschieden.
    Sie können uns vorher Ihre Meinung sagen.
    Wir lesen Ihre Meinung.
    Danach entscheiden wir.
ls-kind-missing =
    Uns fehlen noch Unterlagen von Ihnen.
    Bitte helfen Sie uns.
    Dann können wir weiter prüfen.
ls-kind-reply =
    Sie haben uns eine Frage gestellt.
    Sie wollten wissen: Wie kam das Ergebnis zustande?
    Hier ist unsere Antwort.

## Ergebnis und wer entschieden hat
ls-result-head = Was ist das Ergebnis?
ls-result =
    Das ist das Ergebnis:
    { $ergebnis }.
ls-suggestion =
    Das schlägt das Programm vor:
    { $ergebnis }.
ls-missing = Diese Unterlagen fehlen:
ls-who-human =
    Ein Mensch hat entschieden.
    Der Mensch arbeitet bei: { $behoerde }.
ls-who-auto =
    Ein Computer-Programm hat entschieden.
    Kein Mensch hat vorher geprüft.
    Sie können sagen:
    Ein Mensch soll prüfen.
ls-who-open =
    Es ist noch **nichts** entschieden.
    Ein Mensch entscheidet.

## Was das Programm gemacht hat
ls-role-head = Was hat das Programm gemacht?
ls-role-support =
    Ein Computer-Programm hat geholfen.
    Das Programm hat einen Vorschlag gemacht.
ls-role-suggest =
    Ein Computer-Programm hat Ihre Daten geprüft.
    Das Programm sagt:
    Ein Angebot kann gut für Sie sein.
    Das Angebot ist freiwillig.
    Sie dürfen Nein sagen.
ls-role-suggest-none =
    Ein Computer-Programm hat Ihre Daten geprüft.
    Das Programm hat **kein** Angebot vorgeschlagen.
    Sie können uns trotzdem fragen.
ls-role-priority =
    Wir bekommen viele Anträge.
    Ein Computer-Programm sortiert die Anträge.
    Das Programm sagt:
    Diesen Antrag zuerst.
    Diesen Antrag später.
    Über den Antrag entscheidet ein Mensch.
ls-role-document =
    Ein Computer-Programm hat Ihre Unterlagen gelesen.
    Das Programm hat geprüft:
    Sind das die richtigen Unterlagen?
    Steht alles darin?
ls-role-auto =
    Ein Computer-Programm hat Ihre Angaben geprüft.
    Das Programm hat auch entschieden.
ls-then-followed =
    Danach hat ein Mensch geprüft.
    Der Mensch hat das Gleiche entschieden.
ls-then-deviated =
    Danach hat ein Mensch geprüft.
    Der Mensch hat **anders** entschieden als das Programm.
ls-then-unused =
    Danach hat ein Mensch geprüft.
    Der Mensch hat den Vorschlag **nicht** benutzt.
ls-then-open = Ein Mensch prüft das noch.

## Was wichtig war
ls-reason-head = Was war wichtig?
ls-strength-very = sehr wichtig
ls-strength-strong = wichtig
ls-strength-also = auch wichtig
ls-reason-for =
    Das war { $staerke }:
    { $satz }.
    Das war **für** das Ergebnis vom Programm.
ls-reason-against =
    Das war { $staerke }:
    { $satz }.
    Das war **gegen** das Ergebnis vom Programm.
ls-reason-flat =
    Es war **keine** Angabe allein wichtig.
    Alle Angaben zusammen waren wichtig.
ls-caveat =
    So hat das Programm gerechnet.
    Das Programm kennt das Gesetz **nicht**.
ls-human-reasons =
    Der Mensch hat seine Gründe aufgeschrieben.
    Die Gründe stehen im anderen Brief.
    Der andere Brief ist in schwerer Sprache.
    Wir erklären Ihnen die Gründe gern.

## Angaben
ls-data-head = Diese Angaben hat das Programm benutzt
ls-check =
    Bitte prüfen Sie die Angaben.
    Ist eine Angabe falsch?
    Dann rufen Sie uns an.
ls-check-head = Bitte gut prüfen
ls-check-first =
    Ist hier etwas falsch?
    Dann kommt vielleicht ein anderes Ergebnis heraus.
ls-check-own = Die Angabe ist von Ihnen.
ls-check-file = Die Angabe ist aus unserer Akte.
ls-check-other = Die Angabe ist von einer anderen Stelle.
ls-check-as-of = Die Angaben sind vom { $datum }.
ls-of-100 = { $n } von 100
ls-about = ungefähr { $wert }
word-missing = nicht bekannt

## Beispiel
ls-cf-head = Ein Beispiel
ls-cf =
    Das Programm kann auch mit anderen Angaben rechnen.
    Zum Beispiel:
ls-cf-then =
    Dann kommt ein anderes Ergebnis heraus.
    Das ist nur ein Beispiel.
    Bitte sagen Sie uns immer die Wahrheit.

## Was das Programm nicht weiß
ls-unc-head = Kann das Programm Fehler machen?
ls-unc =
    Ja, das Programm kann Fehler machen.
    Das Programm weiß **nicht** alles.
    Wissen Sie etwas Wichtiges?
    Dann sagen Sie es uns.

## Was Sie tun können
ls-act-head = Das können Sie tun
ls-act-ask = Sie können Fragen stellen.
ls-act-review = Sie können sagen: Ein Mensch soll noch einmal prüfen.
ls-act-correct = Sie können sagen: Diese Angabe ist falsch.
ls-act-send = Schicken Sie uns bitte die Unterlagen.
ls-act-offer = Sie können das Angebot annehmen. Rufen Sie uns dafür an.
ls-object-head = Finden Sie den Bescheid falsch?
ls-object =
    Dann können Sie sich wehren.
    Dafür gibt es eine Frist.
    Frist heißt: Sie haben nur eine bestimmte Zeit.
    Die Frist steht im Bescheid.
    Lassen Sie sich helfen.
    Warten Sie **nicht** zu lange.

## Fragen, Schluss
ls-contact-head = Haben Sie Fragen?
ls-contact =
    Rufen Sie an: { $telefon }
    Fragen Sie nach: { $kontakt_name }
    Sagen Sie diese Nummer: { $aktenzeichen }
ls-binding =
    Sie bekommen noch einen Brief in schwerer Sprache.
    Dort steht noch mehr.
    Nur dieser andere Brief gilt vor dem Gesetz.
close = Freundliche Grüße
ls-unchecked =
    Die Leichte Sprache in diesem Brief:
    Noch **nicht** geprüft.
ls-checked =
    Die Leichte Sprache in diesem Brief:
    Geprüft von: { $pruefer }.

## Kopf, Fuß, Seiten
info-reference = Unser Zeichen
info-contact = Ansprechperson
info-phone = Telefon
info-hours = Zeiten
info-date = Datum
page-of = Seite { $page } von { $pages }
footer = { $aktenzeichen } · Programm Version { $version }
attachment = Die gleichen Angaben für Computer
watermark = ENTWURF – nicht versenden
foot-invented = Das ist ein Beispiel. Dieses Amt und diese Menschen gibt es nicht wirklich.
month-1 = Januar
month-2 = Februar
month-3 = März
month-4 = April
month-5 = Mai
month-6 = Juni
month-7 = Juli
month-8 = August
month-9 = September
month-10 = Oktober
month-11 = November
month-12 = Dezember
