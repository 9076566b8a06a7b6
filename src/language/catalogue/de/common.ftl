### Wörter, die jedes Dokument braucht.
### Regeln: Platzhalter stehen nach einem Doppelpunkt oder allein. Das Programm beugt nie ein Wort.

## Ja und Nein, Listen, Datum, Seiten
word-yes = ja
word-no = nein
word-missing = nicht bekannt
word-not-applicable = keine Angabe
word-and = und
word-or = oder
word-of-100 = { $n } von 100
list-two = { $a } und { $b }
list-or = { $a } oder { $b }
value-range = { $von } bis { $bis }
date-text = { $tag }. { $monat } { $jahr }
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
time-text = { $stunde }:{ $minute } Uhr
page-of = Seite { $page } von { $pages }
page-header = { $behoerde } · Unser Zeichen: { $aktenzeichen } · { $datum }

## Entwurf und erfundene Beispiele
watermark = ENTWURF – nicht versenden
title-draft = ENTWURF – nicht versenden: { $titel }
foot-invented = Erfundenes Beispiel: Diese Behörde und diese Personen gibt es nicht.
foot-record = Alle Zahlen stehen auch in einer Datei, die an diesem PDF hängt: { $datei }.
foot-version = Programm: Version { $version }. Stand der Daten: { $datum }.

## Stärke (Anteil am gesamten Einfluss: ab 30, 15, 7, 2 von 100)
strength-very-strong = sehr stark
strength-strong = stark
strength-medium = mittel stark
strength-slight = ein wenig

## Wie sicher (richtige Ergebnisse: ab 95, 85, 70, 50, unter 50 von 100)
sure-almost-always = fast immer richtig
sure-mostly = meistens richtig
sure-often = oft richtig
sure-barely = nur etwas öfter richtig als falsch
sure-rarely = öfter falsch als richtig

## Quellen
source-own-third = von der Person
source-file-third = aus der Akte
source-other-third = von anderer Stelle: { $stelle }

## Bilder
chart-for = sprach dafür
chart-against = sprach dagegen
chart-rest = andere Angaben zusammen
chart-missing = nicht bekannt
chart-axis-for = dafür
chart-axis-against = dagegen
chart-axis-influence = Einfluss auf das Ergebnis
chart-axis-mean-influence = mittlerer Einfluss
chart-axis-predicted = vom Programm berechnet, von 100
chart-axis-observed = wirklich passiert, von 100
chart-axis-cases = Zahl der Fälle
chart-limit = Grenze
chart-this-case = dieser Fall
chart-average = Durchschnitt der Vergleichsgruppe
alt-reasons = Balkendiagramm. Balken nach rechts sprachen dafür. Balken nach links sprachen dagegen.
alt-reasons-for = { $label }: { $wert }. Das hat { $staerke } dafür gesprochen.
alt-reasons-against = { $label }: { $wert }. Das hat { $staerke } dagegen gesprochen.
alt-reasons-for-clause = { $satz }. Das hat { $staerke } dafür gesprochen.
alt-reasons-against-clause = { $satz }. Das hat { $staerke } dagegen gesprochen.
alt-reasons-rest-for = Andere Angaben zusammen: sprachen dafür, Anteil { $anteil }.
alt-reasons-rest-against = Andere Angaben zusammen: sprachen dagegen, Anteil { $anteil }.
alt-share-for = { $label }: { $wert }. Sprach dafür, Anteil { $anteil }.
alt-share-against = { $label }: { $wert }. Sprach dagegen, Anteil { $anteil }.
alt-mean = Balkendiagramm. Mittlerer Einfluss der Angaben, der größte zuerst.
alt-mean-item = { $label }: Anteil { $anteil }.
alt-tree = Baum mit { $blaetter } Blättern. Er ist ein vereinfachtes Bild des Programms.
alt-tree-continued = Fortsetzung des Baums von der Seite davor.
alt-tree-question = Frage: { $frage } Ja: { $ja } Fälle, davon { $ja_n } mit dem Ergebnis „{ $ergebnis }“. Nein: { $nein } Fälle, davon { $nein_n }.
alt-tree-rule = Wenn { $bedingungen }: { $ergebnis }, { $n } von { $von } Fällen.
alt-calibration = Punktdiagramm. Es vergleicht, was das Programm berechnet hat, mit dem, was wirklich passiert ist.
alt-calibration-item = Berechnet { $berechnet } von 100, passiert { $passiert } von 100, { $n } Fälle.
alt-groups = Balkendiagramm. Es vergleicht die Fehler in Gruppen.
alt-groups-item = { $gruppe }: { $wert } von 100, { $n } Fälle.
alt-distribution = Säulendiagramm. Es zeigt, wie oft das Programm welche Zahl berechnet hat. Die Grenze liegt bei { $grenze }.
alt-distribution-item = Von { $von } bis { $bis }: { $n } Fälle.

## Regeln im Baum und im Bericht
rule-less = { $label } unter { $wert }
rule-at-least = { $label } ab { $wert }
rule-at-most = { $label } bis { $wert }
rule-more = { $label } über { $wert }
rule-is = { $label }: { $wert }
rule-is-not = { $label }: nicht { $wert }
rule-missing = { $label }: nicht bekannt
rule-and = { $a } und { $b }
tree-cases = { $n } Fälle
tree-share = { $n } von 100
tree-of = { $n } von { $von } Fällen
tree-own = Dieser Fall: { $wert }
tree-own-missing = Dieser Fall: nicht bekannt. Im Baum gilt der übliche Wert.
tree-key-threshold = hier teilt die Frage
tree-key-own = dieser Fall
tree-key-missing = fehlt
tree-key-edges = je dicker die Linie, desto mehr Fälle
tree-others = andere
tree-end-below = { $wert } und weniger
tree-end-above = { $wert } und mehr
