### Der Brief an die Bürgerin oder den Bürger. Einfache Sprache (B1): höchstens 20 Wörter in einem Satz.

## Betreff, Anrede, Art des Schreibens
subj-annex = { $vorgang }: So hat ein Computerprogramm mitgewirkt
subj-hearing = { $vorgang }: Ihre Sicht vor unserer Entscheidung
subj-missing = { $vorgang }: Es fehlen Unterlagen
subj-info = { $vorgang }: Wir nutzen ein Computerprogramm
# Nach der Anrede und ihrem Komma geht es klein weiter.
kind-annex = dieses Schreiben erklärt den Bescheid vom { $bescheid_datum }. Es ändert den Bescheid nicht. Rechtlich gilt nur der Bescheid.
kind-info = dieses Schreiben ist eine Information. Es ist kein Bescheid.
kind-missing = in Ihren Unterlagen fehlt noch etwas. Bitte helfen Sie uns, damit wir weiter prüfen können.
kind-hearing = wir haben noch nicht entschieden. Sie können uns vorher Ihre Sicht schreiben.
kind-reply = Sie haben uns gefragt, wie das Ergebnis entstanden ist. Hier ist unsere Antwort.
greet = Guten Tag { $anrede_name },

## Block rechts oben
info-your-reference = Ihr Zeichen
info-reference = Unser Zeichen
info-contact = Ansprechperson
info-phone = Telefon
info-email = E-Mail
info-hours = Zeiten
info-date = Datum

## Überschriften
head-program = Was hat das Programm gemacht?
head-decision = Wer hat entschieden?
head-not-used = Was hat das Programm nicht benutzt?
head-contact = Ihre Ansprechperson
head-privacy = Ihre Daten und Ihre Rechte
head-formats = Dieses Schreiben in anderer Form
head-glossary = Wichtige Wörter
head-enclosures = Anlagen
head-agency-text = Text der Behörde

## Das Wichtigste in Kürze
sum-head = Das Wichtigste in Kürze
sum-result = Das Ergebnis: { $ergebnis_kurz }.
sum-who-human = Entschieden hat ein Mensch: { $entscheider_funktion }.
sum-who-auto = Entschieden hat ein Computerprogramm.
sum-who-open = Entschieden ist noch nichts.
sum-suggestion = Der Vorschlag des Programms: { $vorschlag }.
sum-missing = Diese Unterlagen fehlen:
sum-missing-checked = Ein Mensch hat Ihre Unterlagen angesehen.
sum-offer = Das Angebot ist freiwillig. Sie dürfen Nein sagen.
sum-why = Das Wichtigste für das Programm: { $satz }.
sum-act = Sie sind nicht einverstanden? Oder ein Mensch soll noch einmal prüfen? Lesen Sie bitte den Teil „Das können Sie jetzt tun“.
sum-act-info = Ist etwas falsch? Oder soll ein Mensch noch einmal prüfen? Lesen Sie bitte den Teil „Das können Sie jetzt tun“.

## Was entschieden ist und von wem
# Ergebnis und Funktion stehen im Kasten darüber.
dec-human = Wir haben am { $entscheidung_datum } entschieden.
dec-legal = Die rechtlichen Gründe stehen im Bescheid.
dec-human-info = Wir haben am { $entscheidung_datum } entschieden. Das Ergebnis: { $ergebnis_kurz }. Die Entscheidung hat ein Mensch getroffen: { $entscheider_funktion }.
dec-auto = Ihr Fall wurde automatisch entschieden. Kein Mensch hat den Fall vorher einzeln geprüft. Das Ergebnis: { $ergebnis_kurz }. Das Gesetz erlaubt das hier: { $rechtsgrundlage_auto }. Sie können verlangen, dass ein Mensch Ihren Fall prüft.
dec-open = Wir prüfen Ihren Fall noch. Am Ende entscheidet ein Mensch.
dec-reasons-head = Das hat der Mensch zu seiner Entscheidung geschrieben:

## Rolle des Programms (genau eine)
role-support-followed = Ein Computerprogramm hat Ihre Angaben ausgewertet. Es hat uns einen Vorschlag gemacht: { $vorschlag }. Ein Mensch hat Ihren Fall danach selbst geprüft. Er ist zum gleichen Ergebnis gekommen.
role-support-deviated = Ein Computerprogramm hat Ihre Angaben ausgewertet. Es hat uns einen Vorschlag gemacht: { $vorschlag }. Ein Mensch hat Ihren Fall danach selbst geprüft. Er hat anders entschieden als das Programm.
role-support-open = Ein Computerprogramm hat Ihre Angaben ausgewertet. Es hat uns einen Vorschlag gemacht: { $vorschlag }. Ein Mensch prüft Ihren Fall noch selbst.
role-priority = Ein Computerprogramm sortiert die Fälle. Es schlägt vor, welche Fälle wir zuerst prüfen. Das Programm entscheidet nicht über Ihren Antrag. Das macht ein Mensch. Die Reihenfolge kann aber ändern, wie lange Sie warten.
role-priority-case = Ein Computerprogramm sortiert die Fälle. Es schlägt vor, welche Fälle wir zuerst prüfen. Das Programm entscheidet nicht über Ihren Fall. Das macht ein Mensch. Die Reihenfolge kann aber ändern, wie lange Sie warten.
role-document = Ein Computerprogramm hat Ihre Unterlage gelesen. Es hat geprüft, ob die Unterlage passt und vollständig ist. Gesucht haben wir: { $dokumentart }.
role-suggest = Ein Computerprogramm hat Ihre Daten ausgewertet. Es hat uns darauf hingewiesen, dass ein Angebot für Sie nützlich sein kann. Sie entscheiden selbst, ob Sie das Angebot wollen.
role-suggest-none = Ein Computerprogramm hat Ihre Daten ausgewertet. Es hat für Sie kein besonderes Angebot vorgeschlagen. Sie können uns trotzdem jederzeit um Hilfe bitten.
role-suggest-followed = Ein Mensch hat den Vorschlag geprüft. Er ist zum gleichen Ergebnis gekommen.
role-suggest-deviated = Ein Mensch hat den Vorschlag geprüft. Er hat anders entschieden als das Programm.
role-support-unused = Ein Computerprogramm hat Ihre Angaben ausgewertet. Ein Mensch hat Ihren Fall selbst geprüft. Den Vorschlag des Programms hat er nicht benutzt.
role-suggest-unused = Ein Mensch hat Ihren Fall selbst geprüft. Den Vorschlag des Programms hat er nicht benutzt.
role-suggest-open = Ein Mensch prüft den Vorschlag noch.
role-auto = Ein Computerprogramm hat Ihre Angaben geprüft. Das Programm hat auch entschieden.
role-rules = Das Programm arbeitet mit festen Regeln. Menschen haben die Regeln nach dem Gesetz geschrieben.
role-learned = Das Programm hat aus früheren Fällen gelernt. Es versteht Ihren Fall nicht so wie ein Mensch.

## Angaben und ihre Quelle
data-head = Diese Angaben hat das Programm benutzt
data-intro = Das sind alle Angaben, mit denen das Programm gerechnet hat. Stand: { $datum }.
data-col-detail = Angabe
data-col-value = Wert
data-col-source = Quelle
data-item = { $label }: { $wert } (Quelle: { $quelle })
data-item-clause = { $satz } (Quelle: { $quelle })
data-src-own = von Ihnen
data-src-file = aus unserer Akte
data-src-other = von: { $stelle }
data-missing = Eine Angabe fehlte: { $label }. Das Programm hat dafür einen üblichen Wert eingesetzt: { $ersatzwert }.
data-missing-skipped = Eine Angabe fehlte: { $label }. Das Programm hat ohne sie gerechnet.
data-missing-many = Diese Angaben fehlten: { $label_liste }. Das Programm hat ohne diese Angaben gerechnet.
data-missing-many-head = Diese Angaben fehlten:
data-missing-many-ask = Das Programm hat ohne diese Angaben gerechnet.
data-check = Bitte prüfen Sie diese Angaben. Ist etwas falsch? Dann sagen Sie es uns bitte.
check-intro = Ist etwas falsch? Sagen Sie es uns bitte. Prüfen Sie vor allem diese Angaben:
check-one = Ist etwas falsch? Sagen Sie es uns bitte. Prüfen Sie vor allem: { $label }. Anderes Ergebnis bei: { $bereich }.
check-item = { $satz }. Anderes Ergebnis bei: { $bereich }.
check-origin = { $satz } ({ $quelle }, Stand: { $datum })
check-origin-undated = { $satz } ({ $quelle })
check-origin-missing = { $satz } (Stand: { $datum })
check-from = { $wert } oder mehr
check-to = { $wert } oder weniger
check-between = { $von } bis { $bis }

## Die wichtigsten Punkte
rea-head = Diese Punkte waren für das Programm wichtig
rea-intro = Diese Punkte hatten den größten Einfluss auf das Ergebnis des Programms.
rea-compared = Wir vergleichen Ihren Fall mit anderen Fällen. Das sind diese Fälle: { $vergleichsgruppe }.
rea-for-head = Das sprach dafür, { $ziel_inf }:
rea-against-head = Das sprach dagegen, { $ziel_inf }:
rea-item-for = { $label }: { $wert }. Das hat { $staerke } dafür gesprochen.
rea-item-against = { $label }: { $wert }. Das hat { $staerke } dagegen gesprochen.
rea-item-for-clause = { $satz }. Das hat { $staerke } dafür gesprochen.
rea-item-against-clause = { $satz }. Das hat { $staerke } dagegen gesprochen.
rea-item-typical = Zum Vergleich: Bei den meisten Fällen liegt dieser Wert zwischen { $typ_von } und { $typ_bis }.
rea-rest = Die anderen Angaben hatten zusammen nur wenig Einfluss.
rea-rest-big = Die anderen Angaben hatten einzeln wenig Einfluss. Zusammen waren sie aber wichtig.
rea-all = Mehr Angaben hat das Programm nicht benutzt.
rea-uncertain = Auch wichtig, aber weniger sicher: { $label_liste }.
rea-uncertain-head = Auch wichtig, aber weniger sicher:
rea-none-for = Kein wichtiger Punkt sprach dafür.
rea-none-against = Kein wichtiger Punkt sprach dagegen.
rea-flat = Kein einzelner Punkt war entscheidend. Viele Angaben zusammen haben zu dem Ergebnis geführt.
rea-average = Ihr Fall lag im Durchschnitt.
rea-caveat-info = Diese Punkte zeigen nur, wie das Programm gerechnet hat. Sie entscheiden nicht über Ihren Antrag.
rea-caveat-case = Diese Punkte zeigen nur, wie das Programm gerechnet hat. Sie entscheiden nicht über Ihren Fall.
rea-caveat = Diese Punkte zeigen, wie das Programm gerechnet hat. Sie sind nicht die rechtlichen Gründe. Die rechtlichen Gründe stehen im Bescheid.
rea-protected-head = Manche Angaben schützt das Gesetz besonders. Hier dürfen wir sie benutzen.
rea-protected = { $label }: { $rechtsgrundlage }.
rea-folge = Das bedeutet für Sie: { $folge }.

## Andere Werte, anderes Ergebnis
cf-head = Wann wäre das Ergebnis des Programms anders?
cf-intro = Wir haben mit anderen Werten gerechnet. Schon eine Änderung hätte für ein anderes Ergebnis gereicht:
cf-intro-many = Wir haben mit anderen Werten gerechnet. Jede dieser Änderungen allein hätte für ein anderes Ergebnis gereicht:
cf-intro-two = Wir haben mit anderen Werten gerechnet. Diese zwei Änderungen zusammen hätten für ein anderes Ergebnis gereicht:
cf-item = { $label }: { $cf_wert } statt { $wert }.
cf-item-clause = { $cf_satz }. Jetzt gilt: { $satz }.
cf-item-missing = { $label }: { $cf_wert }. Jetzt ist diese Angabe nicht bekannt.
cf-item2 = Zwei Änderungen zusammen: { $label_1 }: { $cf_wert_1 } statt { $wert_1 }. Und { $label_2 }: { $cf_wert_2 } statt { $wert_2 }.
cf-result = Das Ergebnis wäre dann: { $anderes_ergebnis }.
cf-caveat = Das ist nur ein Rechenbeispiel. Es ist kein Versprechen. Über Ihren Antrag entscheiden wir nach dem Gesetz. Bitte machen Sie immer richtige Angaben.
cf-caveat-case = Das ist nur ein Rechenbeispiel. Es ist kein Versprechen. Über Ihren Fall entscheidet ein Mensch. Bitte machen Sie immer richtige Angaben.
cf-fixed = Manche Angaben kann niemand ändern, zum Beispiel: { $fest_liste }. Dafür zeigen wir keine Beispiele.
cf-none = Wir haben kein einfaches Beispiel gefunden. Eine andere Angabe allein hätte für ein anderes Ergebnis nicht gereicht.
cf-none-two = Wir haben kein einfaches Beispiel gefunden. Auch zwei andere Angaben zusammen hätten für ein anderes Ergebnis nicht gereicht.
cf-none-searched = Wir haben kein einfaches Beispiel gefunden.

## Was nicht benutzt wurde
not-list = Diese Angaben hat das Programm nicht benutzt: { $nicht_benutzt_liste }.
not-list-head = Diese Angaben hat es nicht benutzt:
not-proxy = Andere Angaben können damit zusammenhängen. Das haben wir geprüft. Letzte Prüfung: { $audit_datum }.

## Wie sicher, was nicht bekannt
unc-head = Wie sicher ist das Programm?
unc-word = Bei so einem Ergebnis liegt das Programm { $sicherheit }.
unc-freq = Das Programm kann sich irren. Wir haben es mit { $n_test } alten Fällen getestet. Von je 100 Fällen mit so einem Ergebnis lag es etwa { $n_richtig } Mal richtig. Etwa { $n_falsch } Mal lag es falsch.
unc-freq-meaning = Richtig heißt hier: { $richtig_heisst }.
unc-freq-period = Diese alten Fälle sind aus dieser Zeit: { $zeitraum }.
unc-nofreq = Das Programm kann sich irren. Wie oft das bei Fällen wie Ihrem passiert, wissen wir nicht genau.
sit-clearly-above = Das Programm hat eine Grenze. Ihr Fall lag deutlich darüber.
sit-clearly-below = Das Programm hat eine Grenze. Ihr Fall lag deutlich darunter.
sit-near-opposed = Ihr Fall lag nahe an der Grenze. Es gab Punkte dafür und Punkte dagegen. Schon kleine Unterschiede hätten das Ergebnis des Programms geändert.
sit-near-unopposed = Ihr Fall lag nahe an der Grenze. Schon kleine Unterschiede hätten das Ergebnis des Programms geändert.
unc-ood = Ihr Fall ist anders als die meisten früheren Fälle. Darum ist das Ergebnis des Programms hier weniger sicher. Ein Mensch hat den Fall deshalb besonders genau geprüft.
unc-ood-unchecked = Ihr Fall ist anders als die meisten früheren Fälle. Darum ist das Ergebnis des Programms hier weniger sicher.
unc-known = Das Programm kennt nur die Angaben in diesem Brief.
unc-blind = Es weiß zum Beispiel nichts über: { $blind_liste }. Ist so etwas bei Ihnen wichtig? Dann schreiben Sie uns das bitte.
unc-blind-head = Es weiß zum Beispiel nichts über:
unc-blind-ask = Ist so etwas bei Ihnen wichtig? Dann schreiben Sie uns das bitte.
unc-simplified = Diese Erklärung ist vereinfacht. Das Programm rechnet genauer, als wir es hier zeigen können.

## Das können Sie jetzt tun
act-head = Das können Sie jetzt tun
act-review = Ein Mensch soll den Fall noch einmal prüfen? Schreiben Sie uns oder rufen Sie uns an. Das kostet nichts.
act-review-until = Bitte melden Sie sich bis zum { $frist_pruefung }.
act-correct = Eine Angabe ist falsch oder fehlt? Sagen Sie uns, was richtig ist. Wir ändern die Angabe und prüfen den Fall neu.
act-view = Sie sehen etwas anders? Schreiben Sie uns. Wir lesen das und beziehen es ein.
act-object = Sie sind mit der Entscheidung nicht einverstanden? Dann können Sie sich wehren. Wie das geht und welche Frist gilt, steht im Bescheid. Suchen Sie dort diese Überschrift: { $rechtsbehelf_ueberschrift }. Wichtig: Ein Anruf reicht dafür nicht. Die Frist läuft auch, wenn wir den Fall noch einmal prüfen.
act-send = Sie haben die Unterlagen? Schicken Sie uns bitte eine Kopie. Sie können die Unterlagen nicht bekommen? Rufen Sie uns an. Wir helfen Ihnen.
act-offer = Sie möchten das Angebot annehmen? Rufen Sie uns an oder schreiben Sie uns. Sie möchten es nicht? Dann müssen Sie nichts tun.
act-access = Sie möchten Ihre Akte oder Ihre Daten sehen? Fragen Sie uns.
act-help = Sie brauchen Hilfe? Wir beraten Sie kostenlos. Auch Beratungsstellen helfen Ihnen.
act-noharm = Sie dürfen immer nachfragen. Das schadet Ihnen nicht.

## Datenschutz, Ansprechperson, andere Formen, Schluss
priv = Verantwortlich für Ihre Daten: { $verantwortlicher }. Fragen zum Datenschutz: { $dsb_kontakt }. Beschweren können Sie sich hier: { $aufsicht }.
priv-basis = Das Gesetz für dieses Verfahren: { $rechtsgrundlage }.
# Die Zeiten stehen auf Seite 1.
cont = Ihre Ansprechperson: { $kontakt_name }. Telefon: { $telefon }. Zeichen: { $aktenzeichen }.
form-a11y = Leichte Sprache, große Schrift oder zum Hören? Sagen Sie es uns. Das kostet nichts.
form-lang = Dies ist eine Übersetzung. Rechtlich gilt nur der deutsche Text.
draft-translation = Diese Übersetzung hat ein Computer gemacht. Noch hat sie kein Mensch geprüft.
close = Freundliche Grüße
close-for = im Auftrag
close-auto = Dieses Schreiben wurde mit dem Computer erstellt. Es gilt ohne Unterschrift.

## So lesen Sie die Bilder
chart = So lesen Sie das Bild: Jeder Balken steht für eine Angabe. Ein Balken nach rechts heißt: Das sprach dafür. Ein Balken nach links heißt: Das sprach dagegen. Je länger der Balken, desto größer der Einfluss. Die Zahlen sind keine Euro und keine Prozente.
chart-read = So lesen Sie das Bild: Jeder Balken steht für eine Angabe. Ein Balken nach rechts heißt: Das sprach dafür. Ein Balken nach links heißt: Das sprach dagegen. Je länger der Balken, desto größer der Einfluss.
chart-tree = Der Baum ist ein vereinfachtes Bild des Programms. Er stimmt in { $treue } von 100 Fällen mit dem Programm überein.

## Wichtige Wörter
glo-programm = Computerprogramm: eine Software, die Angaben auswertet und ein Ergebnis berechnet.
glo-angabe = Angabe: etwas, das wir über Ihren Fall wissen, zum Beispiel Ihr Alter.
glo-einfluss = Einfluss: wie stark eine Angabe das Ergebnis des Programms verändert hat.
glo-vorschlag = Vorschlag: ein Ergebnis des Programms, das ein Mensch noch prüft.
glo-bescheid = Bescheid: ein Brief, in dem eine Behörde etwas rechtlich festlegt.
glo-grenzfall = Grenzfall: ein Fall, bei dem wenig gefehlt hat und das Ergebnis wäre anders.
glo-vergleich = Vergleichsgruppe: frühere Fälle, mit denen wir Ihren Fall vergleichen.
glo-frist = Frist: die Zeit, in der Sie etwas tun müssen.
glo-widerspruch = Widerspruch: Damit sagen Sie der Behörde, dass Sie einen Bescheid falsch finden.
glo-einspruch = Einspruch: Damit sagen Sie der Familienkasse oder dem Finanzamt, dass Sie einen Bescheid falsch finden.
glo-anhoerung = Anhörung: Sie können uns Ihre Sicht sagen, bevor wir entscheiden.
glo-aktenzeichen = Aktenzeichen: die Nummer, unter der wir Ihren Fall finden.
glo-akteneinsicht = Akteneinsicht: Sie lesen, was in unserer Akte über Sie steht.
glo-regress = Regress: Wir holen uns Geld von dem zurück, der den Unfall verursacht hat.
glo-reha = Reha: Behandlung und Hilfe, damit Sie wieder gesund werden und arbeiten können.
glo-erwerbsminderung = Erwerbsminderung: Jemand kann wegen einer Krankheit nur noch wenig oder gar nicht arbeiten.
glo-bewilligungszeitraum = Bewilligungszeitraum: die Zeit, für die Sie eine Leistung bekommen.

## Szenario: Regress in der Unfallversicherung
reg-role = Sie hatten am { $unfall_datum } einen Unfall. Wir prüfen, ob eine andere Person oder Firma für die Kosten zahlen muss. Ein Computerprogramm hilft uns bei der Suche nach solchen Fällen. Ob wir Geld fordern, entscheidet ein Mensch.
reg-noimpact = Ihre Leistungen ändern sich dadurch nicht. Sie müssen nichts zurückzahlen.
reg-input = Das Programm hat die Unfallmeldung gelesen. Es hat nach Hinweisen auf andere Beteiligte gesucht.
reg-ask = Wir haben Fragen zum Unfall. Bitte füllen Sie den Bogen aus. Schreiben Sie nur, was Sie sicher wissen.

## Szenario: Bescheinigung für das Kindergeld
stu-ok = Sie haben uns eine Bescheinigung geschickt. Ein Computerprogramm hat sie erkannt als: { $dokumentart }. Diese Angaben hat es gelesen: { $feld_liste }.
stu-unclear = Ein Computerprogramm hat Ihre Bescheinigung nicht sicher erkannt. Darum prüft jetzt ein Mensch die Bescheinigung. Sie müssen im Moment nichts tun.
stu-need = Auf der Bescheinigung fehlt etwas: { $fehlt_liste }. Bitte schicken Sie uns eine neue Bescheinigung.
stu-nothing = Das Programm entscheidet nicht über Ihr Kindergeld. Es liest nur die Bescheinigung.

## Szenario: Antrag vollständig, Reihenfolge
ben-complete = Ein Computerprogramm hat geprüft, ob alle Unterlagen da sind. Das Ergebnis: Ihr Antrag ist vollständig. Jetzt prüft ein Mensch Ihren Antrag.
ben-missing = Ein Computerprogramm hat geprüft, ob alle Unterlagen da sind. Ein Mensch hat das noch einmal angesehen. Diese Unterlagen fehlen: { $fehlt_liste }.
ben-prio = Manche Menschen brauchen sehr schnell Geld. Darum sortiert ein Computerprogramm die Anträge. Ihr Antrag steht in dieser Gruppe: { $gruppe }. Das heißt: Wir brauchen etwa { $dauer }. Die Gruppe sagt nichts über das Ergebnis.
ben-urgent = Ist Ihre Lage sehr dringend? Rufen Sie uns bitte sofort an: { $telefon }.

## Szenario: Reha als Angebot
reh-why = Wir möchten, dass Sie gesund bleiben und arbeiten können. Darum schreiben wir Menschen an, denen eine Reha helfen kann. Ein Computerprogramm hat uns dabei geholfen.
reh-input = Das Programm hat nur Daten aus Ihrem Versicherungskonto benutzt. Es kennt Ihre Diagnosen nicht.
reh-free = Die Reha ist ein Angebot. Sie dürfen Nein sagen. Sie haben dann keine Nachteile.
reh-freq = Das Programm liegt oft daneben. Von 100 Menschen, die wir so anschreiben, werden etwa { $n_ereignis } später wirklich erwerbsgemindert. Die anderen nicht.
reh-decide = Stellen Sie einen Antrag? Dann prüfen Menschen, ob und welche Reha passt. Das Programm entscheidet das nicht.
